#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "server/preset_list.h"
#include "server/transcode.h"

static json_t *presets;

static int setup(void **state)
{
    (void)state;
    presets = json_pack("[{s:s,s:s,s:s},{s:s,s:s,s:s},{s:s,s:s,s:s},{s:s,s:s,s:s},{s:s,s:s,s:s}]",
                        "Id", "1-a", "Name", "System preset: Generic 720p", "Container", "mp4",
                        "Id", "1-b", "Name", "System preset: HLS Video - 1.5M", "Container", "ts",
                        "Id", "1-c", "Name", "mockets: HLS 720p", "Container", "ts", "Id", "1-d",
                        "Name", "System preset: Twin", "Container", "fmp4", "Id", "1-e", "Name",
                        "mockets: twin", "Container", "mp3");
    return !presets;
}

static int teardown(void **state)
{
    (void)state;
    json_decref(presets);
    return 0;
}

static void test_find(void **state)
{
    static const struct {
        const char *wanted, *id;
    } rows[] = {
        {"1-a", "1-a"},      {"System preset: Generic 720p", "1-a"}, {"generic 720P", "1-a"},
        {"HLS 720p", "1-c"}, {"System preset: Twin", "1-d"},         {"mockets: twin", "1-e"},
    };
    struct mockets_error err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_string_equal(json_text(preset_list_find(presets, rows[i].wanted, &err), "Id"),
                            rows[i].id);
    assert_null(preset_list_find(presets, "twin", &err));
    assert_non_null(strstr(err.message, "1-d  System preset: Twin"));
    assert_non_null(strstr(err.message, "1-e  mockets: twin"));
    assert_null(preset_list_find(presets, "720p", &err));
    assert_non_null(strstr(err.message, "1-a"));
    assert_non_null(strstr(err.message, "1-c"));
    assert_null(preset_list_find(presets, "nothing", &err));
    assert_non_null(strstr(err.message, "mockets presets"));
}

/** The request for lists that are separated by spaces; NULL if it is refused. */
static json_t *request_of(const char *input, const char *preset, const char *playlist,
                          const char *segment)
{
    char key[] = "key", *keys[] = {key}, *inputs[] = {(char *)input}, *wanted[] = {(char *)preset},
         *lists[] = {(char *)playlist};
    struct transcode transcode = {.inputs = {inputs, 1},
                                  .presets = {wanted, 1},
                                  .playlists = {lists, playlist ? 1 : 0},
                                  .segment_duration = (char *)segment};
    struct transcode_inputs found = {.keys = {keys, 1}};
    struct mockets_error err;
    char *text = NULL;
    json_t *request;

    if (transcode_request(&transcode, &found, presets, &text, &err))
        return NULL;
    request = json_loads(text, 0, NULL);
    free(text);
    return request;
}

static void test_request(void **state)
{
    static const struct {
        const char *input, *preset, *playlist, *segment, *key, *duration;
    } rows[] = {
        {"a/film.mov", "generic 720p", NULL, NULL, "film-generic-720p.mp4", NULL},
        {"film", "1-b", NULL, NULL, "film-hls-video-1-5m.ts", NULL},
        {"film.mp4", "1-b", NULL, "2.5", "film-hls-video-1-5m", "2.5"},
        {"film.mp4", "1-c", "list=HLSv3", NULL, "film-hls-720p", "6"},
        {"film.mp4", "1-c", "list=HLSv3", "4", "film-hls-720p", "4"},
        {"film.mp4", "1-d=x/y.mp4", "a=b=MPEG-DASH", NULL, "x/y.mp4", "6"},
        {"film.mp4", "1-d", NULL, "3", "film-twin.mp4", "3"},
        {"film.mp4", "1-a=k=l", "list=HLSv3", NULL, "k=l", NULL},
        {".film", "1-e", NULL, NULL, ".film-twin.mp3", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        json_t *request =
            request_of(rows[i].input, rows[i].preset, rows[i].playlist, rows[i].segment);
        json_t *output = json_array_get(json_object_get(request, "Outputs"), 0);
        json_t *playlist = json_array_get(json_object_get(request, "Playlists"), 0);

        assert_non_null(request);
        assert_string_equal(json_text(output, "Key"), rows[i].key);
        assert_string_equal(json_text(output, "SegmentDuration"),
                            rows[i].duration ? rows[i].duration : "");
        assert_true(!playlist == !rows[i].playlist);
        if (playlist)
            assert_string_equal(
                json_string_value(json_array_get(json_object_get(playlist, "OutputKeys"), 0)),
                rows[i].key);
        json_decref(request);
    }
    assert_null(request_of("film.mp4", "1-a", NULL, "3"));
    assert_null(request_of("film.mp4", "none", NULL, NULL));
}

static void touch(const char *path)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fclose(file);
}

static void check_refused(char *input, const char *text)
{
    struct transcode_inputs found = {0};
    struct mockets_error err;

    assert_int_equal(transcode_find_inputs(&(struct strings){&input, 1}, &found, &err),
                     MOCKETS_E_INVALID);
    assert_non_null(strstr(err.message, text));
    transcode_close_inputs(&found);
}

static void test_inputs(void **state)
{
    char one[] = "in/one/a.mp4", two[] = "in/one/b.mp4", three[] = "in/oneandmore/c.mp4";
    char none[] = "in/none.mp4", *files[] = {one, two, three};
    char directory[PATH_MAX], here[PATH_MAX];
    struct transcode_inputs found = {0};
    struct mockets_error err;

    (void)state;
    mkdir("in", 0777);
    mkdir("in/one", 0777);
    mkdir("in/oneandmore", 0777);
    for (int i = 0; i < 3; i++)
        touch(files[i]);
    assert_non_null(realpath("in", here));
    snprintf(directory, sizeof(directory), "%.*s/one", PATH_MAX - 5, here);

    assert_int_equal(transcode_find_inputs(&(struct strings){files, 2}, &found, &err), 0);
    assert_string_equal(found.directory, directory);
    assert_string_equal(found.keys.items[1], "b.mp4");
    assert_int_equal(found.stream_count, 0);
    transcode_close_inputs(&found);

    assert_int_equal(transcode_find_inputs(&(struct strings){files, 3}, &found, &err), 0);
    assert_string_equal(found.directory, here);
    assert_string_equal(found.keys.items[0], "one/a.mp4");
    assert_string_equal(found.keys.items[2], "oneandmore/c.mp4");
    transcode_close_inputs(&found);

    check_refused(none, "in/none.mp4");
}

/* A pipe has the place of its own name, wherever that leads to, and is opened at once. */
static void test_pipes(void **state)
{
    char film[] = "in/one/a.mp4", pipe[] = "in/pipe", link[] = "in/oneandmore/link";
    char device[] = "in/null", folder[] = "in/one", *files[] = {film, pipe, link};
    struct transcode_inputs found = {0};
    struct mockets_error err;
    char data[8] = "";

    (void)state;
    unlink(pipe);
    unlink(link);
    unlink(device);
    assert_int_equal(mkfifo(pipe, 0600), 0);
    assert_int_equal(symlink("../pipe", link), 0);
    assert_int_equal(symlink("/dev/null", device), 0);
    assert_int_equal(transcode_find_inputs(&(struct strings){files, 3}, &found, &err), 0);
    assert_int_equal(found.stream_count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_string_equal(found.streams[i].bucket, TRANSCODE_INPUT_BUCKET);
        assert_string_equal(found.streams[i].key, found.keys.items[i + 1]);
    }
    assert_string_equal(found.keys.items[0], "one/a.mp4");
    assert_string_equal(found.keys.items[1], "pipe");
    assert_string_equal(found.keys.items[2], "oneandmore/link");
    touch(pipe); /* it waits for whoever opens the other end */
    assert_int_equal(read(found.streams[0].fd, data, sizeof(data)), 0);
    transcode_close_inputs(&found);
    assert_int_equal(found.stream_count, 0);

    check_refused(device, "in/null cannot be read: it is a device");
    check_refused(folder, "in/one cannot be read: it is a directory");
    assert_string_equal(transcode_input_path("-"), "/dev/stdin");
    assert_string_equal(transcode_input_path("a-"), "a-");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_request),
        cmocka_unit_test(test_inputs),
        cmocka_unit_test(test_pipes),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
