/* file: whole files and folders, written so that a crash leaves the old or the new, never half.
 * Paths are UTF-8 or raw bytes as the system has them; none is longer than PATH_SIZE. */
#ifndef POSTWACHT_FILE_H
#define POSTWACHT_FILE_H

#include <stdbool.h>
#include <stddef.h>

struct err;
struct buf;

#define PATH_SIZE 4096

/* Joins with one '/'; false when the result would not fit. */
bool path_join(char ret[PATH_SIZE], const char *dir, const char *name, struct err *err);
const char *path_base(const char *path); /* after the last '/', a view */

/* A name that is safe as one path component: [A-Za-z0-9._-]+, no leading '.', at most 96 bytes. */
bool name_is_safe(const char *name);

/* Appends the whole file to ret; refuses more than max bytes, folders and devices. */
bool file_read(const char *path, size_t max, struct buf *ret, struct err *err);

/* write(2) until all is written, through interruptions; false with errno set. */
bool file_write_all(int fd, const void *bytes, size_t n);

/* temp file in the same folder, write, fsync, rename, fsync folder. mode as in open(2). */
bool file_write_atomic(const char *path, const void *bytes, size_t n, unsigned mode,
                       struct err *err);

/* rename(2) and fsync of the target's folder. */
bool file_rename_durable(const char *from, const char *to, struct err *err);
bool file_exists(const char *path);
bool dir_make(const char *path, struct err *err); /* with parents; existing is fine */
bool dir_sync(const char *path, struct err *err);
bool dir_remove(const char *path, struct err *err); /* recursive, does not follow links; absent is fine */

/* Sorted names of the entries (no "." and ".."); free with names_finish. */
struct names {
    char **name;
    size_t n;
};
bool dir_list(const char *path, struct names *ret, struct err *err);
void names_finish(struct names *names);

/* Bytes free for this user on the file system of path. */
bool disk_free(const char *path, unsigned long long *ret, struct err *err);

#endif
