#include "server/command.h"

#include <stdio.h>

#include <mockets/version.h>

int command_fail(int code, const char *message)
{
    fprintf(stderr, "mockets: %s\n", message);
    return code;
}

int cmd_version(int argc, char **argv)
{
    (void)argv;
    if (argc)
        return command_fail(EXIT_USAGE, "version takes no argument: write mockets version.");
    printf("mockets %s\n%s\n", mockets_version(), mockets_media_version());
    return EXIT_DONE;
}
