/* hash: SHA-256 and the two text encodings that go with it. */
#ifndef POSTWACHT_HASH_H
#define POSTWACHT_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct buf;

#define SHA256_SIZE 32
#define SHA256_HEX_SIZE 65 /* with NUL */

/* Opaque running state; copy by assignment is allowed. */
struct sha256 {
    _Alignas(8) unsigned char state[128];
};

void sha256_init(struct sha256 *hash);
void sha256_update(struct sha256 *hash, const void *bytes, size_t n);
void sha256_final(struct sha256 *hash, uint8_t ret[SHA256_SIZE]);
void sha256_bytes(const void *bytes, size_t n, uint8_t ret[SHA256_SIZE]);

/* Hash of a whole file, read in pieces. */
bool sha256_file(const char *path, uint8_t ret[SHA256_SIZE], struct err *err);

void hex_encode(const uint8_t *bytes, size_t n, char *ret); /* ret holds 2n+1, lower case */
bool hex_decode(const char *text, uint8_t *ret, size_t n);  /* exactly 2n digits */

/* Standard base64 with padding. */
void base64_append(struct buf *buf, const uint8_t *bytes, size_t n);
bool base64_decode(const char *text, size_t text_len, struct buf *ret);

#endif
