#include <inttypes.h>
#include <string.h>

#include "media/playlist.h"

/* "PT5.267S", "PT1H2M3.000S" */
static void put_duration(int64_t us, struct mk_buf *to)
{
    int64_t ms = (us + 500) / 1000;

    mk_buf_puts(to, "PT");
    if (ms >= 3600000)
        mk_buf_printf(to, "%" PRId64 "H", ms / 3600000);
    if (ms >= 60000)
        mk_buf_printf(to, "%" PRId64 "M", ms / 60000 % 60);
    mk_buf_printf(to, "%" PRId64 ".%03" PRId64 "S", ms / 1000 % 60, ms % 1000);
}

static void put_frame_rate(struct mk_rational rate, struct mk_buf *to)
{
    if (rate.den > 0 && rate.num % rate.den == 0)
        mk_buf_printf(to, "%d", rate.num / rate.den);
    else
        mk_buf_printf(to, "%d/%d", rate.num, rate.den);
}

/* Attributes in the order of the alphabet, as the service wrote them. */
static void put_representation(const struct mk_variant *variant, size_t number, struct mk_buf *to)
{
    const struct mk_made *made = variant->made;
    const struct mk_made_track *sound = mk_made_find_track(made, MK_AUDIO);
    bool video = made->width_px > 0;
    int64_t bps = made->duration_us > 0
                      ? (int64_t)((double)made->size_bytes * 8e6 / (double)made->duration_us + 0.5)
                      : 0;

    mk_buf_puts(to, "            <Representation");
    if (!video)
        mk_buf_printf(to, " audioSamplingRate=\"%d\"", sound->sample_rate_hz);
    mk_buf_printf(to, " bandwidth=\"%" PRId64 "\" codecs=\"%s\"", bps, made->codecs);
    if (video) {
        mk_buf_puts(to, " frameRate=\"");
        put_frame_rate(made->frame_rate, to);
        mk_buf_printf(to, "\" height=\"%d\"", made->height_px);
    }
    mk_buf_printf(to, " id=\"%s-%zu\" mimeType=\"%s/mp4\" startWithSAP=\"1\"",
                  video ? "VIDEO" : "AUDIO", number, video ? "video" : "audio");
    if (video)
        mk_buf_printf(to, " width=\"%d\"", made->width_px);
    mk_buf_puts(to, ">\n");
    if (!video)
        mk_buf_printf(to,
                      "                <AudioChannelConfiguration schemeIdUri=\"urn:mpeg:dash:"
                      "23003:3:audio_channel_configuration:2011\" value=\"%d\"/>\n",
                      sound->channels);
    mk_buf_puts(to, "                <BaseURL>");
    mk_playlist_uri(variant->path, to);
    mk_buf_printf(to,
                  "</BaseURL>\n"
                  "                <SegmentBase indexRange=\"%" PRId64 "-%" PRId64
                  "\" indexRangeExact=\"true\">\n"
                  "                    <Initialization range=\"0-%" PRId64 "\"/>\n"
                  "                </SegmentBase>\n"
                  "            </Representation>\n",
                  made->index_offset_bytes, made->index_offset_bytes + made->index_bytes - 1,
                  made->index_offset_bytes - 1);
}

/* Outputs that a player may change between: pictures, or sounds of the same make. */
static bool same_set(const struct mk_made *a, const struct mk_made *b)
{
    const struct mk_made_track *x = mk_made_find_track(a, MK_AUDIO);
    const struct mk_made_track *y = mk_made_find_track(b, MK_AUDIO);

    if (a->width_px || b->width_px)
        return a->width_px && b->width_px;
    return strcmp(x->codec, y->codec) == 0 && x->sample_rate_hz == y->sample_rate_hz &&
           x->channels == y->channels;
}

/* The set that variant @p first is the first of. */
static void put_set(const struct mk_listing *listing, size_t first, struct mk_buf *to)
{
    const struct mk_variant *variants = listing->variants;
    size_t numbers[2] = {0, 0}; /* of the sounds and pictures so far */

    mk_buf_puts(to, "        <AdaptationSet segmentAlignment=\"true\" subsegmentAlignment=\"true\" "
                    "subsegmentStartsWithSAP=\"1\">\n");
    for (size_t i = 0; i < listing->variant_count; i++) {
        size_t *number = &numbers[variants[i].made->width_px > 0];

        ++*number;
        if (same_set(variants[first].made, variants[i].made))
            put_representation(&variants[i], *number, to);
    }
    mk_buf_puts(to, "        </AdaptationSet>\n");
}

static bool is_first(const struct mk_listing *listing, size_t i)
{
    for (size_t k = 0; k < i; k++) {
        if (same_set(listing->variants[k].made, listing->variants[i].made))
            return false;
    }
    return true;
}

void mk_dash_presentation(const struct mk_listing *listing, struct mk_buf *to)
{
    int64_t longest_us = 0;

    for (size_t i = 0; i < listing->variant_count; i++) {
        if (listing->variants[i].made->duration_us > longest_us)
            longest_us = listing->variants[i].made->duration_us;
    }
    mk_buf_puts(to, "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
                    "<MPD mediaPresentationDuration=\"");
    put_duration(longest_us, to);
    mk_buf_puts(to, "\" minBufferTime=\"PT1.500S\" "
                    "profiles=\"urn:mpeg:dash:profile:isoff-on-demand:2011\" type=\"static\" "
                    "xmlns=\"urn:mpeg:dash:schema:mpd:2011\">\n"
                    "    <Period duration=\"");
    put_duration(longest_us, to);
    mk_buf_puts(to, "\">\n");
    for (size_t i = 0; i < listing->variant_count; i++) {
        if (is_first(listing, i))
            put_set(listing, i, to);
    }
    mk_buf_puts(to, "    </Period>\n</MPD>\n");
}
