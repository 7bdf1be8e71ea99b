#ifndef SERVER_CONFIG_H
#define SERVER_CONFIG_H

#include <stdio.h>

#include <mockets/engine.h>

#include "server/pace.h"

/** Everything that "mockets serve" can be told. */
struct config {
    struct strings listen;  /**< HOST:PORT */
    char *data;             /**< directory */
    struct strings buckets; /**< NAME=DIR */
    char *store;            /**< NULL: in the data directory */
    char *storage;          /**< NULL: in the data directory */
    unsigned workers;       /**< 0: one for every core */
    char *region;
    char *account_id;
    bool strict;
    bool overwrite, aws_limits;
    struct strings topics; /**< ARN=URL */
    char *kms_keys;        /**< NULL: keys in jobs are not wrapped */
    struct pace pace;
    char *config;
    char *log_level;
    char *log_format;
    unsigned drain_seconds;

    struct mockets_bucket *bucket_rows; /**< of buckets; owned */
    struct mockets_topic *topic_rows;   /**< of topics; owned */
};

/**
 * Read flags, environment, file and defaults, in this order of precedence.
 *
 * @param config  receives the settings; release with config_fini(), also after a failure
 * @param argc    number of @p argv
 * @param argv    the words behind "serve"
 * @param help    set if the usage was asked for; nothing else is valid then
 *
 * @retval MOCKETS_E_INVALID  the sentence says which setting and what to do
 */
mockets_status config_load(struct config *config, int argc, char **argv, bool *help,
                           struct mockets_error *err);

void config_fini(struct config *config);

/** Print the flags. */
void config_usage(FILE *out);

/** @return the options for mockets_engine_open(), without the log; they borrow from @p config. */
struct mockets_options config_options(const struct config *config);

/** @return the level behind --log-level. */
enum mockets_log_level config_log_level(const struct config *config);

#endif
