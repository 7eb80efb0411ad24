/* claim_words: what a firm calls itself on its envelopes - its name, its slogans, its address - and
 * how surely that stands among the words read at a place. Judges text only; owns nothing. */
#ifndef POSTWACHT_CLAIM_WORDS_H
#define POSTWACHT_CLAIM_WORDS_H

#include "schemas/template.h"

#include "classifier/sender_text.h"

#define CLAIM_PHRASES_MAX 8 /* a firm has one name, and an envelope one or two slogans */
#define CLAIM_PHRASE_WORDS 8
#define CLAIM_TEXT_SIZE 2048
#define CLAIM_MATCH_WORDS 32 /* of a name, or the first of a sender block */

#define READ_WELL 85.f /* confidence: text on its head and texture are read with less than 60 */
struct read_word {
    char text[64]; /* UTF-8, as read */
    double box_mm[4];
    int line;         /* counts up */
    float confidence; /* 0..100 */
};

struct claim_phrase {
    bool slogan;
    int n;
    char word[CLAIM_PHRASE_WORDS][SENDER_WORD_SIZE]; /* unconfused (schemas/base/fold.h) */
};

struct claim_words {
    int n;
    struct claim_phrase phrase[CLAIM_PHRASES_MAX];
    char own[CLAIM_TEXT_SIZE]; /* every word of the template between spaces, unconfused */
    const struct template_data *data;
};

/* data must outlive *ret. */
void claim_words_of(const struct template_data *data, struct claim_words *ret);

struct claim_match {
    double score; /* 0..1; from SENDER_CLAIM_SCORE on the words are the firm's */
    bool slogan;  /* one of its slogans, not its name or address */
    int n;        /* words that make it: */
    int word[CLAIM_MATCH_WORDS];
};
/* What of `word` in reading order claims most; a slogan only when neither name nor address does. */
struct claim_match claim_words_match(const struct claim_words *words, const struct read_word *word,
                                     int n);

/* Whether they are, at least in part, surely somebody else's: no word of the template's and none
 * that stands on anybody's mail. */
bool claim_words_of_stranger(const struct claim_words *words, const struct read_word *word, int n);

#endif
