#define _GNU_SOURCE
#include "schemas/base/file.h"

#include "schemas/base/buf.h"
#include "schemas/base/err.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

bool path_join(char ret[PATH_SIZE], const char *dir, const char *name, struct err *err)
{
    size_t dir_len = strlen(dir);
    while (dir_len > 1 && dir[dir_len - 1] == '/')
        dir_len--;
    if (dir_len + strlen(name) + 2 > PATH_SIZE)
        return err_set(err, "the path %.60s.../%.60s is too long; use a shorter folder name", dir,
                       name);
    char joined[PATH_SIZE]; /* dir or name may be ret itself */
    snprintf(joined, sizeof joined, "%.*s%s%s", (int)dir_len, dir,
             dir_len && dir[dir_len - 1] == '/' ? "" : "/", name);
    strcpy(ret, joined);
    return true;
}

const char *path_base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

bool name_is_safe(const char *name)
{
    size_t n = strlen(name);
    if (n == 0 || n > 96 || name[0] == '.')
        return false;
    return strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") == n;
}

bool file_read(const char *path, size_t max, struct buf *ret, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return err_errno(err, "cannot open %s", path);
    struct stat st;
    bool ok = false;
    size_t start = ret->len;
    if (fstat(fd, &st) != 0)
        err_errno(err, "cannot read %s", path);
    else if (!S_ISREG(st.st_mode))
        err_set(err, "%s is not a file; give the path of a file", path);
    else if ((unsigned long long)st.st_size > max)
        err_set(err, "%s has %lld bytes, more than the %zu allowed", path, (long long)st.st_size,
                max);
    else
        ok = true;
    char piece[16384];
    while (ok) {
        ssize_t n = read(fd, piece, sizeof piece);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            ok = err_errno(err, "cannot read %s", path);
        if (n <= 0)
            break;
        if (ret->len - start + (size_t)n > max)
            ok = err_set(err, "%s grew while it was read", path);
        else
            buf_append(ret, piece, (size_t)n);
    }
    close(fd);
    if (ok && !ret->data)
        buf_append(ret, "", 0);
    if (ok)
        ok = buf_ok(ret, err);
    if (!ok && ret->data) {
        ret->len = start;
        ret->data[start] = '\0';
    }
    return ok;
}

bool file_write_all(int fd, const void *data, size_t n)
{
    const char *bytes = data;
    while (n) {
        ssize_t done = write(fd, bytes, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        bytes += done;
        n -= (size_t)done;
    }
    return true;
}

static bool sync_parent(const char *path, struct err *err)
{
    char dir[PATH_SIZE];
    const char *slash = strrchr(path, '/');
    if (!slash)
        return dir_sync(".", err);
    size_t n = slash == path ? 1 : (size_t)(slash - path);
    if (n >= sizeof dir)
        return err_set(err, "the path %.60s... is too long", path);
    memcpy(dir, path, n);
    dir[n] = '\0';
    return dir_sync(dir, err);
}

bool file_write_atomic(const char *path, const void *bytes, size_t n, unsigned mode,
                       struct err *err)
{
    char temp[PATH_SIZE];
    if (snprintf(temp, sizeof temp, "%s.part-%ld", path, (long)getpid()) >= (int)sizeof temp)
        return err_set(err, "the path %.60s... is too long", path);
    int fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, (mode_t)mode);
    if (fd < 0)
        return err_errno(err, "cannot create %s", temp);
    bool ok = file_write_all(fd, bytes, n) && fsync(fd) == 0;
    if (!ok)
        err_errno(err, "cannot write %s", path);
    if (close(fd) != 0 && ok)
        ok = err_errno(err, "cannot write %s", path);
    ok = ok && file_rename_durable(temp, path, err);
    if (!ok)
        unlink(temp);
    return ok;
}

bool file_rename_durable(const char *from, const char *to, struct err *err)
{
    if (rename(from, to) != 0)
        return err_errno(err, "cannot rename %s to %s", from, to);
    return sync_parent(to, err);
}

bool file_exists(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0;
}

bool dir_make(const char *path, struct err *err)
{
    char part[PATH_SIZE];
    size_t n = strlen(path);
    if (n == 0 || n >= sizeof part)
        return err_set(err, "the folder name is empty or too long");
    memcpy(part, path, n + 1);
    for (size_t i = 1; i <= n; i++) {
        if (part[i] != '/' && part[i] != '\0')
            continue;
        char kept = part[i];
        part[i] = '\0';
        if (mkdir(part, 0750) != 0 && errno != EEXIST)
            return err_errno(err, "cannot create the folder %s", part);
        part[i] = kept;
    }
    struct stat st;
    if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode))
        return err_set(err, "%s exists and is not a folder; move it away", path);
    return true;
}

bool dir_sync(const char *path, struct err *err)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return err_errno(err, "cannot open the folder %s", path);
    bool ok = fsync(fd) == 0;
    if (!ok)
        err_errno(err, "cannot write the folder %s to disk", path);
    close(fd);
    return ok;
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st;
    (void)flag;
    (void)ftw;
    return remove(path) == 0 || errno == ENOENT ? 0 : -1;
}

bool dir_remove(const char *path, struct err *err)
{
    struct stat st;
    if (lstat(path, &st) != 0 && errno == ENOENT)
        return true;
    if (nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0)
        return err_errno(err, "cannot remove %s", path);
    return true;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

bool dir_list(const char *path, struct names *ret, struct err *err)
{
    DIR *dir = opendir(path);
    if (!dir)
        return err_errno(err, "cannot open the folder %s", path);
    struct names names = {0};
    size_t cap = 0;
    bool ok = true;
    for (struct dirent *entry; ok && (entry = readdir(dir));) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (names.n == cap) {
            cap = cap ? 2 * cap : 64;
            char **more = realloc(names.name, cap * sizeof *more);
            if (more)
                names.name = more;
            else
                ok = false;
        }
        if (ok && !(names.name[names.n] = strdup(entry->d_name)))
            ok = false;
        if (ok)
            names.n++;
    }
    closedir(dir);
    if (!ok) {
        names_finish(&names);
        return err_set(err, "out of memory while listing %s", path);
    }
    if (names.n)
        qsort(names.name, names.n, sizeof *names.name, by_name);
    *ret = names;
    return true;
}

void names_finish(struct names *names)
{
    for (size_t i = 0; i < names->n; i++)
        free(names->name[i]);
    free(names->name);
    *names = (struct names){0};
}

bool disk_free(const char *path, unsigned long long *ret, struct err *err)
{
    struct statvfs st;
    if (statvfs(path, &st) != 0)
        return err_errno(err, "cannot ask for the free space of %s", path);
    *ret = (unsigned long long)st.f_bavail * st.f_frsize;
    return true;
}
