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

#define PIECE (256u << 10) /* bytes copied at a time; stays in the second-level cache */
#define COMMITMENT_PREFIX 0x02 /* beside 00 and 01 of the Merkle tree */
#define TEMP_PREFIX ".part-"
#define FOLDER_DIGITS 2 /* 256 folders: some thousand files each after ten years */

static const char *mime_of(const char *path)
{
    static const struct {
        const char *ending, *mime;
    } known[] = {
        {".png", "image/png"},   {".jpg", "image/jpeg"},       {".jpeg", "image/jpeg"},
        {".tif", "image/tiff"},  {".tiff", "image/tiff"},      {".json", "application/json"},
    };
    const char *dot = strrchr(path, '.');
    for (size_t i = 0; dot && i < sizeof known / sizeof *known; i++)
        if (strcasecmp(dot, known[i].ending) == 0)
            return known[i].mime;
    return "application/octet-stream";
}

static bool write_all(int fd, const unsigned char *bytes, size_t n)
{
    while (n) {
        ssize_t done = write(fd, bytes, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return false;
        bytes += done;
        n -= (size_t)done;
    }
    return true;
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
        else if (n > 0 && !write_all(to, piece, (size_t)n))
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

/* Moves the temp file to its name. What stands there already is kept when its bytes are right. */
static bool settle(const char *dir, const char *temp, const struct blob *blob, struct err *err)
{
    char path[PATH_SIZE], folder[PATH_SIZE], hex[SHA256_HEX_SIZE];
    uint8_t digest[SHA256_SIZE];
    if (!blob_path(dir, blob->sha256, path, err))
        return false;
    if (sha256_file(path, digest, NULL)) {
        hex_encode(digest, sizeof digest, hex);
        if (strcmp(hex, blob->sha256) == 0) {
            unlink(temp);
            return true;
        }
    }
    memcpy(folder, path, sizeof folder);
    *strrchr(folder, '/') = '\0';
    if (mkdir(folder, 0750) == 0) {
        char blobs[PATH_SIZE];
        if (!path_join(blobs, dir, BLOBS_DIR, err) || !dir_sync(blobs, err))
            return false;
    } else if (errno != EEXIST) {
        return err_errno(err, "cannot create the folder %s", folder);
    }
    return file_rename_durable(temp, path, err);
}

bool blob_store(const char *register_dir, const char *path, struct blob *ret, struct err *err)
{
    char temp[PATH_SIZE], name[64];
    snprintf(name, sizeof name, TEMP_PREFIX "%ld", (long)getpid());
    if (!path_join(temp, register_dir, BLOBS_DIR, err) || !path_join(temp, temp, name, err))
        return false;
    struct blob blob = {.mime = mime_of(path)};
    struct stat st;
    bool ok = false;
    int from = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (from < 0)
        return err_errno(err, "cannot open %s", path);
    int to = -1;
    if (fstat(from, &st) != 0 || !S_ISREG(st.st_mode))
        err_set(err, "%s is not a file", path);
    else if (unlink(temp) != 0 && errno != ENOENT)
        err_errno(err, "cannot remove %s", temp);
    else if ((to = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0440)) < 0)
        err_errno(err, "cannot create %s", temp);
    else
        ok = copy_hashed(from, to, path, &blob, err);
    close(from);
    if (to >= 0)
        close(to);
    ok = ok && settle(register_dir, temp, &blob, err);
    if (!ok && to >= 0)
        unlink(temp);
    if (ok)
        *ret = blob;
    return ok;
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
