/* Boxes are found beside what was understood; the tick may have spoilt the very line that counts,
 * and a postmark across the label the order of all lines. So a ticked line that gave no reason is
 * cut out and read alone, and there the reason that comes nearest is enough: a form has a reason on
 * every line. */
#include "classifier/return_ticks.h"

#include "classifier/label_picture.h"
#include "schemas/base/clock.h"
#include "schemas/base/err.h"

#include <math.h>
#include <string.h>

#define BESIDE_MM 9.0      /* from a block of text to the far side of its boxes */
#define LETTERS_MIN 3      /* of a word that is no box */
#define WORD_CONFIDENCE 50 /* below: a box with a pen's strokes gives three letters as well */
#define ROW_LIMIT_MS 400   /* ten times what one line takes */
#define ROW_SHARE 0.9      /* of the reach of a tick's row, to either side of its middle */
#define BOX_SHARE 0.8      /* likewise, from a box's middle to past its edge */
#define ROW_MIN_MM 4.0     /* narrower ones hold no words */

/* Where in the picture a hit stands: its first and last word. */
static bool hit_place(const struct phrase_hit *hit, const struct read_words *words, double shift,
                      struct tick_line *ret)
{
    int first = -1, last = -1;
    for (int i = 0; i < words->n; i++) {
        if (words->word[i].at <= hit->start)
            first = i;
        if (words->word[i].at < hit->end)
            last = i;
    }
    if (first < 0 || last < first)
        return false;
    *ret = (struct tick_line){words->word[first].left + shift, words->word[last].right + shift,
                              words->word[first].y};
    return true;
}

/* The weightiest of the hits beside the ticked box, or -1. */
static int hit_beside(const struct return_reading *reading, const struct read_words *words,
                      double shift)
{
    const struct tick_result *tick = &reading->tick;
    int ret = -1;
    for (int i = 0; i < reading->n_hits; i++) {
        const struct phrase_hit *hit = &reading->hit[i];
        struct tick_line place;
        if (hit->phrase->heading || !hit_place(hit, words, shift, &place))
            continue;
        double middle = (place.left + place.right) / 2;
        bool beside = fabs(place.y - tick->y) <= tick->half_row && middle > tick->from_x &&
                      middle < tick->to_x;
        if (beside && (ret < 0 || hit->weight > reading->hit[ret].weight))
            ret = i;
    }
    return ret;
}

/* The ticked row without its box. */
static struct image row_view(const struct image *image, const struct tick_result *tick)
{
    double margin = BOX_SHARE * tick->half_row;
    double left = fmax(0, tick->from_x + margin), right = fmin(image->width, tick->to_x - margin);
    double top = fmax(0, tick->y - ROW_SHARE * tick->half_row),
           low = fmin(image->height, tick->y + ROW_SHARE * tick->half_row);
    struct image ret =
        image_view(image, (int)left, (int)top, (int)fmax(0, right - left), (int)fmax(0, low - top));
    ret.dpi_x = ret.dpi_y = LABEL_DPI;
    return ret;
}

/* Reads one row and adds the reasons in it to the hits, behind the text that was read before. What
 * cannot be read in time stays untold. The first one's index, or -1. */
static int read_row(const struct return_reader *reader, const struct image *row,
                    const char *languages, struct return_reading *reading)
{
    char plain[READING_TEXT_SIZE] = "";
    struct ocr_text text;
    struct phrase_hit hit[PHRASE_HITS_MAX];
    struct err late;
    const int left = (int)((reader->until_s - clock_mono_s()) * 1000), first = reading->n_hits;
    if (left <= 0 || row->width < ROW_MIN_MM * LABEL_DPI / 25.4 ||
        !ocr_read(reader->ocr, row, languages, OCR_LINE, left < ROW_LIMIT_MS ? left : ROW_LIMIT_MS,
                  &text, &late))
        return -1;
    for (int i = 0; i < text.n_words; i++)
        phrase_text_add(plain, sizeof plain, text.word[i].text);
    ocr_text_finish(&text);
    int n = phrases_nearest(reader->phrases, plain, hit);
    size_t base = strlen(reading->plain);
    if (n == 0 || base + strlen(plain) >= sizeof reading->plain)
        return -1;
    memcpy(reading->plain + base, plain, strlen(plain) + 1);
    for (int i = 0; i < n && reading->n_hits < PHRASE_HITS_MAX; i++) {
        hit[i].start += (int)base;
        hit[i].end += (int)base;
        reading->hit[reading->n_hits++] = hit[i];
    }
    return reading->n_hits > first ? first : -1;
}

/* Words that stand for sure: of what was understood, or read well. The rest may be boxes with a
 * pen's strokes, as may short ones, but in a heading. */
static bool is_text(const struct return_reading *reading, const struct read_words *words, int i)
{
    bool is_long = words->word[i].letters >= LETTERS_MIN;
    for (int k = 0; k < reading->n_hits; k++)
        if (words->word[i].at >= reading->hit[k].start && words->word[i].at < reading->hit[k].end &&
            (is_long || reading->hit[k].phrase->heading))
            return true;
    return is_long && words->word[i].confidence >= WORD_CONFIDENCE;
}

static bool find_boxes(const struct image *image, const struct image *outline,
                       const struct read_words *words, double shift, struct return_reading *reading,
                       struct err *err)
{
    struct tick_line line[PHRASE_HITS_MAX], word[READ_WORDS_MAX];
    int n = 0, n_words = 0;
    for (int i = 0; i < words->n; i++)
        if (is_text(reading, words, i))
            word[n_words++] = (struct tick_line){words->word[i].left + shift,
                                                 words->word[i].right + shift, words->word[i].y};
    for (int i = 0; i < reading->n_hits; i++)
        n +=
            !reading->hit[i].phrase->heading && hit_place(&reading->hit[i], words, shift, &line[n]);
    return n == 0 || tick_boxes_read(image, outline, line, n, word, n_words, &reading->tick, err);
}

bool return_ticks_read(const struct return_reader *reader, const struct read_words *words,
                       const char *languages, struct return_reading *reading, struct err *err)
{
    /* the form stands in the ink in which it was read best, the tick in that or in a pen's */
    const bool own_ink = reading->ink != LABEL_ALL;
    struct return_region wider = reading->region; /* a block of text ends before its boxes */
    double margin_mm = reading->region.kind == REGION_LABEL ? 0 : BESIDE_MM;
    double shift = margin_mm * LABEL_DPI / 25.4;
    struct image image = {0}, own = {0};
    wider.size_mm[0] += 2 * margin_mm;
    reading->ticked_hit = -1;
    reading->tick = (struct tick_result){0};
    bool reasons = false;
    for (int i = 0; i < reading->n_hits; i++)
        reasons = reasons || !reading->hit[i].phrase->heading;
    if (!reasons)
        return true;
    const struct image *form = own_ink ? &own : &image;
    bool fine =
        label_picture_cut(reader->side, &wider, wider.angle_deg, LABEL_ALL, &image, err) &&
        (!own_ink ||
         label_picture_cut(reader->side, &wider, wider.angle_deg, reading->ink, &own, err)) &&
        find_boxes(&image, form, words, shift, reading, err) &&
        (reading->tick.ticked || !own_ink || find_boxes(form, form, words, shift, reading, err));
    if (fine && reading->tick.ticked)
        reading->ticked_hit = hit_beside(reading, words, shift);
    if (fine && reading->tick.ticked && reading->ticked_hit < 0) {
        struct image row = row_view(form, &reading->tick);
        reading->ticked_hit = read_row(reader, &row, languages, reading);
    }
    image_finish(&image);
    image_finish(&own);
    return fine;
}
