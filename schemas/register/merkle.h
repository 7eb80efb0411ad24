/* merkle: the hash tree of RFC 6962, section 2.1. Leaf = SHA-256(00 || entry), node = SHA-256(01 ||
 * left || right), the empty tree's root = SHA-256(""). A growing tree is kept as its frontier: the
 * roots of the full subtrees that a size's binary digits name. */
#ifndef POSTWACHT_MERKLE_H
#define POSTWACHT_MERKLE_H

#include "schemas/base/hash.h"

#define MERKLE_LEVELS 63 /* as many as an int64_t can count leaves of */

struct merkle { /* zeroed: the empty tree */
    uint64_t size;
    uint8_t node[MERKLE_LEVELS][SHA256_SIZE]; /* node[k] counts when bit k of size is set */
};

void merkle_leaf(const void *entry, size_t n, uint8_t ret[SHA256_SIZE]);
void merkle_append(struct merkle *tree, const uint8_t leaf[SHA256_SIZE]);
void merkle_root(const struct merkle *tree, uint8_t ret[SHA256_SIZE]);

/* Every node of a tree that does not grow any more, so that many proofs cost one pass. level[0] are
 * the leaves; an odd last node moves up unchanged, which is RFC 6962's tree. */
struct merkle_full {
    uint64_t size;
    int levels;
    uint8_t *node; /* all levels one after the other */
    uint64_t first[MERKLE_LEVELS], count[MERKLE_LEVELS];
};
/* Room for n leaf hashes at ret->node, which the caller fills before merkle_full_build. */
bool merkle_full_init(struct merkle_full *ret, uint64_t n, struct err *err);
void merkle_full_build(struct merkle_full *tree);
void merkle_full_finish(struct merkle_full *tree); /* a zeroed one is fine */

/* Inclusion proof of leaf `index` (< size), from the bottom up. */
struct merkle_proof {
    int n;
    uint8_t hash[MERKLE_LEVELS][SHA256_SIZE];
};
void merkle_prove(const struct merkle_full *tree, uint64_t index, struct merkle_proof *ret);

/* The root that the proof leads to (RFC 9162, 2.1.3.2); false when its length does not fit. */
bool merkle_proof_root(const uint8_t leaf[SHA256_SIZE], uint64_t index, uint64_t size,
                       const struct merkle_proof *proof, uint8_t ret[SHA256_SIZE]);

#endif
