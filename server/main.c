#include <stdio.h>
#include <string.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

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

/*
 * A job's threads come and go, and hand on what they allocate. An arena for each of them would keep
 * much that is free, and has to be grown and thrown away with every job.
 */
static void set_up_memory(void)
{
#ifdef __GLIBC__
    enum { KEEP_BYTES = 8 * 1024 * 1024, MAPPED_BYTES = 1024 * 1024 };

    mallopt(M_ARENA_MAX, 1);
    mallopt(M_TRIM_THRESHOLD, KEEP_BYTES);
    mallopt(M_MMAP_THRESHOLD, MAPPED_BYTES);
#endif
}

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "";

    set_up_memory();
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
