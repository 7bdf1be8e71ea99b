#include "plan/maker.h"

#include "base/str.h"
#include "plan/watermark.h"

static const struct mk_preset_watermark *find_slot(const struct mk_video_parameters *video,
                                                   const char *id)
{
    for (size_t i = 0; i < video->watermark_count; i++) {
        if (mk_str_eq(video->watermarks[i].id, id))
            return &video->watermarks[i];
    }
    return NULL;
}

void mk_maker_add_marks(const struct mk_maker *maker, size_t i, struct mk_plan_picture *picture)
{
    const struct mk_plan_request *request = maker->request;
    const struct mk_job_output *output = &request->job->outputs[i];

    picture->mark_matrix =
        mk_maker_matrix(picture->matrix_out ? picture->matrix_out : maker->video->matrix,
                        maker->video->width_px, maker->video->height_px);
    for (size_t k = 0; k < output->watermark_count && k < MK_PLAN_MARKS; k++) {
        const struct mk_auxiliary object = mk_auxiliary_of_watermark(&output->watermarks[k]);
        const struct mk_preset_watermark *slot =
            find_slot(request->presets[i]->video, output->watermarks[k].preset_watermark_id);
        size_t image = mk_auxiliary_find(request->auxiliaries, request->auxiliary_count, &object);
        struct mk_plan_mark *mark = &picture->marks[picture->mark_count];

        if (!slot || image == request->auxiliary_count) /* refused before it came here */
            continue;
        *mark = mk_watermark_place(slot, picture, &request->auxiliaries[image].info);
        mark->image = (unsigned)image;
        picture->mark_count++;
    }
}
