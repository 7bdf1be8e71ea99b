#ifndef MK_NOTIFY_WEBHOOK_H
#define MK_NOTIFY_WEBHOOK_H

#include <stdbool.h>

#include "notify/notify.h"

/** Is this a URL that messages can be sent to? */
bool mk_webhook_accepts(const char *url);

/**
 * POST @p notice to @p url in the shape of an SNS HTTP delivery, unsigned.
 *
 * @retval MOCKETS_E_IO        anything but a 2xx answer
 * @retval MOCKETS_E_CANCELED  the cancel was set
 */
mockets_status mk_webhook_deliver(const char *url, const struct mk_notice *notice,
                                  struct mk_cancel *cancel, struct mockets_error *err);

#endif
