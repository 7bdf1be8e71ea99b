/* Prints the generated part of docs/api.md: the operations and shapes of the API's tables. */

#include <stdio.h>
#include <string.h>

#include "model/operation.h"
#include "model/pipeline.h"

enum { SHAPES_MOST = 64 };

/* The shapes to describe, each once, in the order of their first use. */
static const struct mk_shape *shapes[SHAPES_MOST];
static size_t shape_count;

static void collect(const struct mk_shape *shape)
{
    for (size_t i = 0; i < shape_count; i++) {
        if (shapes[i] == shape)
            return;
    }
    if (shape_count == SHAPES_MOST)
        return;
    shapes[shape_count++] = shape;
    for (size_t i = 0; i < shape->field_count; i++) {
        if (shape->fields[i].shape)
            collect(shape->fields[i].shape);
    }
}

static void put_link(const char *name)
{
    printf("[%s](#", name);
    for (; *name; name++)
        putchar(*name >= 'A' && *name <= 'Z' ? *name - 'A' + 'a' : *name);
    putchar(')');
}

static void put_type(const struct mk_field *field)
{
    static const char *const names[] = {[MK_STRING] = "string",
                                        [MK_INTEGER] = "number",
                                        [MK_STRUCT] = "",
                                        [MK_LIST] = "list of ",
                                        [MK_MAP] = "strings by strings"};

    fputs(names[field->kind], stdout);
    if (field->shape)
        put_link(field->shape->name);
    else if (field->kind == MK_LIST)
        fputs("strings", stdout);
}

/* A "|" would end the column, also inside of a code span. */
static void put_pattern(const char *pattern)
{
    putchar('`');
    for (; *pattern; pattern++) {
        if (*pattern == '|')
            putchar('\\');
        putchar(*pattern);
    }
    putchar('`');
}

static void put_constraints(const struct mk_field *field)
{
    const char *gap = "";

    if (field->required) {
        fputs("required", stdout);
        gap = "; ";
    }
    if (field->max || field->min) {
        printf("%s%u to %u characters", gap, field->min, field->max);
        gap = "; ";
    }
    if (field->max_items) {
        printf("%sat most %u", gap, field->max_items);
        gap = "; ";
    }
    if (field->pattern) {
        fputs(gap, stdout);
        put_pattern(field->pattern);
        gap = "; ";
    }
    if (field->output_only) {
        printf("%sin answers only", gap);
        gap = "; ";
    }
    if (field->deprecated)
        printf("%sdeprecated", gap);
}

static void put_answer(const struct mk_operation_facts *facts)
{
    if (!facts->answer) {
        fputs("`{\"Success\":\"true\"}`", stdout);
        return;
    }
    for (size_t i = 0; i < facts->answer->field_count; i++) {
        const struct mk_field *field = &facts->answer->fields[i];

        printf("%s`%s`: ", i ? ", " : "", field->name);
        put_type(field);
    }
}

static void put_errors(const struct mk_operation_facts *facts)
{
    size_t count;
    const struct mk_api_error *errors = mk_api_errors(&count);
    const char *gap = "";

    for (size_t i = 0; i < count; i++) {
        if (!(errors[i].flag & facts->flags))
            continue;
        printf("%s%s", gap, errors[i].name);
        gap = ", ";
    }
}

static void put_operations(void)
{
    size_t count;
    const struct mockets_operation *operations = mockets_operations(&count);

    puts("## Operations\n\n"
         "| operation | request | body | success | answer | errors beside those of all |\n"
         "| --- | --- | --- | --- | --- | --- |");
    for (size_t i = 0; i < count; i++) {
        const struct mk_operation_facts *facts = mk_operation_facts((enum mk_operation)i);

        printf("| %s%s | `%s %s` | ", operations[i].name,
               facts->flags & MK_DEPRECATED ? " (deprecated)" : "", operations[i].method,
               operations[i].path);
        if (facts->request)
            put_link(facts->request->name);
        printf(" | %d | ", operations[i].success);
        put_answer(facts);
        fputs(" | ", stdout);
        put_errors(facts);
        puts(" |");
    }
}

static void put_parameters(void)
{
    size_t count;
    const struct mockets_operation *operations = mockets_operations(&count);

    puts("\n## Parameters\n\n"
         "| operation | parameter | in | constraints |\n"
         "| --- | --- | --- | --- |");
    for (size_t i = 0; i < count; i++) {
        const struct mk_shape *shape = mk_operation_facts((enum mk_operation)i)->parameters;

        for (size_t k = 0; shape && k < shape->field_count; k++) {
            bool path = mk_parameter_in_path((enum mk_operation)i, &shape->fields[k]);

            printf("| %s | `%s` | %s | ", operations[i].name, shape->fields[k].name,
                   path ? "path" : "query");
            put_constraints(&shape->fields[k]);
            puts(" |");
        }
    }
}

static void put_api_errors(void)
{
    size_t count;
    const struct mk_api_error *errors = mk_api_errors(&count);

    puts("\n## Errors of operations\n\n"
         "| error | HTTP | operations |\n"
         "| --- | --- | --- |");
    for (size_t i = 0; i < count; i++)
        printf("| %s | %d | %s |\n", errors[i].name, errors[i].http,
               errors[i].flag ? "see above" : "all");
}

static void put_shape(const struct mk_shape *shape)
{
    printf("\n### %s\n\n| member | type | constraints |\n| --- | --- | --- |\n", shape->name);
    for (size_t i = 0; i < shape->field_count; i++) {
        printf("| `%s` | ", shape->fields[i].name);
        put_type(&shape->fields[i]);
        fputs(" | ", stdout);
        put_constraints(&shape->fields[i]);
        puts(" |");
    }
}

int main(void)
{
    for (size_t i = 0; i < MK_OPERATION_COUNT; i++) {
        const struct mk_operation_facts *facts = mk_operation_facts((enum mk_operation)i);

        if (facts->request)
            collect(facts->request);
        for (size_t k = 0; facts->answer && k < facts->answer->field_count; k++) {
            if (facts->answer->fields[k].shape)
                collect(facts->answer->fields[k].shape);
        }
    }
    put_operations();
    put_parameters();
    put_api_errors();
    puts("\n## Shapes");
    for (size_t i = 0; i < shape_count; i++)
        put_shape(shapes[i]);
    return 0;
}
