#define _GNU_SOURCE
#include "schemas/base/err.h"
#include "schemas/base/file.h"
#include "schemas/register/blob.h"
#include "schemas/register/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOCK_WAIT_S 3.0 /* a daemon that is being replaced lets go within this */
#define LOCK_POLL_US 20000

/* One writer: the kernel drops the lock when its process ends, however it ends. */
static bool take_lock(struct reg *reg, struct err *err)
{
    char path[PATH_SIZE];
    if (!path_join(path, reg->dir, REGISTER_LOCK, err))
        return false;
    reg->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
    if (reg->lock_fd < 0)
        return err_errno(err, "cannot open %s", path);
    double until = clock_mono_s() + LOCK_WAIT_S;
    while (flock(reg->lock_fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return err_errno(err, "cannot lock %s", path);
        if (clock_mono_s() > until)
            return err_set(err,
                           "another program writes to the register in %s; stop postwachtd or "
                           "wait until it is done",
                           reg->dir);
        usleep(LOCK_POLL_US);
    }
    return true;
}

static bool make_folders(struct reg *reg, struct err *err)
{
    char path[PATH_SIZE];
    if (!dir_make(reg->dir, err) || !path_join(path, reg->dir, BLOBS_DIR, err) ||
        !dir_make(path, err) || !path_join(path, reg->dir, KEYS_DIR, err) || !dir_make(path, err))
        return false;
    return chmod(path, 0750) == 0 || err_errno(err, "cannot protect %s", path);
}

static bool open_for_writing(struct reg *reg, struct err *err)
{
    bool intact = false;
    char detail[200];
    if (!make_folders(reg, err) || !take_lock(reg, err) || !db_open(reg, err))
        return false;
    if (!db_integrity(reg, &intact, detail, sizeof detail, err))
        return false;
    if (!intact)
        return err_set(err, "the register database in %s is damaged (%s); restore a backup",
                       reg->dir, detail);
    sqlite3_stmt *stmt = db_sql(reg, SQL_log_size);
    if (!db_row(reg, stmt, "the log has no size", err))
        return false;
    bool fresh = sqlite3_column_int64(stmt, 0) == 0;
    db_done(stmt);
    char high[PATH_SIZE];
    if (fresh && path_join(high, reg->dir, HIGH_WATER_FILE, err) && file_exists(high))
        return err_set(err,
                       "the register in %s is empty but %s says that it was not; restore a "
                       "backup",
                       reg->dir, high);
    if (!key_load(reg->dir, fresh, &reg->key, err))
        return false;
    if (fresh)
        return log_genesis(reg, err);
    return log_load(reg, err) && blob_sweep(reg->dir, err) && log_note_software(reg, err);
}

bool reg_open(const char *dir, enum reg_mode mode, struct reg **ret, struct err *err)
{
    struct reg *reg = calloc(1, sizeof *reg);
    if (!reg)
        return err_set(err, "out of memory");
    reg->mode = mode;
    reg->lock_fd = -1;
    reg->dir = strdup(dir);
    bool ok = reg->dir || err_set(err, "out of memory");
    ok = ok && (mode == REG_WRITE ? open_for_writing(reg, err) : db_open(reg, err));
    if (ok)
        *ret = reg;
    else
        reg_close(reg);
    return ok;
}

bool reg_is_broken(const struct reg *reg)
{
    return reg->broken;
}

void reg_close(struct reg *reg)
{
    if (!reg)
        return;
    db_close(reg);
    key_finish(&reg->key);
    if (reg->lock_fd >= 0)
        close(reg->lock_fd);
    free(reg->dir);
    free(reg);
}
