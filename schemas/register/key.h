/* key: the register's Ed25519 signing key. Made on this machine, kept as PKCS#8 PEM with mode 0400
 * beside the public key in PEM, both in the form that openssl reads. */
#ifndef POSTWACHT_KEY_H
#define POSTWACHT_KEY_H

#include "schemas/base/hash.h"

struct err;
struct buf;

#define KEY_PUBLIC_SIZE 32
#define KEY_SIGNATURE_SIZE 64
#define KEYS_DIR "keys"
#define KEY_SECRET_FILE "signing.pem"
#define KEY_PUBLIC_FILE "pub.pem"

struct key {
    uint8_t public_[KEY_PUBLIC_SIZE];
    uint8_t secret[64]; /* libsodium's form: seed and public key; zero when only public is known */
};

/* Reads the signing key of register folder dir; with `create`, makes one where none is. Writes the
 * public key's file if it is missing. */
bool key_load(const char *dir, bool create, struct key *ret, struct err *err);
void key_finish(struct key *key); /* wipes the secret */

bool key_read_public(const char *dir, struct key *ret, struct err *err);
void key_public_pem(const struct key *key, struct buf *ret);
/* SHA-256 of the DER public key, what `openssl pkey -pubin -outform DER | sha256sum` prints. */
void key_fingerprint(const struct key *key, char ret[SHA256_HEX_SIZE]);

void key_sign(const struct key *key, const void *text, size_t n, uint8_t ret[KEY_SIGNATURE_SIZE]);
bool key_verify(const struct key *key, const void *text, size_t n,
                const uint8_t signature[KEY_SIGNATURE_SIZE]);

#endif
