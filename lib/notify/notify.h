#ifndef MK_NOTIFY_NOTIFY_H
#define MK_NOTIFY_NOTIFY_H

#include <stdbool.h>

#include <mockets/engine.h>

#include "base/cancel.h"
#include "base/log.h"

/** One message to deliver. Borrowed for the call. */
struct mk_notice {
    const char *id;    /**< MessageId, the same at every try; NULL: a new one at each */
    const char *topic; /**< SNS topic ARN */
    const char *subject;
    const char *message;
};

struct mk_notify;

/** Where messages go; topics without a URL are dropped (and logged once each). */
mockets_status mk_notify_open(const struct mockets_topic *topics, size_t count,
                              const struct mk_log *log, struct mk_notify **out,
                              struct mockets_error *err);

/**
 * Deliver one message. MOCKETS_OK also when nobody wants it.
 *
 * @retval MOCKETS_E_IO        not delivered: try again later
 * @retval MOCKETS_E_CANCELED  the cancel was set; perhaps it was delivered
 *
 * Thread-safe. Blocks until the other side has answered, at most 15 seconds.
 */
mockets_status mk_notify_deliver(struct mk_notify *notify, const struct mk_notice *notice,
                                 struct mk_cancel *cancel, struct mockets_error *err);
/** Does the topic lead anywhere? */
bool mk_notify_delivers(const struct mk_notify *notify, const char *topic);

void mk_notify_close(struct mk_notify **notify);

#endif
