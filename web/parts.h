/* parts: pieces of markup that several pages share. */
#ifndef POSTWACHT_PARTS_H
#define POSTWACHT_PARTS_H

#include "schemas/register/register.h"
#include "schemas/series.h"
#include "web/html.h"

/* Verdict by word, colour and shape (circle, octagon, square, triangle). */
void part_badge(struct html *h, enum verdict_class verdict);
/* ` class="PREFIX verdict-NAME"`: the colour of a whole block. */
void part_verdict_class(struct html *h, const char *prefix, enum verdict_class verdict);
void part_reason(struct html *h, const char *key);
/* "Deutsche Post, Duitsland: geadresseerde onbekend" */
void part_return(struct html *h, const char *country, const char *operator_, const char *reason);
void part_country(struct html *h, const char *iso); /* nothing for "" */
/* 64 hex digits in groups of 8, so that two can be compared by eye. */
void part_hash(struct html *h, const char *hex);
void part_blob_url(struct html *h, const char *sha256); /* ` href=` and ` src=` values */
/* A picture that opens in its full size. css_class: NULL for none. */
void part_picture_link(struct html *h, const char *css_class, const char *sha256, const char *alt);
void part_item_link(struct html *h, int64_t item); /* "Item 12" */
/* List items of what members of a series share, the strongest `most`: "De slogan staat 5,2 mm te
 * hoog, bij 4 van de 5". */
void part_series_reasons(struct html *h, const struct series *series, int most);
void part_token(struct html *h, const char *csrf); /* the hidden field that a POST form needs */
/* A POST form of one button, with the token. */
void part_button_form(struct html *h, const char *csrf, const char *action, enum text_key label,
                      const char *css_class);

#endif
