/* web: the page (libmicrohttpd) and the hand-over sheet (PDF). Reads the register through handles
 * of its own; whatever changes something is asked of the host through struct web_host. */
#ifndef POSTWACHT_WEB_H
#define POSTWACHT_WEB_H

#include "schemas/phrase_book.h"
#include "schemas/register/register.h"
#include "schemas/series.h"

#include <stdint.h>

struct web;

struct web_status {
    bool scanning;
    char device[128];
    char batch[SHEET_ID_SIZE];
    int captured;      /* sheets imaged in this batch */
    int waiting;       /* sheets in the spool not yet recorded */
    int recorded;      /* sheets of this batch in the register */
    char message[256]; /* last incident or hint, plain words, "" when all is well */
    char version[32];
};

/* Called from server threads: must be safe to call at any time. */
struct web_host {
    void *ctx;
    void (*status)(void *ctx, struct web_status *ret);
    bool (*start_batch)(void *ctx, struct err *err); /* NULL: no scanner here */
    bool (*stop_batch)(void *ctx, struct err *err);
    /* The series that an item of the register belongs to; ret->n_members is 0 when to none. The
     * page frees it with series_finish. NULL: nobody looks for series here. */
    bool (*series)(void *ctx, struct reg *reg, int64_t item, struct series *ret, struct err *err);
    /* The office's own wording of returns; ret holds PHRASE_BOOK_MAX. NULL: there is no book. */
    bool (*phrases)(void *ctx, struct own_phrase *ret, int *ret_n, struct err *err);
    bool (*phrase_add)(void *ctx, const struct own_phrase *phrase, struct err *err);
    bool (*phrase_remove)(void *ctx, const char *text, const char *country, struct err *err);
};

struct web_config {
    const char *register_dir;
    const char *spool_dir;
    const char *address;    /* "127.0.0.1"; anything but loopback is refused until TLS exists */
    uint16_t port;          /* 0 takes a free one: see web_port */
    const char *assets_dir; /* NULL: the embedded ones */
    struct web_host host;
};

bool web_start(const struct web_config *config, struct web **ret, struct err *err);
uint16_t web_port(const struct web *web);
void web_stop(struct web *web);

/* Tells every open page that something changed (server-sent event). Any thread. */
void web_changed(struct web *web);

/* The hand-over sheet of one item as PDF/A4. lang: "nl" (first depth), "en". series: the item's,
 * NULL or without members when to none. The bytes depend on the register and the series only (fixed
 * dates inside). */
bool web_handover_sheet(struct reg *reg, int64_t item, const struct series *series,
                        const char *lang, struct buf *ret_pdf, struct err *err);

/* Plain words for a reason key ("slogan_missing"), a verdict, a return reason, for CLI and page. */
void web_reason_text(const char *lang, const char *key, char *ret, size_t n);
const char *web_verdict_text(const char *lang, enum verdict_class verdict);
/* What members of a series share: "de slogan staat 5,2 mm te hoog". */
void web_series_reason_text(const char *lang, const struct series_reason *reason, char *ret,
                            size_t n);
/* What the yellow tracking dots say. */
void web_dots_text(const char *lang, const struct screening *screening, char *ret, size_t n);
/* The likelihood ratio of how it was printed, or why there is none; what it rests on. */
void web_ratio_text(const char *lang, const struct screening *screening, char *ret, size_t n);
void web_ratio_basis_text(const char *lang, const struct screening *screening, char *ret, size_t n);
const char *web_return_reason_text(const char *lang, const char *reason);

#endif
