#define _GNU_SOURCE
#include "schemas/template_store.h"

#include "schemas/base/buf.h"
#include "schemas/base/err.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define PART_SUFFIX ".part"
#define OLD_SUFFIX ".old" /* only on file systems that cannot exchange two names */
#define DAMAGED_PREFIX "damaged-"
#define PICTURE_BYTES_MAX (64u << 20) /* an A4 page at 600 dpi as PNG stays below */
#define DIGITS_MIN 4

static bool beside(const char *dir, const char *suffix, char ret[PATH_SIZE], struct err *err)
{
    return snprintf(ret, PATH_SIZE, "%s%s", dir, suffix) < PATH_SIZE ||
           err_set(err, "the path of the template is too long");
}

static bool clean_path(const char *dir, char ret[PATH_SIZE], struct err *err)
{
    size_t n = strlen(dir);
    while (n > 1 && dir[n - 1] == '/')
        n--;
    if (n == 0 || n >= PATH_SIZE)
        return err_set(err, "the path of the template is empty or too long");
    memcpy(ret, dir, n);
    ret[n] = '\0';
    char parent[PATH_SIZE];
    strcpy(parent, ret);
    char *slash = strrchr(parent, '/');
    if (slash) {
        *slash = '\0';
        if (strcmp(path_base(parent), TEMPLATE_VERSIONS_DIR) == 0)
            return err_set(err, "%s is a kept version and is never changed; restore it first", ret);
    }
    return true;
}

/* Opens and locks the part folder; false without a word when it was exchanged meanwhile. */
static bool lock_part(struct template_work *work, bool *ret_busy, struct err *err)
{
    struct stat by_fd, by_path;
    *ret_busy = false;
    if (!dir_make(work->part, err))
        return false;
    work->lock = open(work->part, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (work->lock < 0)
        return err_errno(err, "cannot open the folder %s", work->part);
    if (flock(work->lock, LOCK_EX | LOCK_NB) != 0) {
        close(work->lock);
        return err_set(err, "%s is being changed by another program; try again when it is done",
                       work->dir);
    }
    *ret_busy = fstat(work->lock, &by_fd) != 0 || stat(work->part, &by_path) != 0 ||
                by_fd.st_ino != by_path.st_ino || by_fd.st_dev != by_path.st_dev;
    if (*ret_busy)
        close(work->lock);
    return true;
}

/* Removes what a crash left in the part folder, which itself stays, with its lock. */
static bool empty_folder(const char *dir, struct err *err)
{
    struct names names = {0};
    char path[PATH_SIZE];
    bool ok = dir_list(dir, &names, err);
    for (size_t i = 0; ok && i < names.n; i++)
        ok = path_join(path, dir, names.name[i], err) && dir_remove(path, err);
    names_finish(&names);
    return ok;
}

/* A crash between the two renames of a file system without exchange. */
static bool recover(const char *dir, struct err *err)
{
    char old[PATH_SIZE];
    if (!beside(dir, OLD_SUFFIX, old, err))
        return false;
    if (file_exists(dir) || !file_exists(old))
        return true;
    return file_rename_durable(old, dir, err);
}

bool template_begin(const char *dir, struct template_work *ret, struct err *err)
{
    struct template_work *work = calloc(1, sizeof *work);
    if (!work)
        return err_set(err, "out of memory");
    bool again = true,
         ok = clean_path(dir, work->dir, err) && beside(work->dir, PART_SUFFIX, work->part, err);
    while (ok && again)
        ok = lock_part(work, &again, err);
    if (ok && !(empty_folder(work->part, err) && recover(work->dir, err))) {
        close(work->lock);
        ok = false;
    }
    if (ok)
        *ret = *work;
    free(work);
    return ok;
}

void template_abandon(struct template_work *work)
{
    dir_remove(work->part, NULL);
    close(work->lock);
}

static bool link_or_copy(const char *from_dir, const char *to_dir, const char *name,
                         struct err *err)
{
    char from[PATH_SIZE], to[PATH_SIZE];
    if (!path_join(from, from_dir, name, err) || !path_join(to, to_dir, name, err))
        return false;
    if (link(from, to) == 0)
        return true;
    struct buf bytes = {0};
    bool ok = file_read(from, PICTURE_BYTES_MAX, &bytes, err) &&
              file_write_atomic(to, bytes.data, bytes.len, 0644, err);
    buf_finish(&bytes);
    return ok;
}

/* All plain files of a folder, none of its subfolders. */
static bool copy_files(const char *from, const char *to, struct err *err)
{
    struct names names = {0};
    char path[PATH_SIZE];
    bool ok = dir_make(to, err) && dir_list(from, &names, err);
    for (size_t i = 0; ok && i < names.n; i++) {
        struct stat st;
        ok = path_join(path, from, names.name[i], err);
        if (ok && lstat(path, &st) == 0 && S_ISREG(st.st_mode))
            ok = link_or_copy(from, to, names.name[i], err);
    }
    names_finish(&names);
    return ok && dir_sync(to, err);
}

static bool keep_older(const char *dir, const char *versions, struct err *err)
{
    char from[PATH_SIZE], one[PATH_SIZE], to[PATH_SIZE];
    struct names names = {0};
    if (!path_join(from, dir, TEMPLATE_VERSIONS_DIR, err))
        return false;
    if (!file_exists(from))
        return true;
    bool ok = copy_files(from, versions, err) && dir_list(from, &names, err);
    for (size_t i = 0; ok && i < names.n; i++) {
        struct stat st;
        ok =
            path_join(one, from, names.name[i], err) && path_join(to, versions, names.name[i], err);
        if (ok && lstat(one, &st) == 0 && S_ISDIR(st.st_mode))
            ok = copy_files(one, to, err);
    }
    names_finish(&names);
    return ok;
}

/* A folder that cannot be read is kept too, by the hash of its template.json as it is. */
static void name_version(const char *dir, const struct template_data *readable, char ret[64])
{
    char path[PATH_SIZE], hex[SHA256_HEX_SIZE] = "0000000000000000";
    uint8_t hash[SHA256_SIZE];
    if (!readable && path_join(path, dir, TEMPLATE_FILE, NULL) && sha256_file(path, hash, NULL))
        hex_encode(hash, sizeof hash, hex);
    snprintf(ret, 64, "%s%.*s", readable ? "" : DAMAGED_PREFIX, TEMPLATE_VERSION_DIGITS,
             readable ? readable->version : hex);
}

static bool keep_versions(const struct template_work *work, const struct template_data *before,
                          struct err *err)
{
    char versions[PATH_SIZE], to[PATH_SIZE], name[64];
    if (!file_exists(work->dir))
        return true;
    name_version(work->dir, before, name);
    return path_join(versions, work->part, TEMPLATE_VERSIONS_DIR, err) && dir_make(versions, err) &&
           keep_older(work->dir, versions, err) && path_join(to, versions, name, err) &&
           copy_files(work->dir, to, err) && dir_sync(versions, err);
}

/* `from` is what the new version follows: the one before it, or, when that cannot be read, the one
 * that it was made of. May be data itself. */
static void continue_history(const struct template_data *from, struct template_data *data)
{
    struct template_change last;
    int skip = from->n_history == TEMPLATE_HISTORY_MAX ? 1 : 0;
    memcpy(last.version, from->version, sizeof last.version);
    memcpy(last.created, from->created, sizeof last.created);
    memcpy(last.change, from->change, sizeof last.change);
    data->n_history = from->n_history - skip;
    memmove(data->history, from->history + skip, (size_t)data->n_history * sizeof last);
    data->history[data->n_history++] = last;
}

static bool is_taken(const struct template_data *data, const char *name)
{
    for (int i = 0; i < data->n_elements; i++)
        if (strcmp(data->element[i].name, name) == 0)
            return true;
    return false;
}

/* A newly learnt element may bear a mark's name: then the mark gives way. */
static void inherit_marks(const struct template_data *before, struct template_data *data)
{
    data->n_marks = before ? before->n_marks : 0;
    for (int i = 0; i < data->n_marks; i++) {
        char *name = data->mark[i].print.name;
        data->mark[i] = before->mark[i];
        for (int k = 1; is_taken(data, name); k++)
            snprintf(name, sizeof data->mark[i].print.name, "own_mark_%d", i + k);
    }
}

static bool carry_picture(const char *from, const char *part, const char *name, struct err *err)
{
    char path[PATH_SIZE];
    return path_join(path, part, name, err) &&
           (file_exists(path) || link_or_copy(from, part, name, err));
}

static bool carry_pictures(const char *from, const char *part, const struct template_data *data,
                           int first_mark, struct err *err)
{
    bool ok = true;
    for (int i = 0; ok && first_mark == 0 && i < data->n_elements; i++)
        ok = carry_picture(from, part, data->element[i].picture, err) &&
             carry_picture(from, part, data->element[i].mask, err) &&
             (!data->element[i].sample[0] ||
              carry_picture(from, part, data->element[i].sample, err));
    for (int i = 0; ok && i < data->n_marks; i++)
        ok = carry_picture(from, part, data->mark[i].print.picture, err) &&
             carry_picture(from, part, data->mark[i].print.mask, err);
    return ok;
}

static bool sync_beside(const char *dir, struct err *err)
{
    char parent[PATH_SIZE];
    strcpy(parent, dir);
    char *slash = strrchr(parent, '/');
    if (!slash)
        return dir_sync(".", err);
    slash[slash == parent] = '\0';
    return dir_sync(parent, err);
}

/* From here on the new version counts; what was there stands in part or old, to be removed. */
static bool exchange(const struct template_work *work, struct err *err)
{
    char old[PATH_SIZE];
    struct err ignored;
    if (!beside(work->dir, OLD_SUFFIX, old, err) || !dir_sync(work->part, err))
        return false;
    if (!file_exists(work->dir))
        return file_rename_durable(work->part, work->dir, err);
    if (renameat2(AT_FDCWD, work->part, AT_FDCWD, work->dir, RENAME_EXCHANGE) == 0) {
        dir_remove(work->part, &ignored); /* the version before, which is kept in versions/ */
        return sync_beside(work->dir, err);
    }
    if (!dir_remove(old, err) || !file_rename_durable(work->dir, old, err))
        return false;
    if (file_rename_durable(work->part, work->dir, err)) {
        dir_remove(old, &ignored);
        return true;
    }
    file_rename_durable(old, work->dir, &ignored);
    return false;
}

bool template_commit(struct template_work *work, const char *pictures_from,
                     struct template_data *data, const char *change, struct err *err)
{
    struct template_data *before = calloc(1, sizeof *before);
    bool ok = before || err_set(err, "out of memory");
    bool readable = ok && template_read(work->dir, before, NULL);
    if (ok) {
        if (!pictures_from)
            inherit_marks(readable ? before : NULL, data);
        if (readable || data->version[0])
            continue_history(readable ? before : data, data);
        clock_format(clock_now_ms(), data->created);
        snprintf(data->change, sizeof data->change, "%s", change);
        snprintf(data->software, sizeof data->software, "%s", POSTWACHT_VERSION);
    }
    ok = ok &&
         carry_pictures(pictures_from ? pictures_from : work->dir, work->part, data,
                        pictures_from ? 0 : 1, err) &&
         template_write(work->part, data, err) &&
         keep_versions(work, readable ? before : NULL, err) && exchange(work, err);
    free(before);
    if (ok)
        close(work->lock);
    else
        template_abandon(work);
    return ok;
}

bool template_version_dir(const char *dir, const char *digits, char ret[PATH_SIZE], struct err *err)
{
    char versions[PATH_SIZE];
    struct names names = {0};
    const char *found = NULL;
    int n = 0;
    size_t len = strlen(digits);
    if (len > TEMPLATE_VERSION_DIGITS)
        len = TEMPLATE_VERSION_DIGITS;
    if (len < DIGITS_MIN)
        return err_set(err, "'%s' names no version; give at least %d digits", digits, DIGITS_MIN);
    if (!path_join(versions, dir, TEMPLATE_VERSIONS_DIR, err))
        return false;
    if (file_exists(versions) && !dir_list(versions, &names, err))
        return false;
    for (size_t i = 0; i < names.n; i++)
        if (strncmp(names.name[i], digits, len) == 0) {
            found = names.name[i];
            n++;
        }
    bool ok = n == 1 && path_join(ret, versions, found, err);
    if (n == 0)
        err_set(err, "no version '%s' is kept; `log` lists those that are", digits);
    else if (n > 1)
        err_set(err, "'%s' is the beginning of %d versions; give more of its digits", digits, n);
    names_finish(&names);
    return ok;
}

bool template_note_scan(struct template_data *data, const char *id, const char *path,
                        struct err *err)
{
    struct template_scan scan;
    uint8_t hash[SHA256_SIZE];
    if (!sha256_file(path, hash, err))
        return false;
    hex_encode(hash, sizeof hash, scan.sha256);
    snprintf(scan.id, sizeof scan.id, "%s", id);
    for (int i = 0; i < data->n_scans; i++)
        if (strcmp(data->scan[i].sha256, scan.sha256) == 0)
            return err_set(err, "the same scan was learnt from before, as %s", data->scan[i].id);
    if (data->n_scans == TEMPLATE_SCANS_MAX) {
        memmove(data->scan, data->scan + 1, (TEMPLATE_SCANS_MAX - 1) * sizeof *data->scan);
        data->n_scans--;
    }
    data->scan[data->n_scans++] = scan;
    return true;
}
