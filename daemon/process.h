/* process: a program that this one started, talked to by lines. It dies with its parent, gets none
 * of its descriptors but the three standard ones, and is watched through a pidfd. A zeroed struct
 * is a process that does not run. */
#ifndef POSTWACHT_PROCESS_H
#define POSTWACHT_PROCESS_H

#include "daemon/lines.h"

#include <stdbool.h>
#include <sys/types.h>

struct err;

struct process {
    pid_t pid;   /* 0: not running */
    int pidfd;   /* readable once it has ended */
    int in;      /* its standard input, -1 when closed */
    int out;     /* its standard output, non-blocking */
    bool reaped; /* its status was taken */
    struct lines lines;
};

/* argv[0] is the path of the program. Standard error is shared with the parent. Only the main
 * thread may call it: the kernel ties "dies with its parent" to the thread. */
bool process_start(const char *const argv[], struct process *ret, struct err *err);

/* False when the line could not be handed over whole (the process is dying or has not read for
 * long). */
bool process_say(struct process *process, const char *line);
void process_close_input(
    struct process *process); /* "no more work": a worker then finishes and ends */
void process_signal(const struct process *process, int signal);

/* True when it has ended: status as of waitpid. What it wrote before is still in lines. */
bool process_ended(struct process *process, int *ret_status);
/* After process_ended, or to kill what still runs. Leaves it zeroed. */
void process_finish(struct process *process);

/* "exit status 1", "signal 9 (Killed)" */
void process_describe(int status, char *ret, size_t n);

/* Runs a program to its end, at most seconds long, and takes what it writes on standard output.
 * False when it could not be started, was too slow (killed) or failed. */
bool process_run(const char *const argv[], double seconds, struct buf *ret_output, struct err *err);

#endif
