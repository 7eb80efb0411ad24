#include "daemon/supervisor/state.h"

#include "schemas/base/err.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define LOCK_MODE 0600

static bool take_lock(const char *dir, int *ret, struct err *err)
{
    char path[PATH_SIZE];
    if (!path_join(path, dir, "lock", err))
        return false;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, LOCK_MODE);
    if (fd < 0)
        return err_errno(err, "cannot open %s", path);
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        bool taken = errno == EWOULDBLOCK;
        err_errno(err, "cannot lock %s", path);
        close(fd);
        return !taken ? false
                      : err_set(err,
                                "another postwachtd uses %s; stop it, or name another state "
                                "folder with --state",
                                dir);
    }
    *ret = fd;
    return true;
}

bool state_open(const char *dir, struct state *ret, struct err *err)
{
    const struct {
        char *path;
        const char *name;
    } folders[] = {{ret->reg, "register"},
                   {ret->spool, "spool"},
                   {ret->templates, "templates"},
                   {ret->inbox, "inbox"}};
    *ret = (struct state){.lock_fd = -1};
    if (!dir_make(dir, err))
        return false;
    /* workers run elsewhere and log lines are read later: one absolute path for all */
    char *real = realpath(dir, NULL);
    bool ok = (real && strlen(real) < PATH_SIZE) || err_errno(err, "cannot find %s", dir);
    if (ok)
        strcpy(ret->dir, real);
    free(real);
    ok = ok && take_lock(ret->dir, &ret->lock_fd, err);
    for (size_t i = 0; ok && i < sizeof folders / sizeof folders[0]; i++)
        ok = path_join(folders[i].path, ret->dir, folders[i].name, err) &&
             dir_make(folders[i].path, err);
    if (!ok)
        state_close(ret);
    return ok;
}

void state_close(struct state *state)
{
    if (state->lock_fd >= 0)
        close(state->lock_fd);
    state->lock_fd = -1;
}
