#include "schemas/register/key.h"

#include "schemas/base/buf.h"
#include "schemas/base/err.h"
#include "schemas/base/file.h"

#include <sodium.h>
#include <string.h>

#define SEED_SIZE crypto_sign_SEEDBYTES
#define PEM_MAX 4096 /* bytes; an Ed25519 key in PEM has about 120 */

/* RFC 8410: everything of the DER before the raw key, which ends both. */
static const uint8_t spki_prefix[12] = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
                                        0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};
static const uint8_t pkcs8_prefix[16] = {0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06,
                                         0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20};

static void pem_write(const char *label, const uint8_t *prefix, size_t prefix_n,
                      const uint8_t raw[32], struct buf *ret)
{
    uint8_t der[64];
    memcpy(der, prefix, prefix_n);
    memcpy(der + prefix_n, raw, 32);
    buf_printf(ret, "-----BEGIN %s-----\n", label);
    base64_append(ret, der, prefix_n + 32); /* below the 64 characters of a line */
    buf_printf(ret, "\n-----END %s-----\n", label);
    sodium_memzero(der, sizeof der);
}

/* Takes the one form that pem_write makes (and openssl): one line of base64 between the marks. */
static bool pem_read(const char *path, const char *label, const uint8_t *prefix, size_t prefix_n,
                     uint8_t ret[32], struct err *err)
{
    struct buf text = {0}, der = {0}, begin = {0};
    if (!file_read(path, PEM_MAX, &text, err))
        return false;
    buf_printf(&begin, "-----BEGIN %s-----\n", label);
    bool ok = strncmp(text.data, begin.data, begin.len) == 0;
    if (ok) {
        const char *line = text.data + begin.len;
        ok = base64_decode(line, strcspn(line, "\n"), &der) && der.len == prefix_n + 32 &&
             memcmp(der.data, prefix, prefix_n) == 0;
    }
    if (ok)
        memcpy(ret, der.data + prefix_n, 32);
    else
        err_set(err, "%s is no Ed25519 key in PEM; restore it from a backup", path);
    if (der.data)
        sodium_memzero(der.data, der.len);
    if (text.data)
        sodium_memzero(text.data, text.len);
    buf_finish(&begin);
    buf_finish(&der);
    buf_finish(&text);
    return ok;
}

static bool key_path(const char *dir, const char *name, char ret[PATH_SIZE], struct err *err)
{
    return path_join(ret, dir, KEYS_DIR, err) && path_join(ret, ret, name, err);
}

static bool create_secret(const char *path, struct err *err)
{
    uint8_t seed[SEED_SIZE];
    struct buf pem = {0};
    randombytes_buf(seed, sizeof seed);
    pem_write("PRIVATE KEY", pkcs8_prefix, sizeof pkcs8_prefix, seed, &pem);
    bool ok = buf_ok(&pem, err) && file_write_atomic(path, pem.data, pem.len, 0400, err);
    sodium_memzero(seed, sizeof seed);
    if (pem.data)
        sodium_memzero(pem.data, pem.len);
    buf_finish(&pem);
    return ok;
}

bool key_load(const char *dir, bool create, struct key *ret, struct err *err)
{
    char path[PATH_SIZE];
    uint8_t seed[SEED_SIZE];
    if (sodium_init() < 0)
        return err_set(err, "libsodium cannot start: no random numbers from the kernel");
    if (!key_path(dir, KEY_SECRET_FILE, path, err))
        return false;
    if (create && !file_exists(path) && !create_secret(path, err))
        return false;
    if (!pem_read(path, "PRIVATE KEY", pkcs8_prefix, sizeof pkcs8_prefix, seed, err))
        return err_context(err, "signing key");
    struct key key;
    crypto_sign_seed_keypair(key.public_, key.secret, seed);
    sodium_memzero(seed, sizeof seed);
    bool ok = key_path(dir, KEY_PUBLIC_FILE, path, err);
    if (ok && !file_exists(path)) {
        struct buf pem = {0};
        key_public_pem(&key, &pem);
        ok = buf_ok(&pem, err) && file_write_atomic(path, pem.data, pem.len, 0644, err);
        buf_finish(&pem);
    }
    if (ok)
        *ret = key;
    key_finish(&key);
    return ok;
}

void key_finish(struct key *key)
{
    sodium_memzero(key->secret, sizeof key->secret);
}

bool key_read_public(const char *dir, struct key *ret, struct err *err)
{
    char path[PATH_SIZE];
    struct key key = {0};
    if (sodium_init() < 0)
        return err_set(err, "libsodium cannot start: no random numbers from the kernel");
    if (!key_path(dir, KEY_PUBLIC_FILE, path, err) ||
        !pem_read(path, "PUBLIC KEY", spki_prefix, sizeof spki_prefix, key.public_, err))
        return err_context(err, "public key");
    *ret = key;
    return true;
}

void key_public_pem(const struct key *key, struct buf *ret)
{
    pem_write("PUBLIC KEY", spki_prefix, sizeof spki_prefix, key->public_, ret);
}

void key_fingerprint(const struct key *key, char ret[SHA256_HEX_SIZE])
{
    struct sha256 hash;
    uint8_t digest[SHA256_SIZE];
    sha256_init(&hash);
    sha256_update(&hash, spki_prefix, sizeof spki_prefix);
    sha256_update(&hash, key->public_, sizeof key->public_);
    sha256_final(&hash, digest);
    hex_encode(digest, sizeof digest, ret);
}

void key_sign(const struct key *key, const void *text, size_t n, uint8_t ret[KEY_SIGNATURE_SIZE])
{
    crypto_sign_detached(ret, NULL, text, n, key->secret);
}

bool key_verify(const struct key *key, const void *text, size_t n,
                const uint8_t signature[KEY_SIGNATURE_SIZE])
{
    return crypto_sign_verify_detached(signature, text, n, key->public_) == 0;
}
