#include "schemas/register/merkle.h"

#include <string.h>

static void node_hash(const uint8_t left[SHA256_SIZE], const uint8_t right[SHA256_SIZE],
                      uint8_t ret[SHA256_SIZE])
{
    uint8_t bytes[1 + 2 * SHA256_SIZE] = {0x01};
    memcpy(bytes + 1, left, SHA256_SIZE);
    memcpy(bytes + 1 + SHA256_SIZE, right, SHA256_SIZE);
    sha256_bytes(bytes, sizeof bytes, ret);
}

void merkle_leaf(const void *entry, size_t n, uint8_t ret[SHA256_SIZE])
{
    struct sha256 hash;
    sha256_init(&hash);
    sha256_update(&hash, "\0", 1);
    sha256_update(&hash, entry, n);
    sha256_final(&hash, ret);
}

void merkle_append(struct merkle *tree, const uint8_t leaf[SHA256_SIZE])
{
    uint8_t carry[SHA256_SIZE];
    memcpy(carry, leaf, SHA256_SIZE);
    int level = 0;
    for (; tree->size >> level & 1; level++)
        node_hash(tree->node[level], carry, carry);
    memcpy(tree->node[level], carry, SHA256_SIZE);
    tree->size++;
}

void merkle_root(const struct merkle *tree, uint8_t ret[SHA256_SIZE])
{
    if (tree->size == 0) {
        sha256_bytes("", 0, ret);
        return;
    }
    bool have = false;
    for (int level = 0; level < MERKLE_LEVELS; level++) {
        if (!(tree->size >> level & 1))
            continue;
        if (have)
            node_hash(tree->node[level], ret, ret);
        else
            memcpy(ret, tree->node[level], SHA256_SIZE);
        have = true;
    }
}

static void range_root(const uint8_t *leaves, uint64_t n, uint8_t ret[SHA256_SIZE])
{
    struct merkle tree = {0};
    for (uint64_t i = 0; i < n; i++)
        merkle_append(&tree, leaves + i * SHA256_SIZE);
    merkle_root(&tree, ret);
}

void merkle_prove(const uint8_t *leaves, uint64_t n, uint64_t index, struct merkle_proof *ret)
{
    uint8_t top_down[MERKLE_LEVELS][SHA256_SIZE];
    int levels = 0;
    while (n > 1) {
        uint64_t left = 1; /* the largest power of two below n */
        while (left * 2 < n)
            left *= 2;
        if (index < left) {
            range_root(leaves + left * SHA256_SIZE, n - left, top_down[levels++]);
            n = left;
        } else {
            range_root(leaves, left, top_down[levels++]);
            leaves += left * SHA256_SIZE;
            index -= left;
            n -= left;
        }
    }
    ret->n = levels;
    for (int i = 0; i < levels; i++)
        memcpy(ret->hash[i], top_down[levels - 1 - i], SHA256_SIZE);
}

bool merkle_proof_root(const uint8_t leaf[SHA256_SIZE], uint64_t index, uint64_t size,
                       const struct merkle_proof *proof, uint8_t ret[SHA256_SIZE])
{
    if (index >= size)
        return false;
    uint64_t at = index, last = size - 1;
    uint8_t root[SHA256_SIZE];
    memcpy(root, leaf, SHA256_SIZE);
    for (int i = 0; i < proof->n; i++) {
        if (last == 0)
            return false;
        if (at & 1 || at == last) {
            node_hash(proof->hash[i], root, root);
            for (; !(at & 1) && at; at >>= 1)
                last >>= 1;
        } else {
            node_hash(root, proof->hash[i], root);
        }
        at >>= 1;
        last >>= 1;
    }
    memcpy(ret, root, SHA256_SIZE);
    return last == 0;
}
