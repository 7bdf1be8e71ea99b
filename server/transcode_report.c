#include <stdio.h>
#include <string.h>

#include "server/preset_list.h"
#include "server/transcode.h"

enum { BAR_WIDTH = 32 };

/** "1:02:03" or "0:07". */
static void write_clock(int64_t ms, char *out, size_t capacity)
{
    long long seconds = (ms + 999) / 1000;

    if (seconds >= 3600)
        snprintf(out, capacity, "%lld:%02lld:%02lld", seconds / 3600, seconds / 60 % 60,
                 seconds % 60);
    else
        snprintf(out, capacity, "%lld:%02lld", seconds / 60, seconds % 60);
}

void transcode_show_progress(const struct mockets_job_progress *progress)
{
    int filled = (int)(progress->fraction * BAR_WIDTH);
    char bar[BAR_WIDTH + 1], speed[32] = "", left[32] = "", clock[24];

    for (int i = 0; i < BAR_WIDTH; i++)
        bar[i] = i < filled ? '#' : '.';
    bar[BAR_WIDTH] = '\0';
    if (progress->speed > 0)
        snprintf(speed, sizeof(speed), "  %.1fx", progress->speed);
    if (progress->remaining_ms >= 0) {
        write_clock(progress->remaining_ms, clock, sizeof(clock));
        snprintf(left, sizeof(left), "  %s left", clock);
    }
    write_clock(progress->done_ms, clock, sizeof(clock));
    if (progress->done_ms > 0 && progress->total_ms <= 0) /* who knows how much that is */
        fprintf(stderr, "\r%s made%s\033[K", clock, speed);
    else
        fprintf(stderr, "\r[%s] %3d %%%s%s\033[K", bar, (int)(progress->fraction * 100), speed,
                left);
    fflush(stderr);
}

void transcode_clear_progress(void)
{
    fputs("\r\033[K", stderr);
    fflush(stderr);
}

static void write_size(json_int_t bytes, char *out, size_t capacity)
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
    double size = (double)bytes;
    size_t unit = 0;

    while (size >= 1000 && unit + 1 < sizeof(units) / sizeof(units[0])) {
        size /= 1000;
        unit++;
    }
    snprintf(out, capacity, "%.*f %s", unit && size < 100 ? 1 : 0, size, units[unit]);
}

static json_int_t number_of(json_t *json, const char *key)
{
    return json_integer_value(json_object_get(json, key));
}

void transcode_print_outputs(json_t *job)
{
    json_t *outputs = json_object_get(job, "Outputs"), *output;
    size_t i;
    int width = 0;

    json_array_foreach(outputs, i, output)
    {
        int size = (int)strlen(json_text(output, "Key"));

        width = size > width ? size : width;
    }
    json_array_foreach(outputs, i, output)
    {
        const char *rate = json_text(output, "FrameRate");
        char picture[48] = "-", size[32];

        if (number_of(output, "Width"))
            snprintf(picture, sizeof(picture), "%lldx%lld", (long long)number_of(output, "Width"),
                     (long long)number_of(output, "Height"));
        write_size(number_of(output, "FileSize"), size, sizeof(size));
        printf("%-*s  %9s  %6s fps  %8.3f s  %s\n", width, json_text(output, "Key"), picture,
               rate[0] ? rate : "-", (double)number_of(output, "DurationMillis") / 1000, size);
    }
}

/** One line for each member of @p list that failed. @return how many there are. */
static size_t print_failed(json_t *list, const char *name)
{
    size_t count = 0, i;
    json_t *item;

    json_array_foreach(list, i, item)
    {
        if (strcmp(json_text(item, "Status"), "Error") != 0)
            continue;
        fprintf(stderr, "mockets: %s: %s\n", json_text(item, name),
                json_text(item, "StatusDetail"));
        count++;
    }
    return count;
}

void transcode_print_failures(json_t *job)
{
    size_t count = print_failed(json_object_get(job, "Outputs"), "Key") +
                   print_failed(json_object_get(job, "Playlists"), "Name");

    if (!count)
        fprintf(stderr, "mockets: the job ended as %s.\n", json_text(job, "Status"));
}
