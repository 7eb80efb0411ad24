/* sender_text: how strongly text read from an envelope claims to be a known firm, and in which
 * words it differs from the firm's own sender block. Judges text only; owns nothing. */
#ifndef POSTWACHT_SENDER_TEXT_H
#define POSTWACHT_SENDER_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#define SENDER_DIFFERS_MAX 12
#define SENDER_WORD_SIZE 48
#define SENDER_CLAIM_SCORE 0.6 /* the whole name, or nearly the name and the address */

struct sender_match {
    double score;                /* 0..1: from the parts below */
    double name;                 /* 0..1: likeness of the firm's name, legal form left out */
    double street, place;        /* 0..1: words of street and place that are there */
    bool has_key;                /* the template names a postcode and a house number */
    bool postcode, house_number; /* found as the template has them */
    bool legal_form_differs;     /* the template has one that was not read */
    bool contact;                /* a line of it that is its own: web address, telephone */
    bool in_part; /* no more than the beginnings or ends of its lines, but of its name's too: a
                     cover or a cut takes the rest */
    /* Words of the template that were read otherwise (seen = what stands there) or not at all (seen
     * ""). Letters that OCR confuses are taken as equal, so each of these is a difference in print,
     * in what covers it, or a misreading of another kind. */
    int n_differs;
    struct {
        char expected[SENDER_WORD_SIZE]; /* folded */
        char seen[SENDER_WORD_SIZE];
    } differs[SENDER_DIFFERS_MAX];
};

/* ocr_text may hold more than the sender (the whole side). template_text is the firm's own block,
 * one line each for name, street, postcode with place; or one line with " - ", "|" or commas
 * between. Fills *ret and returns whether the text claims to be the firm (score >=
 * SENDER_CLAIM_SCORE). */
bool sender_text_match(const char *ocr_text, const char *template_text, struct sender_match *ret);

/* The firm's name in its sender block, folded, without legal form; "" when there is none. */
void sender_name(const char *template_text, char *ret, size_t size);

#endif
