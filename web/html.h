/* html: the only way a page's bytes are written. Every function escapes for the one place it writes
 * to, so that text read from an envelope (OCR, file names, codes) can never become markup. h_lit
 * takes string literals only: handing it a variable does not compile.
 *
 * Text is hostile: bytes that are not UTF-8, control characters and the characters that turn the
 * direction of writing (a classic way to make text read differently than it is) become U+FFFD. */
#ifndef POSTWACHT_HTML_H
#define POSTWACHT_HTML_H

#include "schemas/base/buf.h"
#include "web/text/text.h"

#include <stdint.h>

struct html {
    struct buf *out; /* borrowed */
    enum lang lang;
};

#define h_lit(h, literal) buf_append((h)->out, "" literal "", sizeof("" literal "") - 1)

void h_text(struct html *h, const char *text);
void h_say(struct html *h, enum text_key key);                    /* translated words, escaped */
void h_attr(struct html *h, const char *name, const char *value); /* ` name="value"` */
void h_attr_say(struct html *h, const char *name, enum text_key key);
void h_attr_int(struct html *h, const char *name, int64_t value);
void h_url(struct html *h, const char *component); /* percent-encoded path or query component */
void h_int(struct html *h, int64_t value);

/* A number for people: decimal comma in Dutch, at most `decimals`, trailing zeros dropped; a dash
 * when it is not finite. */
void h_real(struct html *h, double value, int decimals);
/* A number for SVG and attributes: always a point, never an exponent, 0 when not finite. */
void h_svg(struct html *h, double value);

/* "21 november 2026, 20:27:48" in Dutch legal time, inside <time>; the text itself when it is no
 * time. */
void h_time(struct html *h, const char *iso);
/* "21 nov 20:27" */
void h_time_short(struct html *h, const char *iso);
void h_bytes(struct html *h, int64_t size); /* "29,4 MB" */

/* Appends text with what is not clean UTF-8 for display replaced; nothing is escaped. For PDF text.
 */
void text_clean_append(struct buf *buf, const char *text);

#endif
