/* log: entries of the append-only log and the signing of its tree heads. For schemas/register only.
 *
 * Every change runs log_begin, log_append..., log_commit. The commit is durable first, then signed,
 * then stored as a checkpoint, then acknowledged: signing first and crashing would leave a signed
 * head of a log that never was (a fork). A commit that was not signed yet is signed by the next
 * log_begin or the next opening. */
#ifndef POSTWACHT_LOG_H
#define POSTWACHT_LOG_H

#include "schemas/register/db.h"

#include <jansson.h>

bool log_begin(struct reg *reg, struct err *err);
/* Adds an entry; item 0: it belongs to no item. Takes data (NULL: out of memory). ret_idx may
 * be NULL. */
bool log_append(struct reg *reg, const char *type, int64_t item, json_t *data, int64_t *ret_idx,
                struct err *err);
/* On false nothing is acknowledged: either nothing was written, or all of it was and the signature
 * is missing; asking again finds out. */
bool log_commit(struct reg *reg, struct err *err);
void log_rollback(struct reg *reg);

/* When opening: recomputes the tree from the entries, checks it against the newest checkpoint and
 * the high-water file, signs what a crash left unsigned. */
bool log_load(struct reg *reg, struct err *err);
bool log_genesis(struct reg *reg, struct err *err);
bool log_note_software(struct reg *reg, struct err *err);

/* The genesis entry's origin and public key. */
bool log_identity(struct reg *reg, char ret_origin[ORIGIN_SIZE],
                  uint8_t ret_public[KEY_PUBLIC_SIZE], struct err *err);

#endif
