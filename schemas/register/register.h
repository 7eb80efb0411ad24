/* register: the evidence register on disk. One folder owns everything:
 *   register.db   SQLite (register.sql): log and checkpoints (immutable), projections (rebuildable)
 *   blobs/ab/<sha256>   image files and other kept bytes, content-addressed
 *   keys/         Ed25519 signing key (0400) and public key (PEM)
 *   high-water    size and root of the last checkpoint, outside the database
 * One process writes (postwachtd, or a command-line tool while it is not running: a lock file
 * decides); any number read, each thread with a handle of its own. */
#ifndef POSTWACHT_REGISTER_H
#define POSTWACHT_REGISTER_H

#include "schemas/base/buf.h"
#include "schemas/screening.h"

struct reg; /* a handle */

enum reg_mode { REG_READ, REG_WRITE /* creates an empty register in an empty or absent folder */ };

/* Opening for writing runs integrity_check, recomputes the root from the log, compares it with the
 * last checkpoint and the high-water file, and signs a checkpoint that a crash left unsigned. */
bool reg_open(const char *dir, enum reg_mode mode, struct reg **ret, struct err *err);
void reg_close(struct reg *reg);

/* A write ended in an unknown state (disk full, I/O error): this handle writes no more. Close it
 * and open again, which finds out what the disk holds. */
bool reg_is_broken(const struct reg *reg);

/* Takes a finished sheet folder (sheet.json, screening.json, images, crops/) into the register, in
 * one transaction: class `other` leaves a count only; every other class becomes an item with its
 * images (masters when screening names them, else the raw files), crops and previews as blobs. A
 * screening that ended in an error is recorded as unsure, reason not_screened.
 * Idempotent by sheet id: a sheet that is already there sets ret->already and changes nothing. The
 * folder itself is left alone.
 * When it fails, ret->refused tells (and nothing else of ret is touched) that the folder contradicts
 * itself, so that trying again is of no use; otherwise it was the disk or the register. */
struct reg_recorded {
    bool already, refused;
    int64_t item; /* 0 for class other */
    enum verdict_class verdict;
};
bool reg_record_sheet(struct reg *reg, const char *sheet_dir, struct reg_recorded *ret,
                      struct err *err);
bool reg_has_sheet(struct reg *reg, const char *sheet_id, bool *ret, struct err *err);

/* Ends a batch in the log: screening.batch with counts. Idempotent. */
bool reg_close_batch(struct reg *reg, const char *batch, struct err *err);

/* What happened to sheets that are not in the register: jams, half sheets, lost workers. */
bool reg_add_incident(struct reg *reg, const char *batch, const char *kind, const char *text,
                      struct err *err);

/* Lists: newest first, keyset paging. */
struct reg_query {
    int64_t before;            /* only rows with a lower row number; 0 = from the newest */
    int limit;                 /* 1..500 */
    bool only_items;           /* leave out class other */
    int verdict;               /* enum verdict_class, or -1 for all */
    char batch[SHEET_ID_SIZE]; /* "" for all */
};
struct reg_row {
    int64_t row;  /* position in the list of sheets, 1.. */
    int64_t item; /* 0 for class other */
    char sheet_id[SHEET_ID_SIZE], batch[SHEET_ID_SIZE];
    int seq;
    char captured[CLOCK_TEXT_SIZE], recorded[CLOCK_TEXT_SIZE];
    enum verdict_class verdict;
    bool is_return;
    char country[3], operator_[64], return_reason[24];
    char template_name[64];
    char reasons[512];                    /* keys separated by ' ' */
    char preview_sha256[SHA256_HEX_SIZE]; /* blob of the front preview JPEG, "" when none */
    double seconds;                       /* sum of the screening's stages */
};
bool reg_list(struct reg *reg, const struct reg_query *query, struct reg_row *ret, int *ret_n,
              struct err *err);

struct reg_counts {
    int64_t by_verdict[4], returned, total, batches;
    int64_t newest_row;
};
bool reg_counts(struct reg *reg, struct reg_counts *ret, struct err *err);

/* One item, whole. Free with reg_item_finish. */
struct reg_file {
    char role[16]; /* "image", "master", "crop", "preview", "screening", "sheet" */
    char name[96]; /* front.png, crops/x.png */
    char sha256[SHA256_HEX_SIZE];
    char sha256_pixels[SHA256_HEX_SIZE]; /* images */
    char mime[32];
    int64_t size;
};
struct reg_event { /* one log entry that touches this item */
    int64_t seq;
    char time[CLOCK_TEXT_SIZE], type[32], actor[48];
    char leaf[SHA256_HEX_SIZE];
    char *json; /* the exact entry bytes, NUL-terminated */
};
struct reg_item {
    struct reg_row row;
    struct sheet sheet;
    struct screening screening;
    int n_files;
    struct reg_file *file;
    int n_events;
    struct reg_event *event;
};
bool reg_item(struct reg *reg, int64_t item, struct reg_item *ret, struct err *err);
void reg_item_finish(struct reg_item *item);
bool reg_item_neighbours(struct reg *reg, int64_t item, int64_t *ret_older, int64_t *ret_newer,
                         struct err *err); /* 0 when none */

/* Path of a blob that the register knows, and its MIME type; false for any other hash. */
bool reg_blob_path(struct reg *reg, const char *sha256_hex, char ret_path[], size_t n,
                   char ret_mime[32], struct err *err);

/* The firm, as it stands on sheets and exports; kept in the register's settings. */
struct reg_firm {
    char name[96], kvk[16], address[160], contact[96];
};
bool reg_firm_get(struct reg *reg, struct reg_firm *ret, struct err *err);
bool reg_firm_set(struct reg *reg, const struct reg_firm *firm, struct err *err);

/* The newest signed checkpoint in C2SP form, ready to print, and its parts. */
struct reg_checkpoint {
    char text[1024];
    char origin[128];
    int64_t size;
    char root_hex[SHA256_HEX_SIZE], root_base64[48];
    char key_fingerprint[SHA256_HEX_SIZE]; /* SHA-256 of the DER public key */
    char time[CLOCK_TEXT_SIZE];
};
bool reg_checkpoint(struct reg *reg, struct reg_checkpoint *ret, struct err *err);

/* Checks everything: SQLite's integrity, every leaf and the root, signatures of all checkpoints and
 * their consistency, high-water file, every item chain, every blob's bytes against its commitment,
 * projections against the log. `line` is called for each thing checked, ok or not. Returns false
 * only when it could not run; *ret_ok is the answer. */
typedef void reg_verify_line(void *ctx, bool ok, const char *what, const char *detail);
bool reg_verify(const char *dir, reg_verify_line *line, void *ctx, bool *ret_ok, struct err *err);

/* One item as a ZIP: the files with manifest-sha256.txt (sha256sum -c accepts it after unpacking),
 * log entries, proofs, checkpoint, pub.pem, and VERIFY.nl.txt / VERIFY.en.txt. extra files (the
 * sheet's PDF) may be added by name. Deterministic: same register state, same bytes. */
struct reg_extra {
    const char *name;
    const void *bytes;
    size_t n;
};
bool reg_export_item(struct reg *reg, int64_t item, const struct reg_extra *extra, int n_extra,
                     struct buf *ret_zip, struct err *err);

/* Logs that an export of the item was handed out (export.made): the ZIP's SHA-256 and what for. */
bool reg_add_export(struct reg *reg, int64_t item, const char *zip_sha256_hex, const char *purpose,
                    struct err *err);

#endif
