#include "server/config.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "server/listener.h"

static const char *check_listen(const char *value)
{
    struct listener_address address;

    return listener_parse(value, &address)
               ? NULL
               : "give it as HOST:PORT, 127.0.0.1:5000 or [::1]:5000 for example; port 0 takes a "
                 "free one";
}

static const char *check_pair(const char *value, const char *advice)
{
    const char *equal = strchr(value, '=');

    return equal && equal > value && equal[1] ? NULL : advice;
}

static const char *check_bucket(const char *value)
{
    return check_pair(value, "give it as NAME=DIR");
}

static const char *check_topic(const char *value)
{
    return check_pair(value, "give it as ARN=URL");
}

static const char *check_account(const char *value)
{
    return strlen(value) == 12 && strspn(value, "0123456789") == 12 ? NULL : "give 12 digits";
}

#define MEMBER(name) offsetof(struct config, name)

static const struct setting rows[] = {
    {.name = "listen",
     .kind = SETTING_LIST,
     .offset = MEMBER(listen),
     .placeholder = "HOST:PORT",
     .help = "where to listen; may be repeated; port 0 takes a free one",
     .fallback = "127.0.0.1:5000",
     .check = check_listen},
    {.name = "data",
     .kind = SETTING_TEXT,
     .offset = MEMBER(data),
     .placeholder = "DIR",
     .help = "everything is kept under this directory",
     .fallback = "mockets-data"},
    {.name = "bucket",
     .kind = SETTING_LIST,
     .offset = MEMBER(buckets),
     .placeholder = "NAME=DIR",
     .help = "a bucket that is a directory of yours; may be repeated",
     .check = check_bucket},
    {.name = "store",
     .kind = SETTING_TEXT,
     .offset = MEMBER(store),
     .placeholder = "URL",
     .help = "where pipelines, presets and jobs are kept (default: sqlite in the data directory)"},
    {.name = "storage",
     .kind = SETTING_TEXT,
     .offset = MEMBER(storage),
     .placeholder = "URL",
     .help = "where the other buckets are (default: buckets/ in the data directory)"},
    {.name = "workers",
     .kind = SETTING_NUMBER,
     .offset = MEMBER(workers),
     .placeholder = "N",
     .help = "jobs that run at the same time; 0 is one for every core",
     .fallback = "0",
     .max = 1024},
    {.name = "region",
     .kind = SETTING_TEXT,
     .offset = MEMBER(region),
     .placeholder = "NAME",
     .help = "the region in ARNs",
     .fallback = "us-east-1"},
    {.name = "account-id",
     .kind = SETTING_TEXT,
     .offset = MEMBER(account_id),
     .placeholder = "ID",
     .help = "the account in ARNs, 12 digits",
     .fallback = "000000000000",
     .check = check_account},
    {.name = "strict",
     .kind = SETTING_SWITCH,
     .offset = MEMBER(strict),
     .help = "the service's own rules only: no default pipeline, no placeholders"},
    {.name = "aws-limits",
     .kind = SETTING_SWITCH,
     .offset = MEMBER(aws_limits),
     .help = "the account limits and request rates of the service"},
    {.name = "overwrite",
     .kind = SETTING_SWITCH,
     .offset = MEMBER(overwrite),
     .help = "replace existing outputs instead of failing the job"},
    {.name = "topic",
     .kind = SETTING_LIST,
     .offset = MEMBER(topics),
     .placeholder = "ARN=URL",
     .help = "POST the notifications of an SNS topic to this URL; may be repeated",
     .check = check_topic},
    {.name = "kms-keys",
     .kind = SETTING_TEXT,
     .offset = MEMBER(kms_keys),
     .placeholder = "FILE",
     .help = "master keys that the keys of encrypted jobs are wrapped with, one on a line"},
    PACE_SETTINGS(struct config),
    {.name = "config",
     .kind = SETTING_TEXT,
     .offset = MEMBER(config),
     .placeholder = "FILE",
     .help = "a JSON object whose keys are these flags without the dashes"},
    {.name = "log-level",
     .kind = SETTING_TEXT,
     .offset = MEMBER(log_level),
     .placeholder = "LEVEL",
     .help = "error, warning, info or debug",
     .fallback = "info",
     .choices = "error|warning|info|debug"},
    {.name = "log-format",
     .kind = SETTING_TEXT,
     .offset = MEMBER(log_format),
     .placeholder = "FORMAT",
     .help = "text or json",
     .fallback = "text",
     .choices = "text|json"},
    {.name = "drain-seconds",
     .kind = SETTING_NUMBER,
     .offset = MEMBER(drain_seconds),
     .placeholder = "N",
     .help = "how long a stopping server lets its jobs finish",
     .fallback = "30",
     .max = 86400},
    {.name = "credentials", .kind = SETTING_TEXT, .placeholder = "FILE", .unsupported = true},
    {.name = "allow-anonymous", .kind = SETTING_SWITCH, .unsupported = true},
    {.name = "tls-cert", .kind = SETTING_TEXT, .placeholder = "FILE", .unsupported = true},
    {.name = "tls-key", .kind = SETTING_TEXT, .placeholder = "FILE", .unsupported = true},
    {.name = "sns-endpoint", .kind = SETTING_TEXT, .placeholder = "URL", .unsupported = true},
};

static const struct settings settings = {.rows = rows, .count = sizeof(rows) / sizeof(rows[0])};

/** Cut "NAME=VALUE" in two, in place. @return the value. */
static const char *cut_pair(char *pair)
{
    char *equal = strchr(pair, '=');

    *equal = '\0';
    return equal + 1;
}

static mockets_status make_rows(struct config *config, struct mockets_error *err)
{
    config->bucket_rows = calloc(config->buckets.count + 1, sizeof(*config->bucket_rows));
    config->topic_rows = calloc(config->topics.count + 1, sizeof(*config->topic_rows));
    if (!config->bucket_rows || !config->topic_rows)
        return error_set_nomem(err);
    for (size_t i = 0; i < config->buckets.count; i++) {
        struct mockets_bucket *row = &config->bucket_rows[i];

        row->directory = cut_pair(config->buckets.items[i]);
        row->name = config->buckets.items[i];
        for (size_t other = 0; other < i; other++)
            if (!strcmp(config->bucket_rows[other].name, row->name))
                return error_set(err, MOCKETS_E_INVALID,
                                 "The bucket %s has two directories: give one --bucket for each "
                                 "name.",
                                 row->name);
    }
    for (size_t i = 0; i < config->topics.count; i++) {
        config->topic_rows[i].url = cut_pair(config->topics.items[i]);
        config->topic_rows[i].arn = config->topics.items[i];
    }
    return MOCKETS_OK;
}

mockets_status config_load(struct config *config, int argc, char **argv, bool *help,
                           struct mockets_error *err)
{
    struct settings_result result = {0};
    mockets_status rc;

    *config = (struct config){0};
    rc = settings_read(&settings, argc, argv, config, &result, err);
    *help = result.help;
    if (!rc && !result.help && result.arguments.count)
        rc = error_set(err, MOCKETS_E_INVALID,
                       "serve takes no argument, and \"%s\" is one: --help lists the flags.",
                       result.arguments.items[0]);
    if (!rc && !result.help)
        rc = make_rows(config, err);
    strings_clear(&result.arguments);
    return rc;
}

void config_fini(struct config *config)
{
    settings_fini(&settings, config);
    free(config->bucket_rows);
    free(config->topic_rows);
    *config = (struct config){0};
}

void config_usage(FILE *out)
{
    settings_usage(&settings, out);
}

struct mockets_options config_options(const struct config *config)
{
    struct mockets_options options = MOCKETS_OPTIONS_INIT;

    options.data_dir = config->data;
    options.store_url = config->store;
    options.storage_url = config->storage;
    options.buckets = config->bucket_rows;
    options.bucket_count = config->buckets.count;
    options.topics = config->topic_rows;
    options.topic_count = config->topics.count;
    options.kms_keys = config->kms_keys;
    options.workers = config->workers;
    options.region = config->region;
    options.account_id = config->account_id;
    options.strict = config->strict;
    options.overwrite = config->overwrite;
    options.aws_limits = config->aws_limits;
    pace_apply(&config->pace, &options);
    return options;
}

enum mockets_log_level config_log_level(const struct config *config)
{
    static const char *const names[] = {"error", "warning", "info", "debug"};

    for (int level = 0; level < 4; level++)
        if (!strcmp(config->log_level, names[level]))
            return (enum mockets_log_level)level;
    return MOCKETS_LOG_INFO;
}
