#include "model/sdk_endpoint.h"

#include <stddef.h>

static const struct {
    const char *name, *built_in, *type;
    bool required; /* and then false by default */
} parameters[] = {
    {"Region", "AWS::Region", "String", false},
    {"UseDualStack", "AWS::UseDualStack", "Boolean", true},
    {"UseFIPS", "AWS::UseFIPS", "Boolean", true},
    {"Endpoint", "SDK::Endpoint", "String", false},
};

/* Hosts by what is asked for, the most particular first. */
static const struct {
    bool fips, dual;
    const char *url;
} hosts[] = {
    {true, true, "https://elastictranscoder-fips.{Region}.{Partition#dualStackDnsSuffix}"},
    {true, false, "https://elastictranscoder-fips.{Region}.{Partition#dnsSuffix}"},
    {false, true, "https://elastictranscoder.{Region}.{Partition#dualStackDnsSuffix}"},
    {false, false, "https://elastictranscoder.{Region}.{Partition#dnsSuffix}"},
};

static void emit_parameters(struct mk_json *json)
{
    mk_json_open(json, "parameters", '{');
    for (size_t i = 0; i < sizeof(parameters) / sizeof(parameters[0]); i++) {
        mk_json_open(json, parameters[i].name, '{');
        mk_json_string(json, "builtIn", parameters[i].built_in);
        mk_json_bool(json, "required", parameters[i].required);
        if (parameters[i].required)
            mk_json_bool(json, "default", false);
        mk_json_string(json, "type", parameters[i].type);
        mk_json_close(json, '}');
    }
    mk_json_close(json, '}');
}

/* A call of a function on a parameter; assigned to a name if that is not NULL. */
static void emit_condition(struct mk_json *json, const char *function, const char *reference,
                           bool is_true, const char *assign)
{
    mk_json_open(json, NULL, '{');
    mk_json_string(json, "fn", function);
    mk_json_open(json, "argv", '[');
    mk_json_pair(json, NULL, "ref", reference);
    if (is_true)
        mk_json_bool(json, NULL, true);
    mk_json_close(json, ']');
    if (assign)
        mk_json_string(json, "assign", assign);
    mk_json_close(json, '}');
}

static void emit_if_true(struct mk_json *json, const char *parameter)
{
    emit_condition(json, "booleanEquals", parameter, true, NULL);
}

static void begin_rule(struct mk_json *json)
{
    mk_json_open(json, NULL, '{');
    mk_json_open(json, "conditions", '[');
}

/* The url is a template, or where it is NULL the parameter Endpoint. */
static void end_rule_with_url(struct mk_json *json, const char *url)
{
    mk_json_close(json, ']');
    mk_json_open(json, "endpoint", '{');
    if (url)
        mk_json_string(json, "url", url);
    else
        mk_json_pair(json, "url", "ref", "Endpoint");
    mk_json_open(json, "properties", '{');
    mk_json_close(json, '}');
    mk_json_open(json, "headers", '{');
    mk_json_close(json, '}');
    mk_json_close(json, '}');
    mk_json_string(json, "type", "endpoint");
    mk_json_close(json, '}');
}

static void end_rule_with_error(struct mk_json *json, const char *text)
{
    mk_json_close(json, ']');
    mk_json_string(json, "error", text);
    mk_json_string(json, "type", "error");
    mk_json_close(json, '}');
}

/* The conditions of a rule that holds other rules are complete. */
static void begin_tree(struct mk_json *json)
{
    mk_json_close(json, ']');
    mk_json_string(json, "type", "tree");
    mk_json_open(json, "rules", '[');
}

static void end_tree(struct mk_json *json)
{
    mk_json_close(json, ']');
    mk_json_close(json, '}');
}

static void emit_given_endpoint(struct mk_json *json)
{
    static const char *const exclusive[] = {"UseFIPS", "UseDualStack"};

    begin_rule(json);
    emit_condition(json, "isSet", "Endpoint", false, NULL);
    begin_tree(json);
    for (size_t i = 0; i < sizeof(exclusive) / sizeof(exclusive[0]); i++) {
        begin_rule(json);
        emit_if_true(json, exclusive[i]);
        end_rule_with_error(json, i ? "A dual-stack endpoint cannot be combined with a custom one"
                                    : "A FIPS endpoint cannot be combined with a custom one");
    }
    begin_rule(json);
    end_rule_with_url(json, NULL);
    end_tree(json);
}

static void emit_regional_endpoints(struct mk_json *json)
{
    begin_rule(json);
    emit_condition(json, "isSet", "Region", false, NULL);
    emit_condition(json, "aws.partition", "Region", false, "Partition");
    begin_tree(json);
    for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
        begin_rule(json);
        if (hosts[i].fips)
            emit_if_true(json, "UseFIPS");
        if (hosts[i].dual)
            emit_if_true(json, "UseDualStack");
        end_rule_with_url(json, hosts[i].url);
    }
    end_tree(json);
}

void mk_sdk_endpoint_rules(struct mk_json *json)
{
    mk_json_open(json, NULL, '{');
    mk_json_string(json, "version", "1.0");
    emit_parameters(json);
    mk_json_open(json, "rules", '[');
    emit_given_endpoint(json);
    emit_regional_endpoints(json);
    begin_rule(json);
    end_rule_with_error(json, "A region or an endpoint must be given");
    mk_json_close(json, ']');
    mk_json_close(json, '}');
}
