#include "tests/unit/register/fixture.h"

#include <fcntl.h>

/* A register with five sheets in it; item 2 is exported to base/bag.zip and unpacked to base/bag.
 */
struct exported {
    char dir[PATH_SIZE], bag[PATH_SIZE];
    struct buf zip;
    char fingerprint[SHA256_HEX_SIZE];
};

static int run_in(const char *dir, const char *command)
{
    char text[3 * PATH_SIZE];
    snprintf(text, sizeof text, "cd '%s' && { %s; } >'%s.out' 2>&1", dir, command, dir);
    return system(text);
}

static void export_item(const char *base, struct exported *ret)
{
    struct err err;
    struct reg *reg;
    *ret = (struct exported){0};
    fixture_path(ret->dir, base, "register");
    fixture_path(ret->bag, base, "bag");
    assert_ok(reg_open(ret->dir, REG_WRITE, &reg, &err), &err);
    struct reg_firm firm = {.name = "Drukkerij\nVoorbeeld"};
    assert_ok(reg_firm_set(reg, &firm, &err), &err);
    for (int n = 1; n <= 5; n++)
        fixture_record(reg, base, n, n == 3 ? VERDICT_OTHER : VERDICT_IMITATION);
    struct reg_extra extra = {.name = "sheet.pdf", .bytes = "%PDF-", .n = 5};
    assert_ok(reg_export_item(reg, 2, &extra, 1, &ret->zip, &err), &err);
    struct reg_checkpoint checkpoint;
    assert_ok(reg_checkpoint(reg, &checkpoint, &err), &err);
    strcpy(ret->fingerprint, checkpoint.key_fingerprint);
    reg_close(reg);
    char path[PATH_SIZE];
    fixture_path(path, base, "bag.zip");
    assert_ok(file_write_atomic(path, ret->zip.data, ret->zip.len, 0600, &err), &err);
    assert_ok(dir_make(ret->bag, &err), &err);
    assert_int_equal(run_in(ret->bag, "unzip -q ../bag.zip"), 0);
}

static void test_bag_holds(void **state)
{
    struct exported x;
    char command[256];
    export_item(*state, &x);
    assert_int_equal(run_in(x.bag, "sha256sum -c manifest-sha256.txt"), 0);
    assert_int_equal(run_in(x.bag, "sha256sum -c tagmanifest-sha256.txt"), 0);
    assert_int_equal(run_in(x.bag, "sh verify.sh"), 0);
    assert_int_equal(run_in(x.bag, "cd data && sh ../verify.sh"), 0);
    snprintf(command, sizeof command, "sh verify.sh %s", x.fingerprint);
    assert_int_equal(run_in(x.bag, command), 0);
    x.fingerprint[0] = x.fingerprint[0] == '0' ? '1' : '0';
    snprintf(command, sizeof command, "sh verify.sh %s", x.fingerprint);
    assert_int_not_equal(run_in(x.bag, command), 0);
    /* Every payload file stands in the manifest, and the newline of the firm's name is gone. */
    assert_int_equal(run_in(x.bag, "test $(find data -type f | wc -l) = "
                                   "$(cat manifest-sha256.txt | wc -l)"),
                     0);
    assert_int_equal(
        run_in(x.bag, "grep -qx 'Source-Organization: Drukkerij Voorbeeld' bag-info.txt"), 0);
    static const char *const members[] = {
        "bagit.txt",
        "data/log/00000000.json",
        "data/images/front.tif",
        "data/sheet.pdf",
        "data/checkpoint",
        "data/pub.pem",
        "data/openings.tsv",
        "VERIFY.nl.txt",
        "VERIFY.en.txt",
        "data/records/screening.json",
        "data/images/crops/front.jpg",
    };
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        char path[PATH_SIZE];
        fixture_path(path, x.bag, members[i]);
        assert_true(file_exists(path));
    }
    buf_finish(&x.zip);
}

static void test_deterministic(void **state)
{
    struct err err;
    struct reg *reg;
    struct exported x;
    export_item(*state, &x);
    struct buf again = {0};
    setenv("TZ", "Pacific/Auckland", 1);
    assert_ok(reg_open(x.dir, REG_READ, &reg, &err), &err);
    struct reg_extra extra = {.name = "sheet.pdf", .bytes = "%PDF-", .n = 5};
    assert_ok(reg_export_item(reg, 2, &extra, 1, &again, &err), &err);
    assert_int_equal(again.len, x.zip.len);
    assert_memory_equal(again.data, x.zip.data, x.zip.len);
    unsetenv("TZ");
    extra.name = "../sheet.pdf";
    assert_false(reg_export_item(reg, 2, &extra, 1, &again, &err));
    assert_false(reg_export_item(reg, 99, NULL, 0, &again, &err));
    reg_close(reg);
    /* A row that was tampered with cannot make a ZIP that writes elsewhere. */
    fixture_edit(x.dir, "UPDATE file SET name = '../../evil' WHERE item = 2 AND n = 2");
    assert_ok(reg_open(x.dir, REG_READ, &reg, &err), &err);
    assert_false(reg_export_item(reg, 2, NULL, 0, &again, &err));
    assert_non_null(strstr(err.text, "unsafe name"));
    reg_close(reg);
    buf_finish(&again);
    buf_finish(&x.zip);
}

static void test_export_is_logged(void **state)
{
    struct err err;
    struct reg *reg;
    struct reg_item item;
    struct exported x;
    uint8_t digest[SHA256_SIZE];
    char hex[SHA256_HEX_SIZE];
    export_item(*state, &x);
    sha256_bytes(x.zip.data, x.zip.len, digest);
    hex_encode(digest, sizeof digest, hex);
    assert_ok(reg_open(x.dir, REG_WRITE, &reg, &err), &err);
    assert_ok(reg_add_export(reg, 2, hex, "police", &err), &err);
    assert_false(reg_add_export(reg, 99, hex, "police", &err));
    assert_false(reg_add_export(reg, 2, "no hash", "police", &err));
    assert_ok(reg_item(reg, 2, &item, &err), &err);
    assert_int_equal(item.n_events, 6);
    assert_string_equal(item.event[5].type, "export.made");
    assert_non_null(strstr(item.event[5].json, hex));
    reg_item_finish(&item);
    struct buf zip = {0};
    assert_ok(reg_export_item(reg, 2, NULL, 0, &zip, &err), &err);
    reg_close(reg);
    char path[PATH_SIZE], second[PATH_SIZE];
    fixture_path(path, *state, "second.zip");
    fixture_path(second, *state, "second");
    assert_ok(file_write_atomic(path, zip.data, zip.len, 0600, &err), &err);
    assert_ok(dir_make(second, &err), &err);
    assert_int_equal(run_in(second, "unzip -q ../second.zip && sh verify.sh"), 0);
    expect_verify(x.dir, NULL);
    buf_finish(&zip);
    buf_finish(&x.zip);
}

/* Somebody edits the unpacked bag and redoes the manifests: sha256sum alone would accept it. */
static void expect_caught(const struct exported *x, const char *edit, const char *say)
{
    char copy[PATH_SIZE], command[3 * PATH_SIZE];
    snprintf(copy, sizeof copy, "%.4000s.copy", x->bag);
    snprintf(command, sizeof command, "rm -rf '%.4000s' && cp -r '%.4000s' '%.4000s'", copy, x->bag,
             copy);
    assert_int_equal(system(command), 0);
    if (run_in(copy, edit) != 0)
        fail_msg("the edit itself failed: %s", edit);
    assert_int_equal(run_in(copy, "find data -type f | LC_ALL=C sort | xargs sha256sum "
                                  ">manifest-sha256.txt && sha256sum bagit.txt bag-info.txt "
                                  "manifest-sha256.txt VERIFY.??.txt verify.sh "
                                  ">tagmanifest-sha256.txt"),
                     0);
    assert_int_equal(run_in(copy, "sha256sum -c manifest-sha256.txt"), 0);
    if (run_in(copy, "sh verify.sh") == 0)
        fail_msg("not caught: %s", edit);
    snprintf(command, sizeof command, "grep -q '%s' '%.4000s.out'", say, copy);
    if (system(command) != 0)
        fail_msg("caught, but without the words \"%s\": %s", say, edit);
}

static void test_bag_edited(void **state)
{
    struct exported x;
    export_item(*state, &x);
    /* Without new manifests a single byte is enough. */
    char path[PATH_SIZE];
    fixture_path(path, x.bag, "data/images/front.tif");
    int fd = open(path, O_RDWR);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, "P", 1, 0), 1);
    assert_int_not_equal(run_in(x.bag, "sha256sum -c manifest-sha256.txt"), 0);
    assert_int_not_equal(run_in(x.bag, "sh verify.sh"), 0);
    assert_int_equal(pwrite(fd, "p", 1, 0), 1);
    close(fd);
    assert_int_equal(run_in(x.bag, "sh verify.sh"), 0);

    expect_caught(&x, "echo x >>data/images/front.tif", "was altered");
    expect_caught(&x, "echo x >>data/images/crops/front.jpg", "was altered");
    expect_caught(&x, "sed -i 's/imitation/genuine/' data/log/0000001?.json", "not in the signed");
    expect_caught(&x, "sed -i 's/^./f/;s/^.\\(.\\)/0\\1/' data/openings.tsv", "does not fit");
    expect_caught(&x, "sed -i 's/front.tif/back.tif/' data/openings.tsv", "altered");
    expect_caught(&x, "sed -i '2s/.*/1/' data/checkpoint", "signature is wrong");
    expect_caught(&x, "sed -i '1s/$/x/' data/checkpoint", "signature is wrong");
    expect_caught(&x, "f=$(ls data/log/* | sed -n 4p) && rm \"$f\"", "one is missing");
    expect_caught(&x,
                  "f=$(ls data/proofs/* | sed -n 3p) && cp \"$f\" "
                  "\"$(ls data/proofs/* | sed -n 4p)\"",
                  "another entry");
    expect_caught(&x, "f=$(ls data/proofs/* | sed -n 3p) && sed -i 3d \"$f\"", "not in the signed");
    /* Another key signs a checkpoint over the same tree. */
    expect_caught(
        &x,
        "openssl genpkey -algorithm ed25519 -out k.pem && openssl pkey -in k.pem -pubout "
        "-out data/pub.pem && head -3 data/checkpoint >body && openssl pkeyutl -sign "
        "-inkey k.pem -rawin -in body -out sig && { cat body; echo; printf '\\342\\200"
        "\\224 %s ' \"$(head -1 body)\"; { printf abcd; cat sig; } | base64 -w 0; echo; } "
        ">data/checkpoint && rm k.pem body sig",
        "did not begin with this key");
    buf_finish(&x.zip);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_bag_holds, temp_setup, temp_teardown),
        cmocka_unit_test_setup_teardown(test_deterministic, temp_setup, temp_teardown),
        cmocka_unit_test_setup_teardown(test_export_is_logged, temp_setup, temp_teardown),
        cmocka_unit_test_setup_teardown(test_bag_edited, temp_setup, temp_teardown),
    };
    cmocka_set_message_output(CM_OUTPUT_STDOUT);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
