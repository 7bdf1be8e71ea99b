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

static int64_t rate_bps(int64_t bytes, int64_t us)
{
    return us > 0 ? (int64_t)((double)bytes * 8e6 / (double)us + 0.5) : 0;
}

/* Attributes in the order of the alphabet, as the service wrote them. */
static void put_representation(const struct mk_variant *variant, size_t number, struct mk_buf *to)
{
    const struct mk_made *made = variant->made;
    const struct mk_made_track *sound = mk_made_find_track(made, MK_AUDIO);
    bool video = made->width_px > 0;
    int64_t bps = rate_bps(made->size_bytes, made->duration_us);

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

/* A set of its own: one file, in no segments. */
static void put_caption(const struct mk_caption_rendition *caption, size_t number, int64_t film_us,
                        struct mk_buf *to)
{
    mk_buf_puts(to, "        <AdaptationSet contentType=\"text\" lang=\"");
    mk_playlist_xml(caption->language, to);
    mk_buf_puts(to, "\" mimeType=\"text/vtt\">\n");
    if (caption->label) {
        mk_buf_puts(to, "            <Label>");
        mk_playlist_xml(caption->label, to);
        mk_buf_puts(to, "</Label>\n");
    }
    mk_buf_printf(to,
                  "            <Role schemeIdUri=\"urn:mpeg:dash:role:2011\" value=\"subtitle\"/>\n"
                  "            <Representation bandwidth=\"%" PRId64 "\" id=\"TEXT-%zu\">\n"
                  "                <BaseURL>",
                  rate_bps(caption->size_bytes, film_us), number);
    mk_playlist_uri(caption->path, to);
    mk_buf_puts(to, ".vtt</BaseURL>\n"
                    "            </Representation>\n"
                    "        </AdaptationSet>\n");
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
    for (size_t i = 0; i < listing->caption_count; i++)
        put_caption(&listing->captions[i], i + 1, longest_us, to);
    mk_buf_puts(to, "    </Period>\n</MPD>\n");
}
