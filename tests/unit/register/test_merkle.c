#include "tests/unit/test_support.h"

#include "schemas/register/merkle.h"

/* The eight leaves and nine roots of the Certificate Transparency reference implementation. */
static const struct {
    const char *bytes;
    size_t n;
} leaves[8] = {
    {"", 0},
    {"\x00", 1},
    {"\x10", 1},
    {"\x20\x21", 2},
    {"\x30\x31", 2},
    {"\x40\x41\x42\x43", 4},
    {"\x50\x51\x52\x53\x54\x55\x56\x57", 8},
    {"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f", 16},
};
static const char *const roots[9] = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};

static void root_hex(const struct merkle *tree, char ret[SHA256_HEX_SIZE])
{
    uint8_t root[SHA256_SIZE];
    merkle_root(tree, root);
    hex_encode(root, sizeof root, ret);
}

static void test_vectors(void **state)
{
    (void)state;
    struct merkle tree = {0};
    char hex[SHA256_HEX_SIZE];
    for (int i = 0; i <= 8; i++) {
        root_hex(&tree, hex);
        assert_string_equal(hex, roots[i]);
        if (i == 8)
            break;
        uint8_t leaf[SHA256_SIZE];
        merkle_leaf(leaves[i].bytes, leaves[i].n, leaf);
        merkle_append(&tree, leaf);
    }
}

/* A proof in the tree of the first n leaf hashes. */
static void prove(const uint8_t *all, uint64_t n, uint64_t index, struct merkle_proof *ret)
{
    struct err err;
    struct merkle_full tree;
    assert_ok(merkle_full_init(&tree, n, &err), &err);
    memcpy(tree.node, all, n * SHA256_SIZE);
    merkle_full_build(&tree);
    merkle_prove(&tree, index, ret);
    merkle_full_finish(&tree);
}

/* The published audit paths of leaves 0 and 5 in the tree of eight. */
static void test_paths_of_reference(void **state)
{
    (void)state;
    uint8_t all[8 * SHA256_SIZE];
    for (int i = 0; i < 8; i++)
        merkle_leaf(leaves[i].bytes, leaves[i].n, all + i * SHA256_SIZE);
    static const struct {
        uint64_t index, size;
        int n;
        const char *hash[3];
    } known[] = {
        {0,
         8,
         3,
         {"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
          "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
          "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
        {5,
         8,
         3,
         {"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
          "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
          "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
        {2, 3, 1, {"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"}},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct merkle_proof proof;
        prove(all, known[i].size, known[i].index, &proof);
        assert_int_equal(proof.n, known[i].n);
        for (int k = 0; k < proof.n; k++) {
            char hex[SHA256_HEX_SIZE];
            hex_encode(proof.hash[k], SHA256_SIZE, hex);
            assert_string_equal(hex, known[i].hash[k]);
        }
    }
}

static void test_every_proof(void **state)
{
    (void)state;
    enum { MOST = 70 };
    static uint8_t all[MOST * SHA256_SIZE];
    struct merkle tree = {0};
    for (uint64_t size = 1; size <= MOST; size++) {
        uint8_t *leaf = all + (size - 1) * SHA256_SIZE, root[SHA256_SIZE], got[SHA256_SIZE];
        merkle_leaf(&size, sizeof size, leaf);
        merkle_append(&tree, leaf);
        merkle_root(&tree, root);
        for (uint64_t i = 0; i < size; i++) {
            struct merkle_proof proof;
            prove(all, size, i, &proof);
            assert_true(merkle_proof_root(all + i * SHA256_SIZE, i, size, &proof, got));
            assert_memory_equal(got, root, sizeof root);
            /* Another leaf, another place, a hash less: never the same root. */
            uint64_t other = (i + 1) % size;
            if (size > 1) {
                assert_false(merkle_proof_root(all + other * SHA256_SIZE, i, size, &proof, got) &&
                             memcmp(got, root, sizeof root) == 0);
                assert_false(merkle_proof_root(all + i * SHA256_SIZE, other, size, &proof, got) &&
                             memcmp(got, root, sizeof root) == 0);
                proof.n--;
                assert_false(merkle_proof_root(all + i * SHA256_SIZE, i, size, &proof, got));
                proof.n++;
                proof.hash[0][0] ^= 1;
                assert_false(merkle_proof_root(all + i * SHA256_SIZE, i, size, &proof, got) &&
                             memcmp(got, root, sizeof root) == 0);
            }
            assert_false(merkle_proof_root(all + i * SHA256_SIZE, size, size, &proof, got));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_paths_of_reference),
        cmocka_unit_test(test_every_proof),
    };
    cmocka_set_message_output(CM_OUTPUT_STDOUT);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
