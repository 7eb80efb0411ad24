#define _GNU_SOURCE
#include "schemas/sheet_folder.h"

#include "schemas/base/err.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LOCK_FILE ".lock" /* serialises making and sweeping .part- folders in one spool */
#define BATCH_TAIL 24     /* characters of the batch in an id: enough to tell two devices apart */
#define SAME_SECOND_TRIES 60 /* an id that is taken moves a second on, at most so often */
#define FOLDER_MODE 0750

static int lock_spool(const char *spool, struct err *err)
{
    char path[PATH_SIZE];
    if (!path_join(path, spool, LOCK_FILE, err))
        return -1;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
    if (fd < 0) {
        err_errno(err, "cannot open %s", path);
        return -1;
    }
    while (flock(fd, LOCK_EX) != 0) {
        if (errno == EINTR)
            continue;
        err_errno(err, "cannot lock %s", path);
        close(fd);
        return -1;
    }
    return fd;
}

/* The path of the sheet with that id in one of its three states. */
static bool state_path(char ret[PATH_SIZE], const char *spool, const char *prefix, const char *id,
                       struct err *err)
{
    char name[SHEET_ID_SIZE + sizeof SHEET_PART_PREFIX];
    snprintf(name, sizeof name, "%s%s", prefix, id);
    return path_join(ret, spool, name, err);
}

static bool id_is_taken(const char *spool, const char *id)
{
    static const char *const prefixes[] = {"", SHEET_PART_PREFIX, SHEET_HALF_PREFIX};
    char path[PATH_SIZE];
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (state_path(path, spool, prefixes[i], id, NULL) && file_exists(path))
            return true;
    return false;
}

static bool make_id(char ret[SHEET_ID_SIZE], const char *spool, const char *batch, int seq,
                    struct err *err)
{
    size_t n = strlen(batch);
    const char *tail = n > BATCH_TAIL ? batch + n - BATCH_TAIL : batch;
    time_t now = (time_t)(clock_now_ms() / 1000);
    for (int i = 0; i < SAME_SECOND_TRIES; i++, now++) {
        struct tm tm;
        char stamp[32];
        gmtime_r(&now, &tm);
        strftime(stamp, sizeof stamp, "%Y%m%dT%H%M%S", &tm);
        snprintf(ret, SHEET_ID_SIZE, "%s-%s-%04d", stamp, tail, seq);
        if (!id_is_taken(spool, ret))
            return true;
    }
    return err_set(err, "the spool %s already holds sheet %d of batch %s; start a new batch", spool,
                   seq, batch);
}

/* Opens the folder and takes its lock; -1 with errno EWOULDBLOCK when its owner lives. */
static int open_locked(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0) {
        int reason = errno;
        close(fd);
        errno = reason;
        return -1;
    }
    return fd;
}

bool sheet_folder_begin(const char *spool, const char *batch, int seq, struct sheet_folder *ret,
                        struct err *err)
{
    struct sheet_folder folder = {.fd = -1};
    if (!name_is_safe(batch))
        return err_set(err, "the batch's name must be made of letters, digits, dot, _ and -");
    if (strlen(spool) >= sizeof folder.spool)
        return err_set(err, "the spool's path is too long");
    snprintf(folder.spool, sizeof folder.spool, "%s", spool);
    int lock = lock_spool(spool, err);
    if (lock < 0)
        return false;
    bool ok = make_id(folder.id, spool, batch, seq, err) &&
              state_path(folder.path, spool, SHEET_PART_PREFIX, folder.id, err);
    if (ok && mkdir(folder.path, FOLDER_MODE) != 0)
        ok = err_errno(err, "cannot create the folder %s", folder.path);
    if (ok && (folder.fd = open_locked(folder.path)) < 0)
        ok = err_errno(err, "cannot lock the folder %s", folder.path);
    close(lock);
    if (ok)
        *ret = folder;
    return ok;
}

static void release(struct sheet_folder *folder)
{
    if (folder->fd >= 0)
        close(folder->fd);
    folder->fd = -1;
}

bool sheet_folder_complete(struct sheet_folder *folder, const struct sheet *sheet, struct err *err)
{
    char final[PATH_SIZE];
    /* sheet.json comes last, after the names of the images are on disk: a sweep takes its presence
     * for completeness. */
    bool ok = state_path(final, folder->spool, "", folder->id, err) &&
              dir_sync(folder->path, err) && sheet_write(folder->path, sheet, err) &&
              file_rename_durable(folder->path, final, err);
    release(folder);
    return ok;
}

static bool write_incident(const char *dir, const char *why, struct err *err)
{
    char path[PATH_SIZE];
    struct err line; /* borrows err's habit of replacing control characters */
    err_set(&line, "%s", why);
    size_t n = strlen(line.text);
    line.text[n] = '\n';
    return path_join(path, dir, SHEET_INCIDENT_FILE, err) &&
           file_write_atomic(path, line.text, n + 1, 0640, err);
}

/* First the name, then sheet.json: a .part- folder with sheet.json would pass for complete. */
static bool make_half(const char *spool, const char *part, const char *id, char ret_half[PATH_SIZE],
                      struct err *err)
{
    return state_path(ret_half, spool, SHEET_HALF_PREFIX, id, err) &&
           file_rename_durable(part, ret_half, err);
}

bool sheet_folder_half(struct sheet_folder *folder, const struct sheet *sheet, const char *why,
                       struct err *err)
{
    char half[PATH_SIZE];
    bool ok = make_half(folder->spool, folder->path, folder->id, half, err) &&
              write_incident(half, why, err) &&
              (sheet->n_sides == 0 || sheet_write(half, sheet, err));
    release(folder);
    return ok;
}

void sheet_folder_discard(struct sheet_folder *folder)
{
    dir_remove(folder->path, NULL); /* what stays behind is swept at the next start */
    release(folder);
}

static bool names_add(struct names *names, const char *name, struct err *err)
{
    char **more = realloc(names->name, (names->n + 1) * sizeof *more);
    if (!more)
        return err_set(err, "out of memory");
    names->name = more;
    if (!(more[names->n] = strdup(name)))
        return err_set(err, "out of memory");
    names->n++;
    return true;
}

/* Whether sheet.json stands there for this very id, with every file that it names. */
static bool is_whole(const char *part, const char *id)
{
    struct sheet *sheet = malloc(sizeof *sheet);
    char path[PATH_SIZE];
    bool ok = sheet && sheet_read(part, sheet, NULL) && strcmp(sheet->id, id) == 0;
    for (int i = 0; ok && i < sheet->n_sides; i++)
        ok = path_join(path, part, sheet->side[i].file, NULL) && file_exists(path);
    free(sheet);
    return ok;
}

static bool sweep_one(const char *spool, const char *part, const char *id,
                      struct sheet_sweep *sweep, struct err *err)
{
    char final[PATH_SIZE], half[PATH_SIZE];
    struct names files = {0};
    if (!dir_list(part, &files, err))
        return false;
    bool empty = files.n == 0;
    names_finish(&files);
    if (empty)
        return dir_remove(part, err);
    if (is_whole(part, id))
        return state_path(final, spool, "", id, err) && file_rename_durable(part, final, err) &&
               names_add(&sweep->completed, id, err);
    if (!make_half(spool, part, id, half, err) || !names_add(&sweep->half, id, err))
        return false;
    /* No later sweep sees it any more, so it is reported also when its text cannot be written. */
    write_incident(half,
                   "the scanning program ended while this sheet was in the scanner; feed it again",
                   NULL);
    return true;
}

bool sheet_folders_sweep(const char *spool, struct sheet_sweep *ret, struct err *err)
{
    struct names names = {0};
    struct sheet_sweep sweep = {0};
    int lock = lock_spool(spool, err);
    bool ok = lock >= 0 && dir_list(spool, &names, err);
    for (size_t i = 0; ok && i < names.n; i++) {
        char part[PATH_SIZE];
        const char *id = names.name[i] + strlen(SHEET_PART_PREFIX);
        if (strncmp(names.name[i], SHEET_PART_PREFIX, strlen(SHEET_PART_PREFIX)) != 0 ||
            !name_is_safe(id) || !path_join(part, spool, names.name[i], NULL))
            continue;
        int fd = open_locked(part);
        if (fd < 0)
            continue; /* its owner lives, or it has just gone */
        ok = sweep_one(spool, part, id, &sweep, err);
        close(fd);
    }
    names_finish(&names);
    if (lock >= 0)
        close(lock);
    /* What was renamed has to be reported now; what failed is there for the next sweep. */
    ok = ok || sweep.completed.n > 0 || sweep.half.n > 0;
    if (ok)
        *ret = sweep;
    else
        sheet_sweep_finish(&sweep);
    return ok;
}

void sheet_sweep_finish(struct sheet_sweep *sweep)
{
    names_finish(&sweep->completed);
    names_finish(&sweep->half);
}
