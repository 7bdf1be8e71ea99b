#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model/job.h"
#include "model/operation.h"
#include "model/pipeline.h"
#include "model/preset.h"
#include "model/walk.h"

/* A walk over every row of every shape. */

static const struct mk_shape *const stored[] = {
    &mk_shape_pipeline,
    &mk_shape_warning,
    &mk_shape_preset,
    &mk_shape_job,
};

#define BASE64 "(^(?:[A-Za-z0-9\\+/]{4})*(?:[A-Za-z0-9\\+/]{2}==|[A-Za-z0-9\\+/]{3}=)?$)"
#define CLOCK  "([0-1]?[0-9]:|2[0-3]:)?([0-5]?[0-9]:)?[0-5]?[0-9](\\.\\d{0,3})?$)"
#define FRAMES "(^10$)|(^15$)|(^23.97$)|(^24$)|(^25$)|(^29.97$)|(^30$)|(^50$)|(^60$)"

/* A value just inside and one just outside of each pattern that is not a list of words. */
static const struct {
    const char *pattern, *inside, *outside;
} samples[] = {
    {"^\\d{13}-\\w{6}$", "1234567890123-abc_09", "1234567890123-abc_0"},
    {"^(\\w|\\.|-){1,255}$", "b", ""},
    {"(^$)|(^arn:aws:sns:.*:\\w{12}:.+$)", "arn:aws:sns::123456789012:t",
     "arn:aws:sns::123456789012:"},
    {"(^auto$)|(^\\d{1,5}x\\d{1,5}$)", "1x99999", "1x100000"},
    {"^\\d{1,5}x\\d{1,5}$", "99999x1", "100000x1"},
    {"(^auto$)|(^\\d{2,4}$)", "10", "9"},
    {"(^\\d{2,5}$)|(^auto$)", "99999", "100000"},
    {"^\\d{1,3}$", "320", ""},
    {"^\\d{1,5}$", "99999", "100000"},
    {"^\\d{1,6}$", "999999", "1000000"},
    {"^\\d{1,5}(\\.\\d{0,5})?$", "99999.99999", "1.000000"},
    {"^\\d{1,3}(\\.\\d{0,20})?$", "100.00000000000000000000", "1000"},
    {"(^\\d{1,3}(\\.\\d{0,5})?%$)|(^\\d{1,4}?px$)", "9999px", "1000%"},
    {"^$|" BASE64, "", "A==="},
    {BASE64, "AA==", "A==="},
    {"(^\\d{1,5}(\\.\\d{0,3})?$)|(^" CLOCK, "23:59:59.999", "24:00:00"},
    {"(^[+-]?\\d{1,5}(\\.\\d{0,3})?$)|(^[+-]?" CLOCK, "-0:00", "--0:00"},
    {"(^.{1,1020}.jpg$)|(^.{1,1019}.jpeg$)|(^.{1,1020}.png$)", "a.png", ".png"},
    {"(^$)|(^.*\\{count\\}.*$)", "{count}", "{resolution}"},
    {"(^$)|(^.*\\{language\\}.*$)", "{language}", "{lang}"},
    {"(^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$)"
     "|(^[0-9A-Fa-f]{32}$)",
     "01234567-89ab-CDEF-0123-456789abcdef", "0123456789abcdef0123456789abcde"},
    {"(^auto$)|" FRAMES, "23.97", "auto "},
    {FRAMES, "29.97", "auto"},
    {"(^H\\.264$)|(^vp8$)|(^vp9$)|(^mpeg2$)|(^gif$)", "H.264", "h.264"},
    {"(^microsoft$)|(^discretix-3.0$)", "discretix-3.0", "discretix-3"},
};

static unsigned walked;

static bool accepts(const struct mk_field *field, const char *value)
{
    struct mockets_error err;

    return mk_model_check_string(field, "x", value, &err) == MOCKETS_OK;
}

static void expect(const struct mk_field *field, const char *value, bool good)
{
    if (accepts(field, value) != good)
        fail_msg("%s: \"%s\" should be %s", field->name, value, good ? "right" : "wrong");
    walked++;
}

/* "(^a$)|(^b$)": each word is right, each with a letter more is wrong. */
static void check_words(const struct mk_field *field)
{
    const char *at = field->pattern;

    while (at) {
        char word[64], longer[72];
        const char *end = strstr(at, "$)");

        assert_non_null(end);
        assert_memory_equal(at, "(^", 2);
        snprintf(word, sizeof(word), "%.*s", (int)(end - at - 2), at + 2);
        if (strpbrk(word, "\\.*+?[](){}"))
            fail_msg("no sample for the pattern %s", field->pattern);
        snprintf(longer, sizeof(longer), "%sx", word);
        expect(field, word, true);
        expect(field, longer, false);
        at = strchr(end, '|');
        at = at ? at + 1 : NULL;
    }
}

static void check_pattern(const struct mk_field *field)
{
    for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
        if (strcmp(samples[i].pattern, field->pattern) != 0)
            continue;
        expect(field, samples[i].inside, true);
        expect(field, samples[i].outside, false);
        return;
    }
    check_words(field);
}

static void check_length(const struct mk_field *field)
{
    char text[2 * 1100];

    for (size_t i = 0; i < sizeof(text); i += 2)
        memcpy(text + i, "\xc3\xa9", 2);
    assert_in_range(field->max, 0, 1024);
    if (field->max) {
        text[2 * field->max] = '\0';
        expect(field, text, true);
        text[2 * field->max] = 'x';
        text[2 * field->max + 1] = '\0';
        expect(field, text, false);
    }
    if (field->min) {
        assert_int_equal(field->min, 1);
        expect(field, "", false);
        expect(field, "y", true);
    }
}

/* Objects of any shape, list or map, all unset; more than the largest limit of a list. */
static union {
    char bytes[1 << 17];
    const char *strings[1024];
    struct mk_pair pairs[1024];
    void *aligned;
} object, items;

static void set(const struct mk_field *field, const void *value, size_t count)
{
    mk_member_set(&object, field, value);
    if (field->kind == MK_LIST || field->kind == MK_MAP)
        mk_member_set_count(&object, field, count);
}

/* Is the violation among what is said of the object? */
static void expect_violation(const struct mk_shape *shape, const struct mk_field *field,
                             const char *value, const char *constraint, bool there)
{
    struct mockets_error err = {0};
    char text[512];

    snprintf(text, sizeof(text), "Value %s at '%c%s' failed to satisfy constraint: %s", value,
             field->name[0] - 'A' + 'a', field->name + 1, constraint);
    mk_model_check(shape, &object, &err);
    if ((strstr(err.message, text) != NULL) != there)
        fail_msg("%s.%s: %s in \"%s\"", shape->name, field->name, text, err.message);
    walked++;
}

static void check_required(const struct mk_shape *shape, const struct mk_field *field)
{
    bool checked = field->required && !field->output_only;

    memset(&object, 0, sizeof(object));
    expect_violation(shape, field, "null", "Member must not be null", checked);
    memset(&items, 0, sizeof(items));
    set(field, field->kind == MK_STRING ? "x" : (const void *)&items, 0);
    expect_violation(shape, field, "null", "Member must not be null", false);
}

static void check_items(const struct mk_shape *shape, const struct mk_field *field)
{
    size_t size = field->kind == MK_MAP ? sizeof(struct mk_pair)
                  : field->shape        ? field->shape->size
                                        : sizeof(const char *);
    char value[40], constraint[80];

    assert_true((field->max_items + 1) * size <= sizeof(items));
    memset(&object, 0, sizeof(object));
    memset(&items, 0, sizeof(items));
    for (size_t i = 0; field->kind == MK_MAP && i <= field->max_items; i++)
        items.pairs[i] = (struct mk_pair){"k", "v"};
    snprintf(constraint, sizeof(constraint), "Member must have length less than or equal to %u",
             field->max_items);
    for (size_t count = field->max_items; count <= field->max_items + 1; count++) {
        snprintf(value, sizeof(value), "'[%zu items]'", count);
        set(field, &items, count);
        expect_violation(shape, field, value, constraint, count > field->max_items);
    }
}

static void check_pairs(const struct mk_shape *shape, const struct mk_field *field)
{
    static char longest[1024];
    struct mockets_error err;

    memset(longest, 'x', field->max);
    longest[field->max] = '\0';
    memset(&object, 0, sizeof(object));
    for (int i = 0; i < 4; i++) {
        items.pairs[0] = (struct mk_pair){i == 2 ? "" : longest, i == 1 ? "" : longest};
        if (i == 3)
            strcat(longest, "x");
        set(field, &items, 1);
        err.message[0] = '\0';
        mk_model_check(shape, &object, &err);
        assert_int_equal(strstr(err.message, ": Map ") != NULL, field->max && i > 1);
        walked++;
    }
}

/* Keys of images have a pattern and a length, which bound each other. */
static void check_both(const struct mk_field *field)
{
    char key[1030];

    memset(key, 'a', sizeof(key));
    memcpy(key + 1020, ".png", 5);
    expect(field, key, true);
    expect(field, key + 1019, true);
    expect(field, key + 1020, false);
    memcpy(key + 1021, ".png", 5);
    expect(field, key, false);
    expect(field, "", false);
}

static void walk(const struct mk_shape *shape)
{
    for (size_t i = 0; i < shape->field_count; i++) {
        const struct mk_field *field = &shape->fields[i];
        size_t width = field->kind == MK_STRING || field->kind == MK_STRUCT ? sizeof(void *) : 16;

        assert_ptr_equal(mk_shape_field(shape, field->name), field);
        assert_true(field->offset + width <= shape->size);
        if (field->kind == MK_STRING || (field->kind == MK_LIST && !field->shape)) {
            if (field->pattern && !field->own_text)
                check_pattern(field);
            if (field->pattern && field->max)
                check_both(field);
            if (!field->pattern)
                check_length(field);
        }
        assert_true(field->kind != MK_STRUCT || field->shape);
        if (field->kind != MK_INTEGER)
            check_required(shape, field);
        if (field->max_items)
            check_items(shape, field);
        if (field->kind == MK_MAP)
            check_pairs(shape, field);
        assert_true(field->kind == MK_STRING || field->kind == MK_INTEGER ||
                    field->kind == MK_STRUCT || field->max_items);
        if (field->shape)
            walk(field->shape);
    }
    assert_null(mk_shape_field(shape, "None"));
}

static void every_row_has_its_limits(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(stored) / sizeof(stored[0]); i++)
        walk(stored[i]);
    for (size_t i = 0; i < MK_OPERATION_COUNT; i++) {
        const struct mk_operation_facts *facts = mk_operation_facts((enum mk_operation)i);

        if (facts->parameters)
            walk(facts->parameters);
        if (facts->request)
            walk(facts->request);
    }
    assert_true(walked > 2000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_has_its_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
