/* SHA-256 is OpenSSL's: it uses the processor's SHA instructions, six times libsodium's speed where
 * a sheet of 120 MB is hashed several times on its way. Its plain functions are called, not EVP: their
 * state is a struct without a pointer, so a struct sha256 needs no finish. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "schemas/base/hash.h"

#include "schemas/base/buf.h"
#include "schemas/base/err.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/sha.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

_Static_assert(sizeof(SHA256_CTX) <= sizeof(struct sha256), "struct sha256 must hold OpenSSL's");

void sha256_init(struct sha256 *hash)
{
    SHA256_Init((SHA256_CTX *)(void *)hash->state);
}

void sha256_update(struct sha256 *hash, const void *bytes, size_t n)
{
    SHA256_Update((SHA256_CTX *)(void *)hash->state, bytes, n);
}

void sha256_final(struct sha256 *hash, uint8_t ret[SHA256_SIZE])
{
    SHA256_Final(ret, (SHA256_CTX *)(void *)hash->state);
}

void sha256_bytes(const void *bytes, size_t n, uint8_t ret[SHA256_SIZE])
{
    SHA256(bytes, n, ret);
}

bool sha256_file(const char *path, uint8_t ret[SHA256_SIZE], struct err *err)
{
    enum { PIECE = 1 << 18 };
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_errno(err, "cannot open %s", path);
    unsigned char *piece = malloc(PIECE);
    if (!piece) {
        close(fd);
        return err_set(err, "out of memory while hashing %s", path);
    }
    struct sha256 hash;
    sha256_init(&hash);
    ssize_t n;
    while ((n = read(fd, piece, PIECE)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            break;
        sha256_update(&hash, piece, (size_t)n);
    }
    bool ok = n == 0;
    if (!ok)
        err_errno(err, "cannot read %s", path);
    else
        sha256_final(&hash, ret);
    free(piece);
    close(fd);
    return ok;
}

void hex_encode(const uint8_t *bytes, size_t n, char *ret)
{
    sodium_bin2hex(ret, 2 * n + 1, bytes, n);
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool hex_decode(const char *text, uint8_t *ret, size_t n)
{
    if (strlen(text) != 2 * n)
        return false;
    for (size_t i = 0; i < 2 * n; i++)
        if (hex_digit(text[i]) < 0)
            return false;
    for (size_t i = 0; i < n; i++)
        ret[i] = (uint8_t)(hex_digit(text[2 * i]) << 4 | hex_digit(text[2 * i + 1]));
    return true;
}

void base64_append(struct buf *buf, const uint8_t *bytes, size_t n)
{
    size_t size = sodium_base64_encoded_len(n, sodium_base64_VARIANT_ORIGINAL);
    char *text = malloc(size);
    if (!text) {
        buf->failed = true;
        return;
    }
    sodium_bin2base64(text, size, bytes, n, sodium_base64_VARIANT_ORIGINAL);
    buf_puts(buf, text);
    free(text);
}

bool base64_decode(const char *text, size_t text_len, struct buf *ret)
{
    unsigned char *bytes = malloc(text_len + 1);
    size_t n = 0;
    const char *end = NULL;
    bool ok = bytes &&
              sodium_base642bin(bytes, text_len, text, text_len, NULL, &n, &end,
                                sodium_base64_VARIANT_ORIGINAL) == 0 &&
              end == text + text_len;
    if (ok)
        buf_append(ret, bytes, n);
    free(bytes);
    return ok && !ret->failed;
}
