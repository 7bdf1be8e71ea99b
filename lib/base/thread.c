#include "base/thread.h"

#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/alloc.h"

/* The C library keeps 40 MiB of stacks for the next threads: enough for those of several jobs. */
enum { STACK_BYTES = 2 * 1024 * 1024 };

/* What a new thread is told. It frees it. */
struct beginning {
    void *(*main)(void *);
    void *argument;
    char name[16];
};

static void *begin(void *context)
{
    struct beginning beginning = *(struct beginning *)context;

    mk_free(context);
    /* To name another thread is to write a file of /proc. */
    pthread_setname_np(pthread_self(), beginning.name);
    return beginning.main(beginning.argument);
}

mockets_status mk_thread_start(pthread_t *thread, const char *name, void *(*main)(void *),
                               void *argument, struct mockets_error *err)
{
    struct beginning *beginning = mk_alloc(sizeof(*beginning));
    pthread_attr_t attributes;
    sigset_t all, before;
    int number;

    if (!beginning)
        return mk_fail_nomem(err);
    beginning->main = main;
    beginning->argument = argument;
    snprintf(beginning->name, sizeof(beginning->name), "%s", name);
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    number = pthread_create(thread, &attributes, begin, beginning);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    if (!number)
        return MOCKETS_OK;
    mk_free(beginning);
    return mk_fail_errno(err, number, "cannot start the thread %s", name);
}

void mk_thread_give_way(int nice)
{
    id_t self = (id_t)gettid(); /* Linux has a value for each thread */

    setpriority(PRIO_PROCESS, self, getpriority(PRIO_PROCESS, self) + nice);
}

int mk_cond_init(pthread_cond_t *cond)
{
    pthread_condattr_t attributes;
    int number = pthread_condattr_init(&attributes);

    if (number)
        return number;
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    number = pthread_cond_init(cond, &attributes);
    pthread_condattr_destroy(&attributes);
    return number;
}

unsigned mk_thread_cores(void)
{
    cpu_set_t set;

    if (sched_getaffinity(0, sizeof(set), &set))
        return 1;
    return (unsigned)CPU_COUNT(&set);
}
