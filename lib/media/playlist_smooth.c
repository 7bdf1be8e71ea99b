#include <inttypes.h>
#include <string.h>

#include "media/playlist.h"

/*
 * Smooth Streaming: a server finds in ".ism" which file and track has the quality that a client
 * asks for by "QualityLevels(RATE)/Fragments(NAME=TIME)", and in the file's "mfra" where the
 * fragment is; a client finds rates and times in ".ismc".
 */

enum { MAX_QUALITIES = 64 }; /* OutputKeys has at most 30 entries, of two tracks each */

/* A track of one output. Those of one kind whose fragments begin together are one stream. */
struct quality {
    const struct mk_variant *variant;
    const struct mk_made_track *track;
    size_t stream;
    int64_t rate; /* it is asked for by this, so no other of its stream has the same */
};

struct qualities {
    struct quality items[MAX_QUALITIES];
    size_t count;
};

static bool same_times(const struct mk_made_track *a, const struct mk_made_track *b)
{
    if (a->fragment_count != b->fragment_count)
        return false;
    for (size_t i = 0; i < a->fragment_count; i++) {
        if (a->fragments[i].start != b->fragments[i].start)
            return false;
    }
    return true;
}

/* Several outputs carry the same sound: one of them is enough. */
static bool same_sound(const struct mk_made_track *a, const struct mk_made_track *b)
{
    return a->kind == MK_AUDIO && a->bit_rate_bps == b->bit_rate_bps &&
           strcmp(a->private_data, b->private_data) == 0;
}

static void add(struct qualities *all, const struct mk_variant *variant,
                const struct mk_made_track *track)
{
    struct quality *one = &all->items[all->count];
    size_t streams = 0;
    bool found = false;

    *one = (struct quality){.variant = variant, .track = track, .rate = track->bit_rate_bps};
    for (size_t i = 0; i < all->count; i++) {
        const struct quality *other = &all->items[i];

        if (other->track->kind != track->kind)
            continue;
        if (!found && same_times(other->track, track)) {
            if (same_sound(other->track, track))
                return;
            found = true;
            one->stream = other->stream;
        }
        if (other->stream + 1 > streams)
            streams = other->stream + 1;
    }
    if (!found)
        one->stream = streams;
    for (size_t i = 0; i < all->count; i++) {
        const struct quality *other = &all->items[i];

        if (other->track->kind == track->kind && other->stream == one->stream &&
            other->rate == one->rate) {
            one->rate++;
            i = (size_t)-1; /* from the start */
        }
    }
    all->count++;
}

static void collect(const struct mk_listing *listing, struct qualities *all)
{
    all->count = 0;
    for (size_t i = 0; i < listing->variant_count; i++) {
        const struct mk_made *made = listing->variants[i].made;

        for (size_t t = 0; t < made->track_count; t++) {
            if (made->tracks[t].fragment_count && all->count < MAX_QUALITIES)
                add(all, &listing->variants[i], &made->tracks[t]);
        }
    }
}

bool mk_smooth_fits(const struct mk_listing *listing)
{
    struct qualities all;

    collect(listing, &all);
    for (size_t i = 0; i < all.count; i++) {
        if (all.items[i].track->kind == MK_VIDEO && all.items[i].stream)
            return false;
    }
    return true;
}

static const char *kind_name(const struct quality *quality)
{
    return quality->track->kind == MK_VIDEO ? "video" : "audio";
}

static void put_stream_name(const struct quality *quality, struct mk_buf *to)
{
    mk_buf_puts(to, kind_name(quality));
    if (quality->stream)
        mk_buf_printf(to, "_%zu", quality->stream);
}

static void put_param(const char *name, struct mk_buf *to)
{
    mk_buf_printf(to, "                <param name=\"%s\" value=\"", name);
}

void mk_smooth_server_manifest(const struct mk_listing *listing, struct mk_buf *to)
{
    struct qualities all;

    collect(listing, &all);
    mk_buf_puts(to, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                    "<smil xmlns=\"http://www.w3.org/2001/SMIL20/Language\">\n"
                    "    <head>\n"
                    "        <meta content=\"");
    mk_playlist_xml(listing->name, to);
    mk_buf_puts(to, ".ismc\" name=\"clientManifestRelativePath\"/>\n"
                    "    </head>\n"
                    "    <body>\n"
                    "        <switch>\n");
    for (size_t i = 0; i < all.count; i++) {
        const struct quality *quality = &all.items[i];

        mk_buf_printf(to, "            <%s src=\"", kind_name(quality));
        mk_playlist_xml(quality->variant->path, to);
        mk_buf_printf(to, "\" systemBitrate=\"%" PRId64 "\">\n", quality->rate);
        put_param("trackID", to);
        mk_buf_printf(to, "%u\" valuetype=\"data\"/>\n", quality->track->id);
        put_param("trackName", to);
        put_stream_name(quality, to);
        mk_buf_printf(to, "\" valuetype=\"data\"/>\n            </%s>\n", kind_name(quality));
    }
    mk_buf_puts(to, "        </switch>\n    </body>\n</smil>\n");
}

static void put_quality(const struct quality *quality, size_t index, struct mk_buf *to)
{
    const struct mk_made_track *track = quality->track;
    const struct mk_made *made = quality->variant->made;

    mk_buf_printf(
        to, "        <QualityLevel Index=\"%zu\" Bitrate=\"%" PRId64 "\" CodecPrivateData=\"%s\" ",
        index, quality->rate, track->private_data);
    if (track->kind == MK_VIDEO)
        mk_buf_printf(to, "FourCC=\"H264\" MaxWidth=\"%d\" MaxHeight=\"%d\"/>\n", made->width_px,
                      made->height_px);
    else
        mk_buf_printf(to,
                      "FourCC=\"AACL\" AudioTag=\"255\" BitsPerSample=\"16\" Channels=\"%d\" "
                      "PacketSize=\"%d\" SamplingRate=\"%d\"/>\n",
                      track->channels, 2 * track->channels, track->sample_rate_hz);
}

static void put_times(const struct mk_made_track *track, struct mk_buf *to)
{
    int64_t next = 0;

    for (size_t i = 0; i < track->fragment_count; i++) {
        const struct mk_made_fragment *fragment = &track->fragments[i];

        mk_buf_puts(to, "        <c ");
        if (i == 0 || fragment->start != next)
            mk_buf_printf(to, "t=\"%" PRId64 "\" ", fragment->start);
        mk_buf_printf(to, "d=\"%" PRId64 "\"/>\n", fragment->duration);
        next = fragment->start + fragment->duration;
    }
}

static bool together(const struct quality *a, const struct quality *b)
{
    return a->track->kind == b->track->kind && a->stream == b->stream;
}

static void put_stream_head(const struct qualities *all, const struct quality *first,
                            struct mk_buf *to)
{
    size_t levels = 0;
    int width = 0, height = 0;

    for (size_t i = 0; i < all->count; i++) {
        const struct mk_made *made = all->items[i].variant->made;

        if (!together(first, &all->items[i]))
            continue;
        levels++;
        width = made->width_px > width ? made->width_px : width;
        height = made->height_px > height ? made->height_px : height;
    }
    mk_buf_printf(to, "    <StreamIndex Type=\"%s\" Name=\"", kind_name(first));
    put_stream_name(first, to);
    mk_buf_printf(to, "\" Chunks=\"%zu\" QualityLevels=\"%zu\" ", first->track->fragment_count,
                  levels);
    if (first->track->kind == MK_VIDEO)
        mk_buf_printf(to, "MaxWidth=\"%d\" MaxHeight=\"%d\" ", width, height);
    mk_buf_puts(to, "Url=\"QualityLevels({bitrate})/Fragments(");
    put_stream_name(first, to);
    mk_buf_puts(to, "={start time})\">\n");
}

static void put_stream(const struct qualities *all, const struct quality *first, struct mk_buf *to)
{
    size_t index = 0;

    put_stream_head(all, first, to);
    for (size_t i = 0; i < all->count; i++) {
        if (together(first, &all->items[i]))
            put_quality(&all->items[i], index++, to);
    }
    put_times(first->track, to);
    mk_buf_puts(to, "    </StreamIndex>\n");
}

static bool is_first(const struct qualities *all, size_t i)
{
    for (size_t k = 0; k < i; k++) {
        if (together(&all->items[k], &all->items[i]))
            return false;
    }
    return true;
}

void mk_smooth_client_manifest(const struct mk_listing *listing, struct mk_buf *to)
{
    struct qualities all;
    int64_t longest = 0;

    collect(listing, &all);
    for (size_t i = 0; i < all.count; i++) {
        const struct mk_made_track *track = all.items[i].track;
        const struct mk_made_fragment *last = &track->fragments[track->fragment_count - 1];

        if (last->start + last->duration > longest)
            longest = last->start + last->duration;
    }
    mk_buf_printf(to,
                  "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                  "<SmoothStreamingMedia MajorVersion=\"2\" MinorVersion=\"0\" TimeScale=\"%d\" "
                  "Duration=\"%" PRId64 "\">\n",
                  MK_FRAGMENT_SCALE, longest);
    if (listing->protection)
        mk_buf_printf(to,
                      "    <Protection>\n"
                      "        <ProtectionHeader SystemID=\"9A04F079-9840-4286-AB92-E65BE0885F95\">"
                      "%s</ProtectionHeader>\n"
                      "    </Protection>\n",
                      listing->protection);
    for (size_t i = 0; i < all.count; i++) {
        if (is_first(&all, i))
            put_stream(&all, &all.items[i], to);
    }
    mk_buf_puts(to, "</SmoothStreamingMedia>\n");
}
