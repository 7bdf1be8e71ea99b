#include "plan/hints.h"

#include "base/str.h"
#include "plan/rate.h"
#include "plan/size.h"

struct mk_info_stream mk_hints_apply(const struct mk_job_input *input,
                                     const struct mk_info_stream *found)
{
    struct mk_info_stream stream = *found;
    struct mk_rational rate;

    if (mk_rate_named(input->frame_rate, &rate))
        stream.frame_rate = stream.nominal_rate = rate;
    if (!mk_str_empty(input->aspect_ratio) && !mk_str_eq(input->aspect_ratio, "auto"))
        stream.sar = mk_size_sar(input->aspect_ratio, stream.width_px, stream.height_px);
    if (mk_str_eq(input->interlaced, "true")) {
        /* Where the file does not name the first field it is the upper one, as nearly always. */
        stream.top_field_first = !stream.interlaced || stream.top_field_first;
        stream.interlaced = true;
        stream.fields_unknown = false;
    } else if (mk_str_eq(input->interlaced, "false")) {
        stream.interlaced = stream.fields_unknown = false;
    }
    return stream;
}
