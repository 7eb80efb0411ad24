/* The folder source: image files that something else made, in the order of their names.
 * NAME_front.EXT and NAME_back.EXT are one sheet, any other NAME.EXT is a sheet of one side. Files
 * are copied byte by byte and never opened as images here: decoding hostile files is for the
 * sandbox. So width, height and the hash of the pixels are unknown in sheet.json. */
#define _GNU_SOURCE
#include "daemon/capture/source.h"

#include "schemas/base/err.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#define FRONT_ENDING "_front"
#define BACK_ENDING "_back"
#define TAKEN_DIR "taken"
#define REFUSED_DIR "refused"
#define NUMBER_MAX 100000
#define COPY_BYTES ((size_t)8 << 20)
#define FILE_BYTES_MAX (4ll << 30) /* no image format of ours goes beyond */

struct folder {
    const struct capture_request *request;
    struct guard *guard;
    struct names names;
    size_t next;
    const char *current[SIDE_COUNT]; /* views into names, NULL none */
    int sheets, refused;
};

static const char *extension_of(const char *name)
{
    static const char *const extensions[] = {".png", ".jpg", ".jpeg", ".tif", ".tiff"};
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot && dot != name && i < sizeof extensions / sizeof *extensions; i++)
        if (strcasecmp(dot, extensions[i]) == 0)
            return extensions[i];
    return NULL;
}

/* Length of the name before ending and extension, or 0 when it does not end so. */
static size_t stem_before(const char *name, const char *ending)
{
    size_t stem = (size_t)(strrchr(name, '.') - name), n = strlen(ending);
    return stem > n && strncmp(name + stem - n, ending, n) == 0 ? stem - n : 0;
}

static const char *find_back(const struct folder *folder, const char *front)
{
    size_t stem = stem_before(front, FRONT_ENDING);
    for (size_t i = 0; stem && i < folder->names.n; i++) {
        const char *name = folder->names.name[i];
        if (extension_of(name) && stem_before(name, BACK_ENDING) == stem &&
            strncmp(name, front, stem) == 0)
            return name;
    }
    return NULL;
}

/* A back whose front is there comes along with it; alone it is a sheet of its own. */
static bool has_front(const struct folder *folder, const char *back)
{
    size_t stem = stem_before(back, BACK_ENDING);
    for (size_t i = 0; stem && i < folder->names.n; i++) {
        const char *name = folder->names.name[i];
        if (extension_of(name) && stem_before(name, FRONT_ENDING) == stem &&
            strncmp(name, back, stem) == 0)
            return true;
    }
    return false;
}

static bool copy_file(int from, int to, long long size, const char *name, struct err *err)
{
    for (long long left = size; left > 0;) {
        size_t piece = left < (long long)COPY_BYTES ? (size_t)left : COPY_BYTES;
        ssize_t n = sendfile(to, from, NULL, piece);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(err, "cannot copy %s", name);
        if (n == 0)
            return err_set(err, "%s became shorter while it was copied", name);
        left -= n;
    }
    return fsync(to) == 0 || err_errno(err, "cannot write the copy of %s to disk", name);
}

/* ret_refused: whether a failure is the file's own, so that the next file can be taken. */
static bool take_file(const struct folder *folder, const char *name, const char *dir,
                      enum side_name which, struct sheet_side *side, bool *ret_refused,
                      struct err *err)
{
    *ret_refused = true;
    char from_path[PATH_SIZE], to_path[PATH_SIZE];
    struct stat st;
    snprintf(side->file, sizeof side->file, "%s%s", side_names[which], extension_of(name));
    if (!path_join(from_path, folder->request->folder, name, err) ||
        !path_join(to_path, dir, side->file, err))
        return false;
    int from = open(from_path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (from < 0)
        return err_errno(err, "cannot open %s", from_path);
    int to = -1;
    bool ok = fstat(from, &st) == 0 || err_errno(err, "cannot read %s", from_path);
    if (ok && (!S_ISREG(st.st_mode) || st.st_size > FILE_BYTES_MAX))
        ok = err_set(err, "%s is not an image file", name);
    *ret_refused = !ok;
    if (ok && (to = open(to_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640)) < 0)
        ok = err_errno(err, "cannot create %s", to_path);
    ok = ok && copy_file(from, to, st.st_size, name, err);
    if (to >= 0)
        close(to);
    close(from);
    uint8_t hash[SHA256_SIZE];
    ok = ok && sha256_file(to_path, hash, err);
    if (ok) {
        hex_encode(hash, sizeof hash, side->sha256_file);
        side->bytes_received = (uint64_t)st.st_size;
        snprintf(side->status, sizeof side->status, "ok");
    }
    return ok;
}

static bool folder_open(const struct capture_request *request, struct guard *guard, void **ret,
                        struct capture_why *ret_why)
{
    struct err err;
    struct folder *folder = calloc(1, sizeof *folder);
    if (!folder)
        return why_set(ret_why, CAPTURE_SPOOL, "Out of memory.");
    folder->request = request;
    folder->guard = guard;
    if (!dir_list(request->folder, &folder->names, &err)) {
        free(folder);
        return why_set(ret_why, CAPTURE_NO_DEVICE, "%.200s.", err.text);
    }
    why_set(ret_why, CAPTURE_DONE, "%s", "");
    *ret = folder;
    return true;
}

static void folder_close(void *state)
{
    struct folder *folder = state;
    if (!folder)
        return;
    names_finish(&folder->names);
    free(folder);
}

static bool next_front(struct folder *folder)
{
    while (folder->next < folder->names.n) {
        const char *name = folder->names.name[folder->next++];
        if (name[0] == '.' || !extension_of(name) || has_front(folder, name))
            continue;
        folder->current[SIDE_FRONT] = name;
        folder->current[SIDE_BACK] = find_back(folder, name);
        return true;
    }
    return false;
}

/* Scan-to-folder machines begin again at the same name every day: what came earlier stays. A number
 * is put before the extension until the name is free. */
static bool move_beside(const char *from, const char *into, const char *name)
{
    size_t stem = (size_t)(strrchr(name, '.') - name);
    for (int number = 1; number <= NUMBER_MAX; number++) {
        char other[NAME_MAX + 1], to[PATH_SIZE];
        int n = number == 1 ? snprintf(other, sizeof other, "%s", name)
                            : snprintf(other, sizeof other, "%.*s~%d%s", (int)stem, name, number,
                                       name + stem);
        if (n < 0 || n > NAME_MAX || !path_join(to, into, other, NULL))
            return false;
        if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
            return true;
        if (errno != EEXIST)
            return false;
    }
    return false;
}

static void move_current(const struct folder *folder, const char *where)
{
    char into[PATH_SIZE], from[PATH_SIZE];
    if (!folder->request->consume || !path_join(into, folder->request->folder, where, NULL) ||
        !dir_make(into, NULL))
        return;
    for (int i = 0; i < SIDE_COUNT && folder->current[i]; i++)
        if (path_join(from, folder->request->folder, folder->current[i], NULL))
            move_beside(from, into, folder->current[i]);
}

static enum source_result folder_next(void *state, const char *dir, struct sheet *sheet,
                                      struct capture_why *ret_why)
{
    struct folder *folder = state;
    struct err err;
    if (!next_front(folder)) {
        why_set(ret_why, folder->sheets || folder->refused ? CAPTURE_DONE : CAPTURE_EMPTY, "%s",
                "");
        return SOURCE_END;
    }
    for (int i = 0; i < SIDE_COUNT && folder->current[i]; i++) {
        bool refused;
        if (!take_file(folder, folder->current[i], dir, (enum side_name)i, &sheet->side[i],
                       &refused, &err)) {
            why_set(ret_why, refused ? CAPTURE_UNREADABLE : CAPTURE_SPOOL, "%.200s.", err.text);
            if (!refused)
                return SOURCE_HALF;
            /* It would stand in the way of every later batch; its other side goes with it. */
            move_current(folder, REFUSED_DIR);
            folder->refused++;
            return SOURCE_REFUSED;
        }
        snprintf(sheet->setting[i].name, sizeof sheet->setting[i].name, "file-%s", side_names[i]);
        snprintf(sheet->setting[i].value, sizeof sheet->setting[i].value, "%.*s",
                 (int)sizeof sheet->setting[i].value - 1, folder->current[i]);
        sheet->n_settings = sheet->n_sides = i + 1;
    }
    if (folder->request->consume)
        snprintf(sheet->source, sizeof sheet->source, "inbox");
    folder->sheets++;
    return SOURCE_SHEET;
}

static void folder_taken(void *state)
{
    move_current(state, TAKEN_DIR);
}

const struct capture_source folder_source = {
    .kind = "file",
    .open = folder_open,
    .next = folder_next,
    .taken = folder_taken,
    .close = folder_close,
};
