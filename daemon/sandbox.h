/* sandbox: shuts a process in before it touches hostile pixels. After sandbox_enter the process can
 * read and write only where the rules say, has no network and starts no programs, cannot signal or
 * trace anyone, leaves no core file and dies beyond its memory, processor time and file size. There
 * is no way back out.
 *
 * Layers: rlimits, no_new_privs, Landlock (Linux 5.13; left out on older kernels, and
 * sandbox_has_landlock says so), seccomp with a list of allowed system calls: any other fails with
 * EPERM. */
#ifndef POSTWACHT_SANDBOX_H
#define POSTWACHT_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

struct err;
struct sandbox; /* what is prepared once, before the forks */

#define SANDBOX_PATHS_MAX 80

struct sandbox_rules {
    const char *read[SANDBOX_PATHS_MAX];  /* files and folders with all below them; NULL entries and
                                             absent paths are skipped */
    const char *write[SANDBOX_PATHS_MAX]; /* folders that may be read and changed */
    size_t memory_bytes;                  /* whole address space */
    size_t file_bytes;                    /* largest file it may write */
    unsigned cpu_seconds;
};

bool sandbox_create(struct sandbox **ret, struct err *err);
void sandbox_destroy(struct sandbox *sandbox);
bool sandbox_has_landlock(const struct sandbox *sandbox);

/* In the process that is to be shut in, while it has one thread. On false it must exit. */
bool sandbox_enter(struct sandbox *sandbox, const struct sandbox_rules *rules, struct err *err);

#endif
