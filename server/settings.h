#ifndef SERVER_SETTINGS_H
#define SERVER_SETTINGS_H

#include <stdio.h>

#include "server/text.h"

/** What a setting's member of the values struct is. */
enum setting_kind {
    SETTING_TEXT,   /**< char *, owned; NULL while nothing is set */
    SETTING_LIST,   /**< struct strings; the setting may be repeated */
    SETTING_NUMBER, /**< unsigned */
    SETTING_SWITCH, /**< bool */
};

/** One setting: a flag, an environment variable and a key of the configuration file. */
struct setting {
    const char *name; /**< "log-level": --log-level, MOCKETS_LOG_LEVEL, "log-level" */
    enum setting_kind kind;
    size_t offset;           /**< of the member in the values struct */
    const char *placeholder; /**< what the usage calls the value; NULL for a switch */
    const char *help;
    const char *fallback; /**< value when no source has one; NULL for none */
    const char *choices;  /**< legal words, "text|json"; NULL for any */
    unsigned min, max;    /**< of a number */
    /** @return NULL if @p value is right, else what to do instead, as the end of a sentence. */
    const char *(*check)(const char *value);
    bool unsupported; /**< part of the program's face, not of this version: using it is refused */
};

/** A command's settings. */
struct settings {
    const struct setting *rows;
    size_t count;
    bool flags_only; /**< neither environment nor configuration file */
};

/** What a command line came to. */
struct settings_result {
    struct strings arguments; /**< those that are not flags */
    bool help;                /**< --help was there; nothing else has been looked at */
};

/**
 * Fill @p values: flags win over the environment, that over the file named by the setting
 * "config", that over the fallbacks. A list from one source replaces the one of a lower source.
 *
 * @param settings  the table
 * @param argc      number of @p argv
 * @param argv      the words behind the subcommand
 * @param values    the struct that the offsets mean, all zero; release with settings_fini(), also
 *                  after a failure
 * @param result    all zero; release its arguments with strings_clear(), also after a failure
 *
 * @retval MOCKETS_E_INVALID  unknown flag, missing or wrong value; the sentence says what to do
 */
mockets_status settings_read(const struct settings *settings, int argc, char **argv, void *values,
                             struct settings_result *result, struct mockets_error *err);

void settings_fini(const struct settings *settings, void *values);

/** Print one paragraph for each setting. */
void settings_usage(const struct settings *settings, FILE *out);

#endif
