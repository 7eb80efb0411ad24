/* phrase_book: the office's own wording of returns, added from stickers it sees, without a new
 * version of the program. One file in the state folder, in the columns of return_phrases.tsv, so
 * that it can be edited and handed on as well; whoever changes it holds a lock on it, and a crash
 * leaves the old or the new. Text is hostile: it was typed off an envelope. */
#ifndef POSTWACHT_PHRASE_BOOK_H
#define POSTWACHT_PHRASE_BOOK_H

#include <stdbool.h>
#include <stddef.h>

struct err;

#define PHRASE_BOOK_FILE "phrases.tsv" /* in the state folder */
#define PHRASE_TEXT_SIZE 128
#define PHRASE_BOOK_MAX 500 /* more is a list to be delivered, not an office's own */

struct own_phrase {
    char country[3];    /* ISO 3166; "" not known, or used everywhere */
    char operator_[64]; /* "" not known */
    char language[4];   /* ISO 639-1; "" not known */
    char reason[24];    /* one of return_reason_keys */
    char text[PHRASE_TEXT_SIZE];
};

/* All causes that a return can have, as keys; NULL ends them. The first, RETURN, is a heading
 * that gives none; the last, PREPRINTED, marks what stands on ordinary mail and is no return. */
extern const char *const return_reason_keys[];

/* Whether it can be added: a known reason, 4 letters at least, no tabs and control characters.
 * Says what to change. */
bool phrase_check(const struct own_phrase *phrase, struct err *err);

/* How strongly the phrase alone says that a sheet came back, 0..1, from its length: long wording
 * occurs nowhere else. */
double phrase_weight(const struct own_phrase *phrase);

/* A file that is not there is an empty book. Lines that are no phrase are refused by their number;
 * ret holds PHRASE_BOOK_MAX. */
bool phrase_book_read(const char *path, struct own_phrase *ret, int *ret_n, struct err *err);

/* Refuses what is there already (the same text for the same country), and more than
 * PHRASE_BOOK_MAX.
 */
bool phrase_book_add(const char *path, const struct own_phrase *phrase, struct err *err);
/* All of that text and country; false when there is none. */
bool phrase_book_remove(const char *path, const char *text, const char *country, struct err *err);

#endif
