/* text: everything that people read, in Dutch (the default) and English, compiled from tables:
 *   ui.def        TEXT(key, nl, en)        words of the page and the sheet
 *   reasons.def   SHEET_REASON, ELEMENT, KIND: reason keys put into sentences
 *   names.def     return reasons, checks, units, terms, event types, countries
 * Keys that no table knows are shown as they are (with spaces for underscores), never dropped. */
#ifndef POSTWACHT_WEB_TEXT_H
#define POSTWACHT_WEB_TEXT_H

#include "schemas/screening.h"

#include <stddef.h>

enum lang { LANG_NL, LANG_EN, LANG_COUNT };

enum text_key {
#define TEXT(key, nl, en) T_##key,
#include "web/text/ui.def"
#undef TEXT
    TEXT_COUNT
};

const char *say(enum lang lang, enum text_key key);

/* "nl", "en"; anything else, and NULL, is Dutch. */
enum lang lang_from_code(const char *code);
const char *lang_code(enum lang lang);
/* The best of ours by the header's order and q values; fallback when it names none of ours. */
enum lang lang_from_accept(const char *accept_language, enum lang fallback);

/* A sentence without full stop: "De slogan ontbreekt". */
void reason_text(enum lang lang, const char *key, char *ret, size_t n);
void element_text(enum lang lang, const char *element, char *ret, size_t n); /* "de slogan" */
void check_text(enum lang lang, const char *check, char *ret, size_t n);
void unit_text(enum lang lang, const char *unit, char *ret, size_t n);
const char *verdict_text(enum lang lang, enum verdict_class verdict);
const char *outcome_text(enum lang lang, enum outcome outcome);
const char *points_text(enum lang lang, enum points points);
/* Of pictures of print close up: "edges", and what the lower right of them shows; "" of others. */
const char *close_up_text(enum lang lang, enum crop_shows shows);
const char *close_up_explained(enum lang lang, enum crop_shows shows);
const char *return_reason_text(enum lang lang, const char *reason); /* "" for "" */
const char *term_text(enum lang lang, const char *term);            /* "laser", "not_testable" */
/* Status, machine, time and maker as the dots tell them, or why they tell nothing; and whether
 * genuine envelopes carry such dots. */
#define DOTS_TEXT_SIZE 512
void dots_text(enum lang lang, const struct screening *screening, char *ret, size_t n);
/* How much more likely the print is on an office printer than from the firm's printing house, or
 * the reverse; why that cannot be told; "" when it was not asked. And what it rests on. */
void ratio_text(enum lang lang, const struct screening *screening, char *ret, size_t n);
void ratio_basis_text(enum lang lang, const struct screening *screening, char *ret, size_t n);
const char *country_text(enum lang lang, const char *iso); /* the code itself when unknown */
const char *country_code(int i); /* of the countries that have names, in their order; NULL ends */
const char *stage_text(enum lang lang, enum journey_stage stage); /* "Gepost" */
/* "Nederland · nummer van de zending RR473124829NL" */
#define JOURNEY_TEXT_SIZE 320
void journey_text(enum lang lang, const struct screening_event *event, char *ret, size_t n);
/* What such a code means, or that its check fails; "" when nothing is known about it. */
#define CODE_TEXT_SIZE 256
void code_text(enum lang lang, const struct screening_code *code, char *ret, size_t n);
void event_text(enum lang lang, const char *type, char *ret, size_t n);

#endif
