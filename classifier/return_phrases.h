/* return_phrases: the wording of returns, loaded once, and where a text that was read contains it.
 */
#ifndef POSTWACHT_RETURN_PHRASES_H
#define POSTWACHT_RETURN_PHRASES_H

#include "classifier/return.h"

#define PHRASE_HITS_MAX 96

struct phrase {
    char country[3]; /* "XX": used everywhere */
    char operator_[64];
    char operator_folded[64];
    char language[4];
    char reason[24];
    double weight;   /* 0..1: how strongly it alone says that the sheet came back */
    double trust;    /* 0..1: how strongly it speaks for its country */
    int sharing;     /* countries that have the same wording; XX counts as many */
    bool preprinted; /* instruction on ordinary mail: cancels what stands near */
    char *needle;    /* folded, unconfused, one space at either end */
    int len;         /* characters without these spaces */
};

struct country_name {
    char country[3];
    char needle[80]; /* folded, unconfused, one space at either end */
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

/* Appends a word to a text for phrases_match (text[0] == '\0' starts one); returns the byte offset
 * at which the word begins, or -1 when it has no letters or does not fit. */
int phrase_text_add(char *text, size_t n, const char *word);

/* Whether the text names the country as an address does (from postcodes.tsv beside the phrases). */
bool phrases_names_country(const struct phrases *phrases, const char *text, const char *country);

int phrases_count(const struct phrases *phrases);
const struct phrase *phrases_at(const struct phrases *phrases, int i);

#endif
