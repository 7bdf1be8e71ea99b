#include "check.h"

#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "media/input.h"

/* A clock that the test can put forward, in the place of the C library's. */
static int64_t ahead_s;

int clock_gettime(clockid_t clock, struct timespec *now)
{
    long failed = syscall(SYS_clock_gettime, clock, now);

    now->tv_sec += ahead_s;
    return (int)failed;
}

/* An input without an end, which needs a second for every piece of it. */
static struct {
    struct mk_reader base;
    const char *head;
    size_t head_bytes;
    int64_t second_s;
    unsigned reads, most; /* it ends after so many; 0: never */
} slow;

static mockets_status slow_read(struct mk_reader *self, int64_t offset, void *data, size_t size,
                                size_t *got, struct mockets_error *err)
{
    (void)self, (void)err;
    memset(data, 0, size);
    if (offset == 0 && size >= slow.head_bytes)
        memcpy(data, slow.head, slow.head_bytes);
    ahead_s += slow.second_s;
    slow.reads++;
    assert_true(slow.reads < 2000);
    *got = slow.most && slow.reads > slow.most ? 0 : size;
    return MOCKETS_OK;
}

static void slow_close(struct mk_reader *self)
{
    (void)self;
}

/* Where libavformat looks for the next thing it knows until the end of the file. */
static void gives_up_what_takes_too_long(void **state)
{
    static const struct mk_reader_ops ops = {.read = slow_read, .close = slow_close};
    static const char matroska[] = "\x1a\x45\xdf\xa3\x8b\x42\x82\x88matroska"
                                   "\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff";
    struct mk_input *input = NULL;
    struct mockets_error error = {0};

    (void)state;
    slow.base = (struct mk_reader){.ops = &ops, .size_bytes = INT64_C(1) << 40};
    slow.head = matroska;
    slow.head_bytes = sizeof(matroska) - 1;
    slow.second_s = 1;
    assert_int_equal(mk_input_open(&slow.base, NULL, &input, &error), MOCKETS_E_MEDIA);
    assert_null(input);
    assert_string_equal(error.message, "the input takes too long to read");
    assert_in_range(slow.reads, 100, 200);
    /* What comes through a pipe comes when somebody has it. */
    slow.base.once = true;
    slow.reads = 0;
    slow.most = 500;
    assert_int_equal(mk_input_open(&slow.base, NULL, &input, &error), MOCKETS_E_MEDIA);
    assert_null(input);
    assert_null(strstr(error.message, "too long"));
    assert_true(slow.reads > slow.most);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(gives_up_what_takes_too_long)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
