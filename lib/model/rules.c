#include "model/rules.h"

#include <stdio.h>

#include "base/str.h"

enum { DECIMALS = 5 };

struct mk_pointer mk_pointer_to(const char *list, size_t index, const char *member)
{
    struct mk_pointer pointer;

    snprintf(pointer.text, sizeof(pointer.text), "/%s/%zu%s%s", list, index, *member ? "/" : "",
             member);
    return pointer;
}

int64_t mk_decimal(const char *text)
{
    int64_t value = 0;
    int digits = 0, decimals = -1;

    for (; *text; text++) {
        if (*text == '.' && digits && decimals < 0) {
            decimals = 0;
            continue;
        }
        if (*text < '0' || *text > '9' || digits == 10 || decimals == DECIMALS)
            return -1;
        value = value * 10 + (*text - '0');
        digits++;
        decimals += decimals >= 0;
    }
    for (decimals = decimals < 0 ? 0 : decimals; decimals < DECIMALS; decimals++)
        value *= 10;
    return digits ? value : -1;
}

bool mk_encryption_empty(const struct mk_encryption *encryption)
{
    return !encryption ||
           (mk_str_empty(encryption->mode) && mk_str_empty(encryption->key) &&
            mk_str_empty(encryption->key_md5) && mk_str_empty(encryption->initialization_vector));
}

bool mk_hls_protection_empty(const struct mk_hls_content_protection *protection)
{
    return !protection ||
           (mk_str_empty(protection->method) && mk_str_empty(protection->key) &&
            mk_str_empty(protection->key_md5) && mk_str_empty(protection->initialization_vector) &&
            mk_str_empty(protection->license_acquisition_url) &&
            mk_str_empty(protection->key_storage_policy));
}

bool mk_play_ready_empty(const struct mk_play_ready_drm *drm)
{
    return !drm ||
           (mk_str_empty(drm->format) && mk_str_empty(drm->key) && mk_str_empty(drm->key_md5) &&
            mk_str_empty(drm->key_id) && mk_str_empty(drm->initialization_vector) &&
            mk_str_empty(drm->license_acquisition_url));
}

size_t mk_output_of_key(const struct mk_job *job, const char *key)
{
    size_t i = 0;

    while (i < job->output_count && !mk_str_eq(job->outputs[i].key, key))
        i++;
    return i;
}
