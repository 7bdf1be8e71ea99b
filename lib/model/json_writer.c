#include "model/json_writer.h"

#include "model/table.h"

static void begin_line(struct mk_json *json)
{
    mk_buf_putc(json->to, '\n');
    for (unsigned i = 0; i < json->depth; i++)
        mk_buf_puts(json->to, "  ");
}

static void begin_member(struct mk_json *json, const char *key)
{
    if (json->filled)
        mk_buf_putc(json->to, ',');
    if (json->depth)
        begin_line(json);
    json->filled = true;
    if (key)
        mk_buf_printf(json->to, "\"%s\": ", key);
}

void mk_json_open(struct mk_json *json, const char *key, char bracket)
{
    begin_member(json, key);
    mk_buf_putc(json->to, bracket);
    json->depth++;
    json->filled = false;
}

void mk_json_close(struct mk_json *json, char bracket)
{
    json->depth--;
    if (json->filled)
        begin_line(json);
    mk_buf_putc(json->to, bracket);
    json->filled = true;
    if (!json->depth)
        mk_buf_putc(json->to, '\n');
}

void mk_json_string(struct mk_json *json, const char *key, const char *text)
{
    begin_member(json, key);
    mk_model_emit_string(text, json->to);
}

void mk_json_number(struct mk_json *json, const char *key, unsigned number)
{
    begin_member(json, key);
    mk_buf_printf(json->to, "%u", number);
}

void mk_json_bool(struct mk_json *json, const char *key, bool value)
{
    begin_member(json, key);
    mk_buf_puts(json->to, value ? "true" : "false");
}

void mk_json_pair(struct mk_json *json, const char *outer, const char *key, const char *text)
{
    mk_json_open(json, outer, '{');
    mk_json_string(json, key, text);
    mk_json_close(json, '}');
}
