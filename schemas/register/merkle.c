#include "schemas/register/merkle.h"

#include "schemas/base/err.h"

#include <stdlib.h>
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

bool merkle_full_init(struct merkle_full *ret, uint64_t n, struct err *err)
{
    struct merkle_full tree = {.size = n};
    uint64_t total = 0;
    for (uint64_t count = n; count && tree.levels < MERKLE_LEVELS; count = (count + 1) / 2) {
        tree.first[tree.levels] = total;
        tree.count[tree.levels++] = count;
        total += count;
        if (count == 1)
            break;
    }
    tree.node = calloc(total ? total : 1, SHA256_SIZE);
    if (!tree.node)
        return err_set(err, "out of memory for a tree of %llu entries", (unsigned long long)n);
    *ret = tree;
    return true;
}

static uint8_t *node_at(const struct merkle_full *tree, int level, uint64_t index)
{
    return tree->node + (tree->first[level] + index) * SHA256_SIZE;
}

void merkle_full_build(struct merkle_full *tree)
{
    for (int level = 0; level + 1 < tree->levels; level++)
        for (uint64_t i = 0; i < tree->count[level]; i += 2) {
            uint8_t *parent = node_at(tree, level + 1, i / 2);
            if (i + 1 < tree->count[level])
                node_hash(node_at(tree, level, i), node_at(tree, level, i + 1), parent);
            else
                memcpy(parent, node_at(tree, level, i), SHA256_SIZE);
        }
}

void merkle_full_finish(struct merkle_full *tree)
{
    free(tree->node);
    *tree = (struct merkle_full){0};
}

void merkle_prove(const struct merkle_full *tree, uint64_t index, struct merkle_proof *ret)
{
    ret->n = 0;
    for (int level = 0; level + 1 < tree->levels; level++, index /= 2)
        if ((index ^ 1) < tree->count[level])
            memcpy(ret->hash[ret->n++], node_at(tree, level, index ^ 1), SHA256_SIZE);
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
