#include "schemas/register/checkpoint.h"

#include "schemas/base/buf.h"
#include "schemas/base/err.h"
#include "schemas/base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEY_ID_SIZE 4
#define ALGORITHM_ED25519 0x01 /* of the signed-note key id */
#define DASH "\xe2\x80\x94 "   /* U+2014 and a space open a signature line */
#define HIGH_WATER_MAX 1024    /* bytes */

static void key_id(const char *name, const struct key *key, uint8_t ret[KEY_ID_SIZE])
{
    struct sha256 hash;
    uint8_t digest[SHA256_SIZE];
    const uint8_t separator[2] = {0x0a, ALGORITHM_ED25519};
    sha256_init(&hash);
    sha256_update(&hash, name, strlen(name));
    sha256_update(&hash, separator, sizeof separator);
    sha256_update(&hash, key->public_, sizeof key->public_);
    sha256_final(&hash, digest);
    memcpy(ret, digest, KEY_ID_SIZE);
}

static void body_write(const struct tree_head *head, struct buf *ret)
{
    buf_printf(ret, "%s\n%lld\n", head->origin, (long long)head->size);
    base64_append(ret, head->root, sizeof head->root);
    buf_putc(ret, '\n');
}

void checkpoint_write(const struct tree_head *head, const struct key *key, struct buf *ret)
{
    struct buf body = {0};
    uint8_t signature[KEY_ID_SIZE + KEY_SIGNATURE_SIZE];
    body_write(head, &body);
    key_id(head->origin, key, signature);
    key_sign(key, body.data, body.len, signature + KEY_ID_SIZE);
    ret->failed |= body.failed;
    buf_append(ret, body.data, body.len);
    buf_printf(ret, "\n" DASH "%s ", head->origin);
    base64_append(ret, signature, sizeof signature);
    buf_putc(ret, '\n');
    buf_finish(&body);
}

/* The three lines of a tree head; *ret_end points behind them. */
static bool body_read(const char *text, struct tree_head *ret, const char **ret_end)
{
    struct tree_head head = {0};
    size_t n = strcspn(text, "\n");
    if (n == 0 || n >= sizeof head.origin || text[n] != '\n')
        return false;
    memcpy(head.origin, text, n);
    text += n + 1;
    char *end;
    head.size = strtoll(text, &end, 10);
    if (end == text || *end != '\n' || *text < '1' || *text > '9')
        return false;
    text = end + 1;
    n = strcspn(text, "\n");
    struct buf root = {0};
    bool ok = text[n] == '\n' && base64_decode(text, n, &root) && root.len == SHA256_SIZE;
    if (ok) {
        memcpy(head.root, root.data, SHA256_SIZE);
        *ret = head;
        *ret_end = text + n + 1;
    }
    buf_finish(&root);
    return ok;
}

bool checkpoint_read(const char *note, size_t n, const struct key *key, struct tree_head *ret,
                     struct err *err)
{
    struct tree_head head;
    const char *at;
    if (strlen(note) != n || !body_read(note, &head, &at))
        return err_set(err, "the checkpoint is not in the form origin, size, root");
    size_t body_n = (size_t)(at - note);
    char start[ORIGIN_SIZE + 8];
    int start_n = snprintf(start, sizeof start, "\n" DASH "%s ", head.origin);
    if (strncmp(at, start, (size_t)start_n) != 0)
        return err_set(err, "the checkpoint carries no signature of %s", head.origin);
    at += start_n;
    size_t line = strcspn(at, "\n");
    struct buf signature = {0};
    uint8_t id[KEY_ID_SIZE];
    key_id(head.origin, key, id);
    bool ok = strcmp(at + line, "\n") == 0 && base64_decode(at, line, &signature) &&
              signature.len == KEY_ID_SIZE + KEY_SIGNATURE_SIZE;
    if (!ok)
        err_set(err, "the checkpoint's signature is not in its form");
    else if (memcmp(signature.data, id, sizeof id) != 0)
        ok = err_set(err, "the checkpoint is signed with another key");
    else if (!key_verify(key, note, body_n, (const uint8_t *)signature.data + KEY_ID_SIZE))
        ok = err_set(err, "the checkpoint's signature is wrong");
    if (ok)
        *ret = head;
    buf_finish(&signature);
    return ok;
}

bool high_water_write(const char *dir, const struct tree_head *head, struct err *err)
{
    char path[PATH_SIZE];
    struct buf text = {0};
    body_write(head, &text);
    bool ok = buf_ok(&text, err) && path_join(path, dir, HIGH_WATER_FILE, err) &&
              file_write_atomic(path, text.data, text.len, 0640, err);
    buf_finish(&text);
    return ok;
}

bool high_water_read(const char *dir, bool *ret_found, struct tree_head *ret, struct err *err)
{
    char path[PATH_SIZE];
    struct buf text = {0};
    const char *end;
    if (!path_join(path, dir, HIGH_WATER_FILE, err))
        return false;
    *ret_found = file_exists(path);
    if (!*ret_found)
        return true;
    bool ok = file_read(path, HIGH_WATER_MAX, &text, err);
    if (ok && !(strlen(text.data) == text.len && body_read(text.data, ret, &end) && !*end))
        ok = err_set(err, "%s is damaged; restore it from a backup", path);
    buf_finish(&text);
    return ok;
}
