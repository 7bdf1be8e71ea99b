#ifndef SERVER_COMMAND_H
#define SERVER_COMMAND_H

/** Exit codes of the program. */
enum {
    EXIT_DONE = 0,
    EXIT_FAILED = 1, /**< the work failed */
    EXIT_USAGE = 2,  /**< bad usage or configuration */
};

/* The subcommands. @p argv are the words behind the subcommand; @return an exit code. */
int cmd_serve(int argc, char **argv);
int cmd_transcode(int argc, char **argv);
int cmd_presets(int argc, char **argv);
int cmd_sdk_model(int argc, char **argv);
int cmd_version(int argc, char **argv);

/** Print "mockets: MESSAGE" on standard error. @return @p code. */
int command_fail(int code, const char *message);

#endif
