/* checkpoint: a signed tree head in the C2SP form (c2sp.org/tlog-checkpoint, signed-note):
 *   origin LF size LF base64(root) LF LF "— " name " " base64(keyid4 || signature64) LF
 * The key's name is the origin. And the high-water file, which remembers the newest one outside the
 * database, so that a database put back to an older copy is noticed. */
#ifndef POSTWACHT_CHECKPOINT_H
#define POSTWACHT_CHECKPOINT_H

#include "schemas/register/key.h"

#define ORIGIN_SIZE 128
#define HIGH_WATER_FILE "high-water"

struct tree_head {
    char origin[ORIGIN_SIZE];
    int64_t size;
    uint8_t root[SHA256_SIZE];
};

void checkpoint_write(const struct tree_head *head, const struct key *key, struct buf *ret);

/* Parses the exact form and checks key id and signature; says which part is wrong. */
bool checkpoint_read(const char *note, size_t n, const struct key *key, struct tree_head *ret,
                     struct err *err);

bool high_water_write(const char *dir, const struct tree_head *head, struct err *err);
/* No file: *ret_found is false and ret untouched. */
bool high_water_read(const char *dir, bool *ret_found, struct tree_head *ret, struct err *err);

#endif
