#include "server/settings.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <jansson.h>

enum { NAME_SIZE = 64, LABEL_SIZE = 256, MAX_SETTINGS = 64 };

static const struct setting *find(const struct settings *settings, const char *name, size_t size)
{
    for (size_t i = 0; i < settings->count; i++) {
        const struct setting *row = &settings->rows[i];

        if (strlen(row->name) == size && !memcmp(row->name, name, size))
            return row;
    }
    return NULL;
}

static void environment_name(const struct setting *row, char out[NAME_SIZE])
{
    size_t used = (size_t)snprintf(out, NAME_SIZE, "MOCKETS_%s", row->name);

    for (size_t i = 0; i < used && i < NAME_SIZE; i++)
        out[i] = out[i] == '-' ? '_' : (char)toupper((unsigned char)out[i]);
}

static bool is_choice(const char *choices, const char *value)
{
    size_t size = strlen(value);

    for (const char *at = choices; at; at = strchr(at, '|')) {
        at += *at == '|';
        if (strcspn(at, "|") == size && !memcmp(at, value, size))
            return true;
    }
    return false;
}

static mockets_status set_number(const struct setting *row, const char *value, const char *label,
                                 unsigned *out, struct mockets_error *err)
{
    char *end = NULL;
    unsigned long number;

    errno = 0;
    number = strtoul(value, &end, 10);
    if (!isdigit((unsigned char)value[0]) || *end || errno || number < row->min ||
        number > row->max)
        return error_set(err, MOCKETS_E_INVALID, "%s is \"%s\": give a whole number from %u to %u.",
                         label, value, row->min, row->max);
    *out = (unsigned)number;
    return MOCKETS_OK;
}

static mockets_status set_switch(const char *value, const char *label, bool *out,
                                 struct mockets_error *err)
{
    bool on = is_choice("true|1|yes|on", value);

    if (!on && !is_choice("false|0|no|off", value))
        return error_set(err, MOCKETS_E_INVALID, "%s is \"%s\": give true or false.", label, value);
    *out = on;
    return MOCKETS_OK;
}

static mockets_status set_text(const char *value, char **out, struct mockets_error *err)
{
    char *copy = strdup(value);

    if (!copy)
        return error_set_nomem(err);
    free(*out);
    *out = copy;
    return MOCKETS_OK;
}

static mockets_status check_value(const struct setting *row, const char *value, const char *label,
                                  struct mockets_error *err)
{
    const char *advice = row->check ? row->check(value) : NULL;

    if (advice)
        return error_set(err, MOCKETS_E_INVALID, "%s is \"%s\": %s.", label, value, advice);
    if (row->choices && !is_choice(row->choices, value)) {
        char words[128];

        snprintf(words, sizeof(words), "%s", row->choices);
        for (char *bar = strchr(words, '|'); bar; bar = strchr(bar, '|'))
            *bar = ' ';
        return error_set(err, MOCKETS_E_INVALID, "%s is \"%s\": give one of these words: %s.",
                         label, value, words);
    }
    if (!value[0] && row->kind != SETTING_SWITCH)
        return error_set(err, MOCKETS_E_INVALID, "%s is empty: give it a value (%s).", label,
                         row->placeholder);
    return MOCKETS_OK;
}

/** One source of values; the later one wins. */
struct layer {
    const struct settings *settings;
    char *values;
    bool
        began[MAX_SETTINGS]; /**< this layer has set the row: its list is no longer a lower one's */
};

static mockets_status set(struct layer *layer, const struct setting *row, const char *value,
                          const char *label, struct mockets_error *err)
{
    void *member = layer->values + row->offset;
    bool *began = &layer->began[row - layer->settings->rows];
    mockets_status rc = check_value(row, value, label, err);

    if (rc)
        return rc;
    switch (row->kind) {
    case SETTING_TEXT:
        return set_text(value, member, err);
    case SETTING_LIST:
        if (!*began)
            strings_clear(member);
        *began = true;
        return strings_add(member, value) ? MOCKETS_OK : error_set_nomem(err);
    case SETTING_NUMBER:
        return set_number(row, value, label, member, err);
    case SETTING_SWITCH:
        return set_switch(value, label, member, err);
    }
    return MOCKETS_OK;
}

static mockets_status refuse_unsupported(const char *label, struct mockets_error *err)
{
    return error_set(err, MOCKETS_E_INVALID,
                     "%s is not supported by this version of mockets (%s): leave it out.", label,
                     MOCKETS_VERSION);
}

static mockets_status read_fallbacks(struct layer *layer, struct mockets_error *err)
{
    mockets_status rc = MOCKETS_OK;

    for (size_t i = 0; i < layer->settings->count && !rc; i++) {
        const struct setting *row = &layer->settings->rows[i];

        if (row->fallback && !row->unsupported)
            rc = set(layer, row, row->fallback, row->name, err);
    }
    return rc;
}

/** The file's value of one row: a list is an array, everything else may also be a string. */
static mockets_status set_json(struct layer *layer, const struct setting *row, json_t *json,
                               const char *label, struct mockets_error *err)
{
    char number[32];
    json_t *item;
    size_t i;

    if (json_is_string(json))
        return set(layer, row, json_string_value(json), label, err);
    if (json_is_boolean(json) && row->kind == SETTING_SWITCH)
        return set(layer, row, json_is_true(json) ? "true" : "false", label, err);
    if (json_is_integer(json) && row->kind == SETTING_NUMBER) {
        snprintf(number, sizeof(number), "%lld", (long long)json_integer_value(json));
        return set(layer, row, number, label, err);
    }
    if (!json_is_array(json) || row->kind != SETTING_LIST)
        return error_set(err, MOCKETS_E_INVALID, "%s has the wrong type: give it %s.", label,
                         row->kind == SETTING_SWITCH   ? "true or false"
                         : row->kind == SETTING_NUMBER ? "a whole number"
                         : row->kind == SETTING_LIST   ? "an array of strings"
                                                       : "a string");
    json_array_foreach(json, i, item)
    {
        mockets_status rc;

        if (!json_is_string(item))
            return error_set(err, MOCKETS_E_INVALID,
                             "%s has the wrong type: give it an array of "
                             "strings.",
                             label);
        rc = set(layer, row, json_string_value(item), label, err);
        if (rc)
            return rc;
    }
    return MOCKETS_OK;
}

static mockets_status read_file(struct layer *layer, const char *path, struct mockets_error *err)
{
    json_error_t error;
    json_t *file = json_load_file(path, JSON_REJECT_DUPLICATES, &error), *value;
    mockets_status rc = MOCKETS_OK;
    char label[LABEL_SIZE];
    const char *key;

    if (!file)
        return error_set(err, MOCKETS_E_INVALID, "The configuration file %s cannot be read: %s.",
                         path, error.text);
    if (!json_is_object(file))
        rc = error_set(
            err, MOCKETS_E_INVALID,
            "The configuration file %s is not a JSON object: write {\"name\": value, …}.", path);
    json_object_foreach(file, key, value)
    {
        const struct setting *row = find(layer->settings, key, strlen(key));

        snprintf(label, sizeof(label), "\"%s\" in %s", key, path);
        if (!row || !strcmp(key, "config"))
            rc = error_set(err, MOCKETS_E_INVALID,
                           "%s is not a setting: the keys are the long flags without dashes in "
                           "front, see mockets serve --help.",
                           label);
        else if (row->unsupported)
            rc = refuse_unsupported(label, err);
        else
            rc = set_json(layer, row, value, label, err);
        if (rc)
            break;
    }
    json_decref(file);
    return rc;
}

/** One variable; commas separate the items of a list. */
static mockets_status set_variable(struct layer *layer, const struct setting *row,
                                   const char *value, const char *label, struct mockets_error *err)
{
    mockets_status rc = MOCKETS_OK;
    char *copy, *rest, *item;

    if (row->kind != SETTING_LIST)
        return set(layer, row, value, label, err);
    rest = copy = strdup(value);
    if (!copy)
        return error_set_nomem(err);
    while (!rc && (item = strsep(&rest, ",")))
        rc = set(layer, row, item, label, err);
    free(copy);
    return rc;
}

static mockets_status read_environment(struct layer *layer, struct mockets_error *err)
{
    mockets_status rc = MOCKETS_OK;

    for (size_t i = 0; i < layer->settings->count && !rc; i++) {
        const struct setting *row = &layer->settings->rows[i];
        char name[NAME_SIZE];
        const char *value;

        environment_name(row, name);
        value = getenv(name);
        if (!value || !value[0])
            continue;
        rc = row->unsupported ? refuse_unsupported(name, err)
                              : set_variable(layer, row, value, name, err);
    }
    return rc;
}

/** One word of the command line, or a flag and the word that is its value. */
struct word {
    const struct setting *row; /**< NULL: no flag */
    const char *value;
    char label[LABEL_SIZE];
};

/** Take the flag at argv[*at], which begins with "--", and step to its last word. */
static mockets_status take_flag(const struct settings *settings, int argc, char **argv, int *at,
                                struct word *word, struct mockets_error *err)
{
    const char *name = argv[*at] + 2;
    size_t size = strcspn(name, "=");

    snprintf(word->label, sizeof(word->label), "--%.*s", (int)size, name);
    word->row = find(settings, name, size);
    if (!word->row)
        return error_set(err, MOCKETS_E_INVALID,
                         "%s is not a flag of this command: --help lists the flags there are.",
                         word->label);
    if (word->row->unsupported)
        return refuse_unsupported(word->label, err);
    if (name[size] == '=') {
        word->value = name + size + 1;
    } else if (word->row->kind == SETTING_SWITCH) {
        word->value = "true";
    } else if (*at + 1 < argc && strncmp(argv[*at + 1], "--", 2) != 0) {
        word->value = argv[++*at];
    } else {
        return error_set(err, MOCKETS_E_INVALID, "%s needs a value: write %s %s.", word->label,
                         word->label, word->row->placeholder);
    }
    return MOCKETS_OK;
}

/**
 * Go through the command line, which happens twice: without @p layer to check its form, find the
 * configuration file and collect what is no flag; with @p layer to set the flags' values.
 */
static mockets_status read_words(const struct settings *settings, int argc, char **argv,
                                 struct layer *layer, const char **config,
                                 struct settings_result *result, struct mockets_error *err)
{
    bool flags = true;
    mockets_status rc = MOCKETS_OK;

    for (int i = 0; i < argc && !rc; i++) {
        struct word word = {0};

        if (flags && !strcmp(argv[i], "--")) {
            flags = false;
        } else if (flags && !layer && (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h"))) {
            result->help = true;
        } else if (flags && argv[i][0] == '-' && argv[i][1] && argv[i][1] != '-') {
            rc = error_set(err, MOCKETS_E_INVALID,
                           "%s is not a flag: flags begin with two dashes, --help lists them.",
                           argv[i]);
        } else if (flags && !strncmp(argv[i], "--", 2)) {
            rc = take_flag(settings, argc, argv, &i, &word, err);
            if (!rc && layer)
                rc = set(layer, word.row, word.value, word.label, err);
            else if (!rc && !strcmp(word.row->name, "config"))
                *config = word.value;
        } else if (!layer && !strings_add(&result->arguments, argv[i])) {
            rc = error_set_nomem(err);
        }
    }
    return rc;
}

mockets_status settings_read(const struct settings *settings, int argc, char **argv, void *values,
                             struct settings_result *result, struct mockets_error *err)
{
    struct layer fallbacks = {.settings = settings, .values = values}, file = fallbacks,
                 environment = fallbacks, flags = fallbacks;
    const char *config = settings->flags_only ? NULL : getenv("MOCKETS_CONFIG");
    mockets_status rc;

    assert(settings->count <= MAX_SETTINGS);
    rc = read_words(settings, argc, argv, NULL, &config, result, err);
    if (result->help)
        return MOCKETS_OK;
    if (!rc)
        rc = read_fallbacks(&fallbacks, err);
    if (!rc && config && config[0])
        rc = read_file(&file, config, err);
    if (!rc && !settings->flags_only)
        rc = read_environment(&environment, err);
    if (!rc)
        rc = read_words(settings, argc, argv, &flags, NULL, result, err);
    return rc;
}

void settings_fini(const struct settings *settings, void *values)
{
    for (size_t i = 0; i < settings->count; i++) {
        const struct setting *row = &settings->rows[i];
        void *member = (char *)values + row->offset;

        if (row->unsupported)
            continue;
        if (row->kind == SETTING_LIST) {
            strings_clear(member);
        } else if (row->kind == SETTING_TEXT) {
            free(*(char **)member);
            *(char **)member = NULL;
        }
    }
}

void settings_usage(const struct settings *settings, FILE *out)
{
    for (size_t i = 0; i < settings->count; i++) {
        const struct setting *row = &settings->rows[i];
        char flag[NAME_SIZE];

        if (row->unsupported)
            continue;
        snprintf(flag, sizeof(flag), "--%s%s%s", row->name, row->placeholder ? " " : "",
                 row->placeholder ? row->placeholder : "");
        fprintf(out, "  %-28s %s", flag, row->help);
        if (row->fallback && row->fallback[0])
            fprintf(out, " (default: %s)", row->fallback);
        fputc('\n', out);
    }
}
