#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "server/config.h"
#include "server/listener.h"

enum { WORDS_MAX = 16 };

static const char file[] = "config.json";

static void write_file(const char *text)
{
    FILE *out = fopen(file, "w");

    assert_non_null(out);
    fputs(text, out);
    fclose(out);
}

/** Load from a command line that is separated by spaces. */
static mockets_status load(struct config *config, const char *line, struct mockets_error *err)
{
    char copy[512], *words[WORDS_MAX], *rest = copy, *word;
    bool help = false;
    int count = 0;

    snprintf(copy, sizeof(copy), "%s", line);
    while ((word = strsep(&rest, " ")))
        if (*word)
            words[count++] = word;
    return config_load(config, count, words, &help, err);
}

static void test_defaults(void **state)
{
    struct config config;
    struct mockets_options options;

    (void)state;
    assert_int_equal(load(&config, "", NULL), 0);
    assert_int_equal(config.listen.count, 1);
    assert_string_equal(config.listen.items[0], "127.0.0.1:5000");
    assert_int_equal(config.drain_seconds, 30);
    assert_int_equal(config_log_level(&config), MOCKETS_LOG_INFO);
    options = config_options(&config);
    assert_string_equal(options.data_dir, "mockets-data");
    assert_string_equal(options.region, "us-east-1");
    assert_string_equal(options.account_id, "000000000000");
    assert_null(options.store_url);
    assert_null(options.storage_url);
    assert_int_equal(options.workers, 0);
    assert_int_equal(options.bucket_count, 0);
    assert_false(options.strict || options.overwrite);
    config_fini(&config);
}

static void test_precedence(void **state)
{
    struct config config;

    (void)state;
    write_file("{\"workers\":1, \"region\":\"file\", \"data\":\"file\", \"strict\":true,"
               " \"overwrite\": \"yes\", \"drain-seconds\":\"7\","
               " \"listen\":[\"[::1]:1\",\"a:2\"], \"bucket\":\"one=/file\"}");
    setenv("MOCKETS_WORKERS", "2", 1);
    setenv("MOCKETS_REGION", "variable", 1);
    setenv("MOCKETS_STRICT", "false", 1);
    setenv("MOCKETS_BUCKET", "two=/x,three=/y", 1);
    setenv("MOCKETS_ACCOUNT_ID", "", 1);
    assert_int_equal(load(&config, "--workers 3 --config config.json", NULL), 0);
    assert_int_equal(config.workers, 3);
    assert_string_equal(config.region, "variable");
    assert_string_equal(config.data, "file");
    assert_string_equal(config.account_id, "000000000000");
    assert_false(config.strict);
    assert_true(config.overwrite);
    assert_int_equal(config.drain_seconds, 7);
    assert_int_equal(config.listen.count, 2);
    assert_string_equal(config.listen.items[1], "a:2");
    assert_int_equal(config.buckets.count, 2);
    assert_string_equal(config.bucket_rows[1].name, "three");
    assert_string_equal(config.bucket_rows[1].directory, "/y");
    config_fini(&config);

    setenv("MOCKETS_CONFIG", file, 1);
    assert_int_equal(load(&config, "--bucket a=b=c --bucket=d=e --strict=true", NULL), 0);
    assert_true(config.strict);
    assert_int_equal(config.buckets.count, 2);
    assert_string_equal(config.bucket_rows[0].directory, "b=c");
    config_fini(&config);
    unsetenv("MOCKETS_WORKERS");
    unsetenv("MOCKETS_REGION");
    unsetenv("MOCKETS_STRICT");
    unsetenv("MOCKETS_BUCKET");
    unsetenv("MOCKETS_ACCOUNT_ID");
    unsetenv("MOCKETS_CONFIG");
}

static void expect_refusal(const char *line, const char *part)
{
    struct mockets_error err = {0};
    struct config config;

    assert_int_equal(load(&config, line, &err), MOCKETS_E_INVALID);
    if (!strstr(err.message, part))
        fail_msg("\"%s\" gives \"%s\" without \"%s\"", line, err.message, part);
    config_fini(&config);
}

static void test_refusals(void **state)
{
    static const struct {
        const char *line, *part;
    } rows[] = {
        {"--unknown", "--unknown is not a flag"},
        {"-x", "-x is not a flag"},
        {"extra", "\"extra\""},
        {"--data", "--data needs a value"},
        {"--data --strict", "--data needs a value: write --data DIR"},
        {"--data=", "--data is empty"},
        {"--workers two", "whole number from 0 to 1024"},
        {"--workers -1", "whole number"},
        {"--workers 1025", "whole number"},
        {"--workers 3x", "whole number"},
        {"--workers 99999999999999999999999", "whole number"},
        {"--account-id 123", "12 digits"},
        {"--listen 5000", "HOST:PORT"},
        {"--listen ::1:5000", "HOST:PORT"},
        {"--listen 127.0.0.1:70000", "HOST:PORT"},
        {"--bucket name", "NAME=DIR"},
        {"--bucket =dir", "NAME=DIR"},
        {"--bucket a=1 --bucket a=2", "two directories"},
        {"--topic arn", "ARN=URL"},
        {"--strict=perhaps", "true or false"},
        {"--log-level loud", "error warning info debug"},
        {"--log-level info|debug", "error warning info debug"},
        {"--log-format xml", "text json"},
        {"--config nowhere.json", "nowhere.json cannot be read"},
        {"--tls-cert x", "--tls-cert is not supported by this version"},
        {"--tls-key=x", "--tls-key is not supported by this version"},
        {"--speed slow", "fast balanced best"},
        {"--x264-preset quick", "ultrafast superfast"},
        {"--encoder-threads 65", "from 0 to 64"},
        {"--credentials x", "--credentials is not supported"},
        {"--allow-anonymous", "--allow-anonymous is not supported"},
        {"--sns-endpoint x", "--sns-endpoint is not supported"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        expect_refusal(rows[i].line, rows[i].part);
    setenv("MOCKETS_TLS_CERT", "x", 1);
    expect_refusal("", "MOCKETS_TLS_CERT is not supported");
    unsetenv("MOCKETS_TLS_CERT");
    setenv("MOCKETS_WORKERS", "x", 1);
    expect_refusal("", "MOCKETS_WORKERS is \"x\"");
    unsetenv("MOCKETS_WORKERS");
}

static void test_file_refusals(void **state)
{
    static const struct {
        const char *text, *part;
    } rows[] = {
        {"[]", "not a JSON object"},
        {"{", "cannot be read"},
        {"{\"data\":1}", "\"data\" in config.json has the wrong type: give it a string"},
        {"{\"workers\":-1}", "whole number from"},
        {"{\"workers\":[1]}", "a whole number"},
        {"{\"strict\":1}", "true or false"},
        {"{\"listen\":[1]}", "an array of strings"},
        {"{\"config\":\"x\"}", "not a setting"},
        {"{\"Data\":\"x\"}", "not a setting"},
        {"{\"tls-cert\":\"x\"}", "not supported"},
        {"{\"data\":\"x\",\"data\":\"y\"}", "cannot be read"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        write_file(rows[i].text);
        expect_refusal("--config config.json", rows[i].part);
    }
}

static void test_help(void **state)
{
    struct config config;
    char nonsense[] = "--nonsense", flag[] = "--help", *words[] = {nonsense, flag};
    bool help = false;

    (void)state;
    assert_int_equal(config_load(&config, 1, words + 1, &help, NULL), 0);
    assert_true(help);
    config_fini(&config);
}

static void test_addresses(void **state)
{
    struct listener_address address;

    (void)state;
    assert_true(listener_parse("[::1]:5000", &address));
    assert_string_equal(address.host, "::1");
    assert_string_equal(address.port, "5000");
    assert_true(listener_parse("localhost:0", &address));
    assert_string_equal(address.host, "localhost");
    assert_true(listener_parse("192.0.2.1:65535", &address));
    assert_false(listener_parse("[]:1", &address));
    assert_false(listener_parse(":1", &address));
    assert_false(listener_parse("a:", &address));
    assert_false(listener_parse("a:1x", &address));
    assert_false(listener_parse("a:65536", &address));
    assert_false(listener_parse("a:000001", &address));
    assert_false(listener_parse("", &address));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults), cmocka_unit_test(test_precedence),
        cmocka_unit_test(test_refusals), cmocka_unit_test(test_file_refusals),
        cmocka_unit_test(test_help),     cmocka_unit_test(test_addresses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
