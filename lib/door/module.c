#include "door/door.h"

MOCKETS_API const struct mk_door mockets_media_door = {
    .version = MOCKETS_VERSION,
    .size = sizeof(struct mk_door),
#define MEMBER(name, parameters, arguments) .name = name,
    MK_DOOR_CALLS(MEMBER)
#undef MEMBER
        .mk_input_close = mk_input_close,
    .mockets_log_capture_libav = mockets_log_capture_libav,
    .mockets_media_version = mockets_media_version,
};
