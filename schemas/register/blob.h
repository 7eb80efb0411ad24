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

/* Copies the file at path into the store: temp, fsync, rename, fsync of the folder; hashed while it
 * is copied. Links are not followed. */
bool blob_store(const char *register_dir, const char *path, struct blob *ret, struct err *err);

bool blob_path(const char *register_dir, const char *sha256_hex, char ret[PATH_SIZE],
               struct err *err);
/* Removes what a crash left half copied. */
bool blob_sweep(const char *register_dir, struct err *err);

/* SHA-256(02 || salt || SHA-256 of the file). */
bool blob_commitment(const uint8_t salt[SALT_SIZE], const char *sha256_hex,
                     uint8_t ret[SHA256_SIZE]);

#endif
