/* Numbers in an imprint. Scans of different days show by themselves what changes (mark_picture.c);
 * scans of one day share date and postage, and one scan shares all with itself. Reading helps: a
 * date and an amount have a form, and in one scan every word with a digit may be set anew tomorrow.
 * A word takes the pieces of ink along whose middle stands in its box and that are no higher than
 * it, so the frame round an amount stays. The currency's sign stands before its amount or behind.
 */
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
#define RIM_SHARE 0.25       /* of a word's height, round its box: boxes cut accents and commas */
#define HIGHER 1.6           /* than the word's box: another thing */
#define BESIDE_HEIGHTS 1.5   /* between an amount and its currency */
#define DATE_DIGITS 4        /* 1.2.26 */
#define DATE_DIGITS_MAX 8
#define AMOUNT_DECIMALS 2
#define RIM_MM 0.34 /* round the ink that goes: soft rims */

/* Groups of digits with marks between them: 03.11.26, 2026-11-03, 03/11; or an amount: 1,01 12.40
 */
static bool is_of_the_day(const char *word)
{
    int groups = 0, digits = 0, last = 0;
    bool in_group = false;
    char before_last = 0;
    for (const char *c = word; *c; c++) {
        if (isdigit((unsigned char)*c)) {
            groups += !in_group;
            last = in_group ? last + 1 : 1;
            in_group = true;
            digits++;
        } else {
            if (in_group)
                before_last = *c;
            in_group = false;
            if (isalpha((unsigned char)*c))
                return false;
        }
    }
    bool date = groups >= 2 && digits >= DATE_DIGITS && digits <= DATE_DIGITS_MAX &&
                strchr(".-/:", before_last) && before_last;
    bool amount =
        groups == 2 && last == AMOUNT_DECIMALS && before_last && strchr(",.", before_last);
    return date || amount;
}

static bool has_digit(const char *word)
{
    for (; *word; word++)
        if (isdigit((unsigned char)*word))
            return true;
    return false;
}

static bool is_currency(const char *word)
{
    static const char *const signs[] = {"\xe2\x82\xac", "EUR", "CHF", "USD", "GBP",
                                        "\xc2\xa3",     "$",   "PLN", "SEK", "DKK"};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (strcmp(word, signs[i]) == 0)
            return true;
    return false;
}

static bool goes(const struct ocr_word *word, enum mark_numbers which)
{
    if (word->confidence < WORD_CONFIDENCE)
        return false;
    return which == MARK_NUMBERS_ALL ? has_digit(word->text) || is_currency(word->text)
                                     : is_of_the_day(word->text);
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
    for (int i = 0; i < text->n_words; i++)
        for (int k = 0; k < text->n_words && is_currency(text->word[i].text); k++)
            ret[i] |= k != i && goes(&text->word[k], which) &&
                      stands_beside(text->word[i].box, text->word[k].box);
}

/* Whether a piece of ink belongs to a word; scale: px of the mask in one of the reading. */
static bool belongs(const struct cv_component *piece, const struct ocr_word *word, double scale)
{
    const int *box = word->box;
    double rim = RIM_SHARE * box[3];
    double x = piece->cx / scale, y = piece->cy / scale;
    return x > box[0] - rim && x < box[0] + box[2] + rim && y > box[1] - rim &&
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
