#define _GNU_SOURCE
#include "schemas/register/blob.h"

#include "schemas/base/err.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE (256u << 10)     /* bytes copied at a time; stays in the second-level cache */
#define COMMITMENT_PREFIX 0x02 /* beside 00 and 01 of the Merkle tree */
#define TEMP_PREFIX ".part-"
#define BLOB_MODE 0440 /* nobody edits a blob */
#define FOLDER_MODE 0750
#define FOLDER_DIGITS 2 /* 256 folders: some thousand files each after ten years */

static const char *mime_of(const char *path)
{
    static const struct {
        const char *ending, *mime;
    } known[] = {
        {".png", "image/png"},  {".jpg", "image/jpeg"},  {".jpeg", "image/jpeg"},
        {".tif", "image/tiff"}, {".tiff", "image/tiff"}, {".json", "application/json"},
    };
    const char *dot = strrchr(path, '.');
    for (size_t i = 0; dot && i < sizeof known / sizeof *known; i++)
        if (strcasecmp(dot, known[i].ending) == 0)
            return known[i].mime;
    return "application/octet-stream";
}

static bool copy_hashed(int from, int to, const char *path, struct blob *ret, struct err *err)
{
    unsigned char *piece = malloc(PIECE);
    if (!piece)
        return err_set(err, "out of memory");
    struct sha256 hash;
    uint8_t digest[SHA256_SIZE];
    bool ok = true;
    ret->size = 0;
    sha256_init(&hash);
    for (;;) {
        ssize_t n = read(from, piece, PIECE);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            ok = err_errno(err, "cannot read %s", path);
        else if (n > 0 && !file_write_all(to, piece, (size_t)n))
            ok = err_errno(err, "cannot copy %s into the register", path);
        if (!ok || n == 0)
            break;
        sha256_update(&hash, piece, (size_t)n);
        ret->size += n;
    }
    if (ok && fsync(to) != 0)
        ok = err_errno(err, "cannot copy %s into the register", path);
    sha256_final(&hash, digest);
    hex_encode(digest, sizeof digest, ret->sha256);
    free(piece);
    return ok;
}

static bool temp_path(const char *dir, int n, char ret[PATH_SIZE], struct err *err)
{
    char name[64];
    snprintf(name, sizeof name, TEMP_PREFIX "%ld-%d", (long)getpid(), n);
    return path_join(ret, dir, BLOBS_DIR, err) && path_join(ret, ret, name, err);
}

bool blob_copy(const char *register_dir, const char *path, int n, struct blob *ret, struct err *err)
{
    char temp[PATH_SIZE];
    struct blob blob = {.mime = mime_of(path)};
    struct stat st;
    if (!temp_path(register_dir, n, temp, err))
        return false;
    int from = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (from < 0)
        return err_errno(err, "cannot open %s", path);
    int to = -1;
    bool ok = false;
    if (fstat(from, &st) != 0 || !S_ISREG(st.st_mode))
        err_set(err, "%s is not a file", path);
    else if (unlink(temp) != 0 && errno != ENOENT)
        err_errno(err, "cannot remove %s", temp);
    else if ((to = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, BLOB_MODE)) < 0)
        err_errno(err, "cannot create %s", temp);
    else
        ok = copy_hashed(from, to, path, &blob, err);
    close(from);
    if (to >= 0)
        close(to);
    if (!ok && to >= 0)
        unlink(temp);
    if (ok)
        *ret = blob;
    return ok;
}

static bool holds(const char *path, const char *sha256_hex)
{
    uint8_t digest[SHA256_SIZE];
    char hex[SHA256_HEX_SIZE];
    if (!sha256_file(path, digest, NULL))
        return false;
    hex_encode(digest, sizeof digest, hex);
    return strcmp(hex, sha256_hex) == 0;
}

static bool folder_of(const char *dir, const struct blob *blob, char ret[PATH_SIZE],
                      struct err *err)
{
    if (!blob_path(dir, blob->sha256, ret, err))
        return false;
    *strrchr(ret, '/') = '\0';
    return true;
}

bool blob_settle(const char *register_dir, int n, const struct blob *blob, struct err *err)
{
    char temp[PATH_SIZE], path[PATH_SIZE], folder[PATH_SIZE];
    if (!temp_path(register_dir, n, temp, err) ||
        !blob_path(register_dir, blob->sha256, path, err) ||
        !folder_of(register_dir, blob, folder, err))
        return false;
    if (holds(path, blob->sha256))
        return unlink(temp) == 0 || err_errno(err, "cannot remove %s", temp);
    if (mkdir(folder, FOLDER_MODE) != 0 && errno != EEXIST)
        return err_errno(err, "cannot create the folder %s", folder);
    return rename(temp, path) == 0 || err_errno(err, "cannot rename %s to %s", temp, path);
}

bool blob_sync(const char *register_dir, const struct blob *blob, struct err *err)
{
    char folder[PATH_SIZE];
    bool found = blob ? folder_of(register_dir, blob, folder, err)
                      : path_join(folder, register_dir, BLOBS_DIR, err);
    return found && dir_sync(folder, err);
}

bool blob_path(const char *register_dir, const char *sha256_hex, char ret[PATH_SIZE],
               struct err *err)
{
    char name[FOLDER_DIGITS + 1 + SHA256_HEX_SIZE];
    if (strspn(sha256_hex, "0123456789abcdef") != SHA256_HEX_SIZE - 1 ||
        sha256_hex[SHA256_HEX_SIZE - 1])
        return err_set(err, "not a SHA-256 in lower-case hexadecimal");
    snprintf(name, sizeof name, "%.*s/%s", FOLDER_DIGITS, sha256_hex, sha256_hex);
    return path_join(ret, register_dir, BLOBS_DIR, err) && path_join(ret, ret, name, err);
}

bool blob_sweep(const char *register_dir, struct err *err)
{
    char blobs[PATH_SIZE], path[PATH_SIZE];
    struct names names;
    if (!path_join(blobs, register_dir, BLOBS_DIR, err) || !dir_list(blobs, &names, err))
        return false;
    for (size_t i = 0; i < names.n; i++)
        if (strncmp(names.name[i], TEMP_PREFIX, sizeof TEMP_PREFIX - 1) == 0 &&
            path_join(path, blobs, names.name[i], NULL))
            unlink(path);
    names_finish(&names);
    return true;
}

bool blob_commitment(const uint8_t salt[SALT_SIZE], const char *sha256_hex,
                     uint8_t ret[SHA256_SIZE])
{
    uint8_t bytes[1 + SALT_SIZE + SHA256_SIZE] = {COMMITMENT_PREFIX};
    memcpy(bytes + 1, salt, SALT_SIZE);
    if (!hex_decode(sha256_hex, bytes + 1 + SALT_SIZE, SHA256_SIZE))
        return false;
    sha256_bytes(bytes, sizeof bytes, ret);
    return true;
}
