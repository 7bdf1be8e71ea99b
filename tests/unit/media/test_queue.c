#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/thread.h"
#include "media/queue.h"

enum { WRITERS = 3, ITEMS = 500 };

struct writer {
    struct mk_queue *queue;
    unsigned port;
    pthread_t thread;
    unsigned accepted;
};

static struct mk_item packet_of(unsigned port, int64_t number)
{
    struct mk_item item = {.kind = MK_ITEM_PACKET, .port = port};

    item.packet = av_packet_alloc();
    item.packet->pts = number;
    return item;
}

static struct mk_item end_of(unsigned port)
{
    struct mk_item item = {.kind = MK_ITEM_END, .port = port};

    item.error = NULL;
    return item;
}

static void *write_all(void *argument)
{
    struct writer *writer = argument;

    for (int i = 0; i < ITEMS; i++) {
        if (!mk_queue_put_take(writer->queue, packet_of(writer->port, i)))
            return NULL;
        writer->accepted++;
    }
    mk_queue_put_take(writer->queue, end_of(writer->port));
    return NULL;
}

static void start(struct writer *writers, struct mk_queue *queue)
{
    for (unsigned i = 0; i < WRITERS; i++) {
        writers[i] = (struct writer){.queue = queue, .port = i};
        assert_int_equal(
            mk_thread_start(&writers[i].thread, "writer", write_all, &writers[i], NULL), 0);
    }
}

static void join(struct writer *writers)
{
    for (unsigned i = 0; i < WRITERS; i++)
        pthread_join(writers[i].thread, NULL);
}

static void keeps_the_order_of_each_writer(void **state)
{
    struct writer writers[WRITERS];
    int64_t next[WRITERS] = {0};
    unsigned ended = 0;
    struct mk_queue queue;

    (void)state;
    assert_int_equal(mk_queue_init(&queue, 4, WRITERS, NULL, NULL), 0);
    start(writers, &queue);
    while (ended < WRITERS) {
        struct mk_item item;

        assert_true(mk_queue_get(&queue, &item));
        if (item.kind == MK_ITEM_END) {
            assert_int_equal(next[item.port], ITEMS);
            ended++;
            continue;
        }
        assert_int_equal(item.packet->pts, next[item.port]++);
        mk_item_free(&item);
    }
    join(writers);
    mk_queue_fini(&queue);
}

static void a_leaving_reader_stops_the_writers(void **state)
{
    struct writer writers[WRITERS];
    struct mk_queue queue;
    struct mk_item item;

    (void)state;
    assert_int_equal(mk_queue_init(&queue, 4, WRITERS, NULL, NULL), 0);
    start(writers, &queue);
    assert_true(mk_queue_get(&queue, &item));
    mk_item_free(&item);
    mk_queue_leave(&queue);
    join(writers);
    for (unsigned i = 0; i < WRITERS; i++)
        assert_true(writers[i].accepted < ITEMS);
    mk_queue_fini(&queue); /* with what is still in it */
}

static void a_cancel_wakes_everybody(void **state)
{
    struct writer writers[WRITERS];
    struct mk_queue queue;
    struct mk_cancel cancel;
    struct mk_item item;

    (void)state;
    mk_cancel_init(&cancel);
    assert_int_equal(mk_queue_init(&queue, 4, WRITERS, &cancel, NULL), 0);
    start(writers, &queue);
    mk_cancel_set(&cancel);
    join(writers);
    assert_false(mk_queue_get(&queue, &item));
    assert_false(mk_queue_put_take(&queue, packet_of(0, 0)));
    mk_queue_fini(&queue);
    assert_null(cancel.watches);
    mk_cancel_fini(&cancel);
}

static void an_end_never_waits(void **state)
{
    struct mk_queue queue;
    struct mk_item item;

    (void)state;
    assert_int_equal(mk_queue_init(&queue, 1, 2, NULL, NULL), 0);
    assert_true(mk_queue_put_take(&queue, packet_of(0, 1)));
    assert_true(mk_queue_put_take(&queue, end_of(0)));
    assert_true(mk_queue_put_take(&queue, end_of(1)));
    assert_true(mk_queue_get(&queue, &item));
    assert_int_equal(item.kind, MK_ITEM_PACKET);
    mk_item_free(&item);
    assert_true(mk_queue_get(&queue, &item));
    assert_int_equal(item.kind, MK_ITEM_END);
    assert_int_equal(item.port, 0);
    mk_queue_fini(&queue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_the_order_of_each_writer),
        cmocka_unit_test(a_leaving_reader_stops_the_writers),
        cmocka_unit_test(a_cancel_wakes_everybody),
        cmocka_unit_test(an_end_never_waits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
