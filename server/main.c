#include <mockets/heap.h>
#include <stdio.h>
#include <string.h>

#include "server/command.h"

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *what;
} commands[] = {
    {"serve", cmd_serve, "answer the Elastic Transcoder API on a local port"},
    {"transcode", cmd_transcode, "run one job without a server"},
    {"presets", cmd_presets, "list the presets"},
    {"sdk-model", cmd_sdk_model, "give an SDK the service's model back"},
    {"version", cmd_version, "print the versions of mockets and of its media libraries"},
};

static void usage(FILE *out)
{
    fputs("usage: mockets COMMAND [--help] …\n\n", out);
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
        fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].what);
}

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "";

    mockets_heap_tune();
    if (!strcmp(name, "--help") || !strcmp(name, "-h") || !strcmp(name, "help")) {
        usage(stdout);
        return EXIT_DONE;
    }
    if (!strcmp(name, "--version"))
        return cmd_version(0, NULL);
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
        if (!strcmp(name, commands[i].name))
            return commands[i].run(argc - 2, argv + 2);
    if (name[0])
        fprintf(stderr, "mockets: %s is not a command.\n", name);
    usage(stderr);
    return EXIT_USAGE;
}
