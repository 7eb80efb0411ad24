/* blob: kept files by their hash, blobs/ab/<sha256>, and the salted commitments by which the log
 * names them. A blob is written once and never edited. */
#ifndef POSTWACHT_BLOB_H
#define POSTWACHT_BLOB_H

#include "schemas/base/file.h"
#include "schemas/base/hash.h"

#define BLOBS_DIR "blobs"
#define SALT_SIZE 32

struct blob {
    char sha256[SHA256_HEX_SIZE];
    int64_t size;
    const char *mime; /* static, by the name's ending */
};

/* Three steps for many files at once, so that a journalling file system flushes the renames of all
 * of them together. A crash between any two leaves at most temp files and blobs that nothing names.
 * 1. Copies the file at path into temp file number n of this process, hashing on the way; on disk
 *    when it returns. Links are not followed. */
bool blob_copy(const char *register_dir, const char *path, int n, struct blob *ret,
               struct err *err);
/* 2. Renames temp file n to the blob's name. What stands there already stays if its bytes are
 * right. */
bool blob_settle(const char *register_dir, int n, const struct blob *blob, struct err *err);
/* 3. The blob's name is on disk when it returns; after the last one, NULL for the folders' own. */
bool blob_sync(const char *register_dir, const struct blob *blob, struct err *err);

bool blob_path(const char *register_dir, const char *sha256_hex, char ret[PATH_SIZE],
               struct err *err);
/* Removes what a crash left half copied. */
bool blob_sweep(const char *register_dir, struct err *err);

/* SHA-256(02 || salt || SHA-256 of the file). */
bool blob_commitment(const uint8_t salt[SALT_SIZE], const char *sha256_hex,
                     uint8_t ret[SHA256_SIZE]);

#endif
