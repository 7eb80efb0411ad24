/* fold: text that was read from paper, made comparable, and compared with tolerance for misreading.
 *
 * Owns nothing. Folded text is UTF-8 of capital letters and digits with single spaces between words,
 * none at either end. All functions take hostile text; bytes that are not UTF-8 count as spaces. */
#ifndef POSTWACHT_FOLD_H
#define POSTWACHT_FOLD_H

#include <stddef.h>

/* NFKD, marks stripped, upper case (sharp s is SS), letters that Unicode leaves whole spelt out
 * (O for a stroked one, AE for the ligature); everything but letters and digits becomes one space.
 * ret holds n bytes; what does not fit is cut at a character's boundary. */
void text_fold(const char *text, char *ret, size_t n);

/* Maps what OCR confuses to one of each kind: 0 to O, 1 and L to I, 5 to S, 8 to B, 2 to Z, 6 to G,
 * RN to M. Two folded texts that become equal cannot be told apart by reading alone. Never
 * longer than the input; ret may be the input. */
void text_unconfuse(const char *folded, char *ret, size_t n);

/* Lowest edit distance (in characters) of needle to any substring of hay; ret_end, when not NULL, is
 * the byte offset in hay just after the first substring that reaches it. An empty needle gives 0 at 0. */
int text_find_approx(const char *hay, const char *needle, int *ret_end);

/* Edit distance (insert, delete, change: 1 each) of the whole of a to the whole of b, in characters. */
int text_distance(const char *a, const char *b);

/* Number of characters; a broken byte counts as one. */
int text_count(const char *text);

#endif
