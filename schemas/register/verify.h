/* verify: the state of one run of reg_verify, shared by its parts. For schemas/register only.
 *
 * Trust flows in one direction: the signature vouches for a root, the root for the entries' bytes,
 * the entries for everything else. So every projection, opening and blob is compared with what the
 * entries say, never the other way round. */
#ifndef POSTWACHT_VERIFY_H
#define POSTWACHT_VERIFY_H

#include "schemas/register/log.h"

struct item_tail {
    int64_t n; /* entries so far */
    uint8_t leaf[SHA256_SIZE];
};

struct verify {
    struct reg *reg;
    reg_verify_line *line;
    void *ctx;
    bool ok;
    int faults;      /* of the present section */
    int item_faults; /* found while walking the log, shown with the items */
    struct key key;
    char origin[ORIGIN_SIZE];
    /* Gathered while walking the log: */
    struct merkle tree;
    struct item_tail *item; /* by item number */
    int64_t n_items, cap_items;
    int64_t received, files; /* items and files that entries name */
};

/* Says that something is wrong; shown up to a limit in each section. */
void verify_fault(struct verify *v, const char *what, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Ends a section: an ok line unless there was a fault. */
void verify_section(struct verify *v, const char *what, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* One entry against the projections and openings that it vouches for. */
bool verify_projection(struct verify *v, int64_t idx, int64_t item, const char *type,
                       const char *time, const json_t *data, struct err *err);
/* After the walk: nothing stands there that no entry names. */
bool verify_totals(struct verify *v, struct err *err);
/* Every blob's bytes against its opening, every opening against its commitment. */
bool verify_blobs(struct verify *v, struct err *err);

#endif
