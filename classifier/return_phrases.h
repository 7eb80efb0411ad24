/* return_phrases: the wording of returns, loaded once, and where a text that was read contains it.
 */
#ifndef POSTWACHT_RETURN_PHRASES_H
#define POSTWACHT_RETURN_PHRASES_H

#include "classifier/return.h"

#define PHRASE_HITS_MAX 96

struct phrase {
    char country[3]; /* "XX": used everywhere */
    char operator_[64];
    char language[4];
    char reason[24];
    double weight;   /* 0..1: how strongly it alone says that the sheet came back */
    double trust;    /* 0..1: how strongly it speaks for its country */
    int sharing;     /* countries that have the same wording; XX counts as many */
    bool heading;    /* says that the sheet came back, and no reason */
    bool preprinted; /* instruction on ordinary mail: cancels what stands near */
    bool is_stem;    /* the beginning of a word: its end is open */
    char *needle;    /* folded, unconfused, a space before it and, unless it is a stem, after it */
    int len;         /* characters without these spaces */
};

struct phrase_hit {
    const struct phrase *phrase;
    int start, end; /* bytes in the text: of the words themselves */
    int fit;        /* letters that speak for it: its length, less for each misread one */
    double weight;  /* the phrase's, less for misread letters */
};

/* text: made by phrase_text_add. Fills at most PHRASE_HITS_MAX hits; of hits that overlap only
 * those of the best fitting wording stay, and none that an instruction cancels. The same wording
 * may be there several times, once a country. */
int phrases_match(const struct phrases *phrases, const char *text, struct phrase_hit *ret);

/* For a text of which it is known that it gives a reason, as one line of a form: the wording that
 * comes nearest, when it is near at all and no other reason is nearly as near; likewise filled. */
int phrases_nearest(const struct phrases *phrases, const char *text, struct phrase_hit *ret);

/* Appends a word to a text for phrases_match (text[0] == '\0' starts one); returns the byte offset
 * at which the word begins, or -1 when it has no letters or does not fit. */
int phrase_text_add(char *text, size_t n, const char *word);

/* From postcodes.tsv beside the phrases. */
struct countries;
const struct countries *phrases_countries(const struct phrases *phrases);

/* A post that phrases name, once a country; XX has none. */
struct post_operator {
    char country[3];
    char name[64];
    char folded[64]; /* unconfused */
    int sharing;     /* countries whose post has this name */
};
int phrases_operators(const struct phrases *phrases, const struct post_operator **ret);

#endif
