#include "media/codec_string.h"

#include <stdio.h>

static bool print(const uint8_t *sps, char out[16])
{
    snprintf(out, 16, "avc1.%02x%02x%02x", sps[0], sps[1], sps[2]);
    return true;
}

bool mk_codec_string_h264(const uint8_t *data, size_t size, char out[16])
{
    enum { SPS = 7 };

    if (size >= 4 && data[0] == 1)
        return print(data + 1, out);
    for (size_t i = 0; i + 7 <= size; i++) {
        if (data[i] == 0 && data[i + 1] == 0 && data[i + 2] == 1 && (data[i + 3] & 0x1f) == SPS)
            return print(data + i + 4, out);
    }
    return false;
}

bool mk_codec_string_aac(const uint8_t *data, size_t size, char out[16])
{
    unsigned type;

    if (size < 2)
        return false;
    type = data[0] >> 3;
    if (type == 31)
        type = 32 + ((data[0] & 7u) << 3 | data[1] >> 5);
    snprintf(out, 16, "mp4a.40.%u", type);
    return true;
}
