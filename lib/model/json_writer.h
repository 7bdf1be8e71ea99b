#ifndef MK_MODEL_JSON_WRITER_H
#define MK_MODEL_JSON_WRITER_H

#include "base/buf.h"

/** Writes JSON with a line a member. A key is NULL inside of a list; keys need no escapes. */
struct mk_json {
    struct mk_buf *to; /**< borrowed; look at its "failed" at the end */
    unsigned depth;
    bool filled; /**< the innermost object or list has a member */
};

/** @p bracket is '{' or '[', and '}' or ']'. */
void mk_json_open(struct mk_json *json, const char *key, char bracket);
void mk_json_close(struct mk_json *json, char bracket);

void mk_json_string(struct mk_json *json, const char *key, const char *text);
void mk_json_number(struct mk_json *json, const char *key, unsigned number);
void mk_json_bool(struct mk_json *json, const char *key, bool value);

/** {"KEY": "TEXT"}, as the member @p outer. */
void mk_json_pair(struct mk_json *json, const char *outer, const char *key, const char *text);

#endif
