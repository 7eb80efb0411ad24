/* One item as an evidence bag that anyone can check with stock tools: files, the entries about
 * them, a proof for each entry, and the newest signed checkpoint. */
#include "schemas/base/err.h"
#include "schemas/base/file.h"
#include "schemas/register/bag.h"
#include "schemas/register/blob.h"
#include "schemas/register/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOB_MAX (1ull << 30) /* bytes; a C4 side at 1200 dpi as TIFF has 0.5 GB */
#define BAG_PATH_SIZE 160
#define GENESIS 0 /* index of the entry that names origin and key */

extern const char bag_verify_sh[], bag_verify_nl[], bag_verify_en[]; /* bag/ */

struct export
{
    struct reg *reg;
    struct bag *bag;
    const struct reg_item *item;
    struct reg_checkpoint checkpoint;
    struct merkle_full tree; /* of the log up to the checkpoint */
};

static bool read_tree(struct export *x, struct err *err)
{
    uint64_t n = 0, size = (uint64_t)x->checkpoint.size;
    if (!merkle_full_init(&x->tree, size, err))
        return false;
    sqlite3_stmt *stmt = db_sql(x->reg, SQL_log_leaves);
    bind_int(stmt, 1, x->checkpoint.size);
    enum db_step step;
    while ((step = db_next(x->reg, stmt, err)) == DB_ROW && n < size) {
        const uint8_t *leaf = column_hash(stmt, 0);
        if (leaf)
            memcpy(x->tree.node + n++ * SHA256_SIZE, leaf, SHA256_SIZE);
    }
    db_done(stmt);
    if (step == DB_FAILED)
        return false;
    if (n != size)
        return err_set(err, "the log is not whole; run postwacht verify");
    merkle_full_build(&x->tree);
    return true;
}

/* c2sp.org/tlog-proof: index, audit path from the bottom up, checkpoint. */
static bool add_proof(struct export *x, int64_t seq, struct err *err)
{
    char path[BAG_PATH_SIZE];
    struct merkle_proof proof;
    struct buf text = {0};
    merkle_prove(&x->tree, (uint64_t)seq, &proof);
    buf_printf(&text, "c2sp.org/tlog-proof@v1\nindex %lld\n", (long long)seq);
    for (int i = 0; i < proof.n; i++) {
        base64_append(&text, proof.hash[i], SHA256_SIZE);
        buf_putc(&text, '\n');
    }
    buf_printf(&text, "\n%s", x->checkpoint.text);
    snprintf(path, sizeof path, "data/proofs/%08lld.tlog-proof", (long long)seq);
    bool ok = buf_ok(&text, err) && bag_add(x->bag, path, text.data, text.len, err);
    buf_finish(&text);
    return ok;
}

static bool add_entry(struct export *x, int64_t seq, const char *json, struct err *err)
{
    char path[BAG_PATH_SIZE];
    if (seq >= x->checkpoint.size)
        return err_set(err, "item %lld is being signed; try again in a moment",
                       (long long)x->item->row.item);
    snprintf(path, sizeof path, "data/log/%08lld.json", (long long)seq);
    return bag_add(x->bag, path, json, strlen(json), err) && add_proof(x, seq, err);
}

static bool add_log(struct export *x, struct err *err)
{
    sqlite3_stmt *stmt = db_sql(x->reg, SQL_log_entry);
    bind_int(stmt, 1, GENESIS);
    struct buf genesis = {0};
    bool ok = db_row(x->reg, stmt, "the log has no first entry", err);
    if (ok)
        buf_append(&genesis, sqlite3_column_blob(stmt, 0), (size_t)sqlite3_column_bytes(stmt, 0));
    db_done(stmt);
    ok = ok && buf_ok(&genesis, err) && add_entry(x, GENESIS, genesis.data, err);
    buf_finish(&genesis);
    for (int i = 0; ok && i < x->item->n_events; i++)
        ok = add_entry(x, x->item->event[i].seq, x->item->event[i].json, err);
    return ok;
}

static void bag_path_of(const char *role, const char *name, char ret[BAG_PATH_SIZE])
{
    bool record = strcmp(role, "sheet") == 0 || strcmp(role, "screening") == 0;
    snprintf(ret, BAG_PATH_SIZE, "data/%s/%s", record ? "records" : "images", name);
}

/* Rows can be tampered with; a ZIP that writes outside its folder must not come of it. */
static bool name_stays_inside(const char *name)
{
    const char *folder = CROPS_DIR "/";
    return name_is_safe(strncmp(name, folder, strlen(folder)) == 0 ? name + strlen(folder) : name);
}

static bool add_blob(struct export *x, const char *sha256, const char *bag_path, struct err *err)
{
    char path[PATH_SIZE], hex[SHA256_HEX_SIZE];
    uint8_t digest[SHA256_SIZE];
    struct buf bytes = {0};
    bool ok = blob_path(x->reg->dir, sha256, path, err) && file_read(path, BLOB_MAX, &bytes, err);
    if (ok) {
        sha256_bytes(bytes.data, bytes.len, digest);
        hex_encode(digest, sizeof digest, hex);
        ok = strcmp(hex, sha256) == 0 ||
             err_set(err, "%s was altered; run postwacht verify and restore a backup", path);
    }
    ok = ok && bag_add(x->bag, bag_path, bytes.data, bytes.len, err);
    buf_finish(&bytes);
    return ok;
}

/* Files with what opens their commitments. One that was erased stays out. */
static bool add_files(struct export *x, struct err *err)
{
    struct buf openings = {0};
    sqlite3_stmt *stmt = db_sql(x->reg, SQL_file_list);
    bind_int(stmt, 1, x->item->row.item);
    enum db_step step;
    bool ok = true;
    while (ok && (step = db_next(x->reg, stmt, err)) == DB_ROW) {
        const uint8_t *commitment = column_hash(stmt, 6), *salt = column_hash(stmt, 8);
        char path[BAG_PATH_SIZE], sha256[SHA256_HEX_SIZE], hex[2][SHA256_HEX_SIZE];
        if (!commitment || !salt)
            continue;
        if (!name_stays_inside(column_text(stmt, 1))) {
            ok = err_set(err, "item %lld has a file with an unsafe name; run postwacht verify",
                         (long long)x->item->row.item);
            break;
        }
        bag_path_of(column_text(stmt, 0), column_text(stmt, 1), path);
        COLUMN_COPY(stmt, 2, sha256);
        hex_encode(commitment, SHA256_SIZE, hex[0]);
        hex_encode(salt, SALT_SIZE, hex[1]);
        buf_printf(&openings, "%s\t%s\t%s\t%s\n", hex[0], hex[1], sha256, path);
        ok = add_blob(x, sha256, path, err);
    }
    db_done(stmt);
    ok =
        ok && step == DB_DONE && buf_ok(&openings, err) &&
        bag_add(x->bag, "data/openings.tsv", openings.data ? openings.data : "", openings.len, err);
    buf_finish(&openings);
    return ok;
}

static bool add_head(struct export *x, struct err *err)
{
    struct key key;
    struct buf pem = {0};
    if (!key_read_public(x->reg->dir, &key, err))
        return false;
    key_public_pem(&key, &pem);
    bool ok =
        buf_ok(&pem, err) && bag_add(x->bag, "data/pub.pem", pem.data, pem.len, err) &&
        bag_add(x->bag, "data/checkpoint", x->checkpoint.text, strlen(x->checkpoint.text), err);
    buf_finish(&pem);
    return ok;
}

static bool add_extras(struct export *x, const struct reg_extra *extra, int n_extra,
                       struct err *err)
{
    char path[BAG_PATH_SIZE];
    for (int i = 0; i < n_extra; i++) {
        if (!name_is_safe(extra[i].name))
            return err_set(err, "\"%s\" is not a plain file name", extra[i].name);
        snprintf(path, sizeof path, "data/%s", extra[i].name);
        if (!bag_add(x->bag, path, extra[i].bytes, extra[i].n, err))
            return false;
    }
    return true;
}

static void add_info(struct buf *info, const char *label, const char *value)
{
    if (!*value)
        return;
    buf_printf(info, "%s: ", label);
    for (; *value; value++)
        buf_putc(info, (unsigned char)*value < 0x20 ? ' ' : *value);
    buf_putc(info, '\n');
}

static bool finish(struct export *x, struct err *err)
{
    struct buf info = {0};
    struct reg_firm firm;
    char text[ORIGIN_SIZE + 32];
    if (!reg_firm_get(x->reg, &firm, err))
        return false;
    add_info(&info, "Source-Organization", firm.name);
    add_info(&info, "Organization-Address", firm.address);
    add_info(&info, "Contact-Name", firm.contact);
    snprintf(text, sizeof text, "%s item %lld", x->checkpoint.origin, (long long)x->item->row.item);
    add_info(&info, "External-Identifier", text);
    snprintf(text, sizeof text, "%.10s", x->checkpoint.time);
    add_info(&info, "Bagging-Date", text); /* of the register's state, so that bytes repeat */
    add_info(&info, "Bag-Software-Agent", "Postwacht " POSTWACHT_VERSION);
    bool ok = buf_ok(&info, err) &&
              bag_add(x->bag, "VERIFY.nl.txt", bag_verify_nl, strlen(bag_verify_nl), err) &&
              bag_add(x->bag, "VERIFY.en.txt", bag_verify_en, strlen(bag_verify_en), err) &&
              bag_add(x->bag, "verify.sh", bag_verify_sh, strlen(bag_verify_sh), err) &&
              bag_close(x->bag, info.data, err);
    buf_finish(&info);
    return ok;
}

bool reg_export_item(struct reg *reg, int64_t item, const struct reg_extra *extra, int n_extra,
                     struct buf *ret_zip, struct err *err)
{
    struct export x = {.reg = reg};
    struct buf zip = {0};
    struct reg_item *read = calloc(1, sizeof *read);
    if (!read)
        return err_set(err, "out of memory");
    x.item = read;
    /* One state of the register, while a writer may go on. */
    bool ok = db_run(reg, db_sql(reg, SQL_begin_read), err);
    if (ok) {
        ok = reg_item(reg, item, read, err) && reg_checkpoint(reg, &x.checkpoint, err) &&
             read_tree(&x, err) && bag_create(&zip, &x.bag, err) && add_log(&x, err) &&
             add_files(&x, err) && add_head(&x, err) && add_extras(&x, extra, n_extra, err) &&
             finish(&x, err);
        ok = db_run(reg, db_sql(reg, SQL_rollback), ok ? err : NULL) && ok;
    }
    bag_destroy(x.bag);
    merkle_full_finish(&x.tree);
    reg_item_finish(read);
    free(read);
    if (ok && !ret_zip->data) { /* the usual case: tens of megabytes that need no copy */
        *ret_zip = zip;
        return true;
    }
    if (ok)
        buf_append(ret_zip, zip.data, zip.len);
    buf_finish(&zip);
    return ok && buf_ok(ret_zip, err);
}
