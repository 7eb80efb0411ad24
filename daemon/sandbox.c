#define _GNU_SOURCE
#include "daemon/sandbox.h"

#include "schemas/base/err.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* glibc has no wrappers for these three, and Debian 12's header ends at the second ABI. */
#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14) /* ABI 3, Linux 6.2 */
#endif
#define LANDLOCK_ABI_TRUNCATE 3

#define FILE_READ ((uint64_t)LANDLOCK_ACCESS_FS_READ_FILE)
#define FOLDER_READ (FILE_READ | LANDLOCK_ACCESS_FS_READ_DIR)
#define FOLDER_WRITE                                                                               \
    (FOLDER_READ | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |                 \
     LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG)
#define HANDLED                                                                                    \
    (FOLDER_WRITE | LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_MAKE_CHAR |                    \
     LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK | \
     LANDLOCK_ACCESS_FS_MAKE_SYM)

struct sandbox {
    int landlock_abi; /* 0: the kernel has none */
    scmp_filter_ctx filter;
};

static const char *const allowed_calls[] = {
#define CALL(name) #name,
#include "daemon/sandbox_calls.def"
#undef CALL
};

bool sandbox_create(struct sandbox **ret, struct err *err)
{
    struct sandbox *sandbox = calloc(1, sizeof *sandbox);
    if (!sandbox)
        return err_set(err, "out of memory");
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    sandbox->landlock_abi = abi > 0 ? (int)abi : 0;
    sandbox->filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    bool ok = sandbox->filter != NULL;
    for (size_t i = 0; ok && i < sizeof allowed_calls / sizeof allowed_calls[0]; i++) {
        int number = seccomp_syscall_resolve_name(allowed_calls[i]);
        if (number != __NR_SCMP_ERROR) /* a call that only other processors have */
            ok = seccomp_rule_add(sandbox->filter, SCMP_ACT_ALLOW, number, 0) == 0;
    }
    if (!ok) {
        sandbox_destroy(sandbox);
        return err_set(err, "cannot build the list of allowed system calls");
    }
    *ret = sandbox;
    return true;
}

void sandbox_destroy(struct sandbox *sandbox)
{
    if (!sandbox)
        return;
    if (sandbox->filter)
        seccomp_release(sandbox->filter);
    free(sandbox);
}

bool sandbox_has_landlock(const struct sandbox *sandbox)
{
    return sandbox->landlock_abi > 0;
}

/* hard above soft: at the soft limit of processor time comes SIGXCPU, which names the cause; at the
 * hard one SIGKILL. A narrower limit that was inherited stays: raising it takes privileges. */
static bool limit(int resource, rlim_t value, rlim_t hard_extra, const char *what, struct err *err)
{
    struct rlimit had, limit = {.rlim_cur = value, .rlim_max = value + hard_extra};
    if (getrlimit((__rlimit_resource_t)resource, &had) != 0)
        return err_errno(err, "cannot read the limit of %s", what);
    if (had.rlim_max != RLIM_INFINITY && had.rlim_max < limit.rlim_max)
        limit.rlim_max = had.rlim_max;
    if (limit.rlim_cur > limit.rlim_max)
        limit.rlim_cur = limit.rlim_max;
    if (setrlimit((__rlimit_resource_t)resource, &limit) != 0)
        return err_errno(err, "cannot limit %s", what);
    return true;
}

static bool enter_limits(const struct sandbox_rules *rules, struct err *err)
{
#ifndef __SANITIZE_ADDRESS__ /* its shadow memory takes terabytes of address space */
    if (!limit(RLIMIT_AS, rules->memory_bytes, 0, "memory", err))
        return false;
#endif
    return limit(RLIMIT_CPU, rules->cpu_seconds, 1, "processor time", err) &&
           limit(RLIMIT_FSIZE, rules->file_bytes, 0, "file size", err) &&
           limit(RLIMIT_CORE, 0, 0, "core files", err);
}

static bool allow_path(int ruleset, const char *path, uint64_t access, struct err *err)
{
    int fd = open(path, O_PATH | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR || err_errno(err, "cannot open %s", path);
    struct stat st;
    bool folder = fstat(fd, &st) == 0 && S_ISDIR(st.st_mode);
    struct landlock_path_beneath_attr rule = {
        .allowed_access = folder ? access : access & FILE_READ, .parent_fd = fd};
    long rc = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    if (rc != 0)
        err_errno(err, "cannot allow %s in the sandbox", path);
    close(fd);
    return rc == 0;
}

static bool enter_landlock(const struct sandbox *sandbox, const struct sandbox_rules *rules,
                           struct err *err)
{
    if (!sandbox->landlock_abi)
        return true;
    uint64_t truncate =
        sandbox->landlock_abi >= LANDLOCK_ABI_TRUNCATE ? LANDLOCK_ACCESS_FS_TRUNCATE : 0;
    struct landlock_ruleset_attr attr = {.handled_access_fs = HANDLED | truncate};
    int ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof attr, 0);
    if (ruleset < 0)
        return err_errno(err, "cannot make a Landlock ruleset");
    bool ok = true;
    for (size_t i = 0; ok && i < SANDBOX_PATHS_MAX; i++)
        ok = !rules->read[i] || allow_path(ruleset, rules->read[i], FOLDER_READ, err);
    for (size_t i = 0; ok && i < SANDBOX_PATHS_MAX; i++)
        ok = !rules->write[i] || allow_path(ruleset, rules->write[i], FOLDER_WRITE | truncate, err);
    if (ok && syscall(SYS_landlock_restrict_self, ruleset, 0) != 0)
        ok = err_errno(err, "cannot enter the Landlock sandbox");
    close(ruleset);
    return ok;
}

static bool enter_seccomp(struct sandbox *sandbox, struct err *err)
{
    /* abort(3) and raise(3) signal the own process, nobody else */
    int rc = seccomp_rule_add(sandbox->filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
                              SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid()));
    if (rc == 0)
        rc = seccomp_load(sandbox->filter);
    errno = -rc;
    return rc == 0 || err_errno(err, "cannot enter the system call filter");
}

bool sandbox_enter(struct sandbox *sandbox, const struct sandbox_rules *rules, struct err *err)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return err_errno(err, "cannot give up privileges");
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        return err_errno(err, "cannot switch off core files");
    return enter_limits(rules, err) && enter_landlock(sandbox, rules, err) &&
           enter_seccomp(sandbox, err);
}
