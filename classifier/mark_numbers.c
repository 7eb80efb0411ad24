/* Numbers in an imprint. Scans of different days show by themselves what changes (mark_picture.c);
 * scans of one day share the date, scans of ordinary letters the postage, and one scan shares all
 * with itself. Reading helps. Dots and commas are often misread, so dates and amounts are not known
 * by them: a number stands still only if it is one run of five digits and more, as those of
 * machines and licences are, and no date. In one scan not even that: a piece counter looks the
 * same. What stands beside a number that goes (currency, the rest of a date) goes with it. A word
 * takes the pieces of ink along whose middle stands in its box and that are no higher than it, so
 * the frame round an amount stays. */
#include "classifier/mark_picture.h"

#include "classifier/ink.h"
#include "schemas/base/err.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define OCR_DPI 300.0
#define OCR_MS 4000
#define WORD_CONFIDENCE 30.f /* a wrong digit is a digit as well */
#define RIM_SHARE 0.25       /* of a word's height, above and below its box: boxes cut accents */
#define BESIDE_SHARE 0.5     /* to its left and right: full stops between misread words */
#define HIGHER 1.6           /* than the word's box: another thing */
#define BESIDE_HEIGHTS 1.5   /* between an amount and its currency */
#define FIXED_DIGITS 5       /* amounts have three or four */
#define DATE_DIGITS 6        /* 031126 */
#define RIM_MM 0.34          /* round the ink that goes: soft rims */

static int two_digits(const char *at)
{
    return 10 * (at[0] - '0') + at[1] - '0';
}

/* Day and month, either first. */
static bool is_date(const char *digits, int n)
{
    if (n != DATE_DIGITS)
        return false;
    int a = two_digits(digits), b = two_digits(digits + 2), c = two_digits(digits + 4);
    return (a >= 1 && a <= 31 && b >= 1 && b <= 12) || (b >= 1 && b <= 12 && c >= 1 && c <= 31);
}

/* One run of digits, of the length of a machine's number. */
static bool is_fixed(const char *word)
{
    const char *start = NULL;
    int n = 0, runs = 0;
    for (const char *c = word; *c; c++)
        if (isdigit((unsigned char)*c)) {
            bool first = c == word || !isdigit((unsigned char)c[-1]);
            runs += first;
            start = first ? c : start;
            n++;
        }
    return runs == 1 && n >= FIXED_DIGITS && !is_date(start, n);
}

static bool has_digit(const char *word)
{
    for (; *word; word++)
        if (isdigit((unsigned char)*word))
            return true;
    return false;
}

static bool goes(const struct ocr_word *word, enum mark_numbers which)
{
    if (word->confidence < WORD_CONFIDENCE)
        return false;
    return has_digit(word->text) && (which == MARK_NUMBERS_ALL || !is_fixed(word->text));
}

static bool stands_beside(const int a[4], const int b[4])
{
    int gap = a[0] < b[0] ? b[0] - (a[0] + a[2]) : a[0] - (b[0] + b[2]);
    double middle = a[1] + a[3] / 2.0;
    return gap < BESIDE_HEIGHTS * b[3] && middle > b[1] && middle < b[1] + b[3];
}

static void choose(const struct ocr_text *text, enum mark_numbers which, bool *ret)
{
    for (int i = 0; i < text->n_words; i++)
        ret[i] = goes(&text->word[i], which);
    for (bool more = true; more;) {
        more = false;
        for (int i = 0; i < text->n_words; i++)
            for (int k = 0; k < text->n_words && !ret[i] && !is_fixed(text->word[i].text); k++)
                if (ret[k] && stands_beside(text->word[i].box, text->word[k].box))
                    ret[i] = more = true;
    }
}

/* Whether a piece of ink belongs to a word; scale: px of the mask in one of the reading. */
static bool belongs(const struct cv_component *piece, const struct ocr_word *word, double scale)
{
    const int *box = word->box;
    double rim = RIM_SHARE * box[3], beside = BESIDE_SHARE * box[3];
    double x = piece->cx / scale, y = piece->cy / scale;
    return x > box[0] - beside && x < box[0] + box[2] + beside && y > box[1] - rim &&
           y < box[1] + box[3] + rim && piece->h / scale < HIGHER * box[3];
}

/* The mask without the pieces of chosen words. */
static bool without_words(const struct ocr_text *text, const bool *chosen, double scale,
                          const struct image *mask, struct image *ret, struct err *err)
{
    struct cv_components pieces = {0};
    if (!cv_components_find(mask, 8, &pieces, err))
        return false;
    bool *drop = calloc((size_t)pieces.n, sizeof *drop);
    bool ok = (drop || err_set(err, "out of memory")) && image_copy(mask, ret, err);
    for (int k = 1; ok && k < pieces.n; k++)
        for (int i = 0; i < text->n_words; i++)
            drop[k] |= chosen[i] && belongs(&pieces.component[k], &text->word[i], scale);
    for (int y = 0; ok && y < mask->height; y++)
        for (int x = 0; x < mask->width; x++)
            if (drop[pieces.label[(size_t)y * (size_t)mask->width + (size_t)x]])
                image_row(ret, y)[x] = 0;
    free(drop);
    cv_components_finish(&pieces);
    return ok;
}

bool mark_drop_numbers(struct ocr *ocr, enum mark_numbers which, double dpi, struct image *picture,
                       struct image *mask, struct err *err)
{
    double scale = dpi / OCR_DPI;
    struct image small = {0}, left = {0};
    struct ocr_text text = {0};
    bool *chosen = NULL;
    if (which == MARK_NUMBERS_KEEP)
        return true;
    bool ok =
        cv_resize(picture, (int)fmax(1, round(picture->width / scale)),
                  (int)fmax(1, round(picture->height / scale)), CV_INTERPOLATE_AREA, &small, err) &&
        ocr_read(ocr, &small, "nld+eng", OCR_SPARSE, OCR_MS, &text, err);
    if (ok) {
        chosen = calloc((size_t)text.n_words + 1, sizeof *chosen);
        ok = chosen || err_set(err, "out of memory");
    }
    if (ok) {
        choose(&text, which, chosen);
        ok = without_words(&text, chosen, scale, mask, &left, err);
    }
    if (ok && (double)mask_area(&left) * (25.4 / dpi) * (25.4 / dpi) >= MARK_INK_MIN_MM2 &&
        mask_area(&left) < mask_area(mask)) {
        ok = mark_paint_over(picture, &left, RIM_MM, dpi, err);
        image_finish(mask);
        *mask = left;
        left = (struct image){0};
    }
    free(chosen);
    ocr_text_finish(&text);
    image_finish(&small);
    image_finish(&left);
    return ok;
}
