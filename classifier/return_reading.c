/* Text has a direction that its ink does not show: a region is read as it most likely stands, and
 * once more on its head when that gives neither phrases nor confident words. The first pass uses
 * one language, since folding removes most of what packs differ in; languages that its phrases name
 * are used in a second pass only where the first left doubt. */
#include "classifier/return_reading.h"

#include "classifier/address.h"
#include "classifier/numbers.h"
#include "imaging/opencv_c/opencv_c.h"
#include "schemas/base/buf.h"
#include "schemas/base/clock.h"
#include "schemas/base/err.h"
#include "schemas/base/fold.h"
#include "schemas/base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define READ_DPI 300.0      /* Tesseract's models gain nothing from more */
#define REGION_MAX_MM 240.0 /* a block longer than a C4 sheet's text is none */
#define SURE_CONFIDENCE 75  /* mean of words: read on its head it stays below 50 */
#define SENSE_CONFIDENCE 60 /* below: no words */
#define SURE_LETTERS 6
#define TURN_LETTERS 20     /* of a block that tells which way up its side lies */
#define BOXES_BESIDE_MM 9.0 /* from a block of text to the far side of its boxes */
#define DOUBT_CONFIDENCE 85 /* below: another language may read better */
#define SECOND_SHARE 0.5    /* what a second, other reason adds */
#define LABEL_BOOST 1.25    /* wording on a label or in stamp ink was added after sending */
#define LOST_SHARE                                                                                 \
    0.15 /* phrases' part of the letters below which print is about something else                 \
          */
#define LOST_FACTOR 0.6
#define HUE_SHARE 0.02        /* of a stamp's region that is covered by its full ink */
#define HUE_MIN 40            /* levels between channels; paper's own tint has 10 */
#define ACROSS_LETTERS_MIN 15 /* of a label that is read across: fewer are a postage stamp's */
#define WORDS_MAX 512
#define LANGUAGES_SIZE 64
#define FIRST_LANGUAGE                                                                             \
    "deu" /* has the letters of most neighbours; German stickers are the first case */
#define OTHER_LANGUAGE "eng"

static const struct {
    const char *iso, *pack;
} packs[] = {
    {"de", "deu"}, {"fr", "fra"}, {"nl", "nld"}, {"en", "eng"}, {"it", "ita"}, {"es", "spa"},
    {"pt", "por"}, {"pl", "pol"}, {"cs", "ces"}, {"sk", "slk"}, {"hu", "hun"}, {"ro", "ron"},
    {"bg", "bul"}, {"hr", "hrv"}, {"sl", "slv"}, {"el", "ell"}, {"sv", "swe"}, {"nb", "nor"},
    {"da", "dan"}, {"fi", "fin"}, {"et", "est"}, {"lv", "lav"}, {"lt", "lit"}, {"is", "isl"},
    {"ga", "gle"}, {"th", "tha"}, {"ja", "jpn"},
};
enum { PACKS = sizeof packs / sizeof *packs };

static int ms_left(const struct return_reader *reader)
{
    return (int)((reader->until_s - clock_mono_s()) * 1000);
}

/* How far the channels are apart. */
static int hue_at(const uint8_t *px)
{
    int low = px[0] < px[1] ? px[0] : px[1], high = px[0] < px[1] ? px[1] : px[0];
    low = low < px[2] ? low : px[2];
    high = high > px[2] ? high : px[2];
    return high - low;
}

/* Ink with a hue becomes black, all else white: a stamp shows without the address it lies on. */
static void keep_hue(struct image *image)
{
    long histogram[256] = {0}, total = (long)image->width * image->height, sum = 0;
    for (int y = 0; y < image->height; y++)
        for (int x = 0; x < image->width; x++)
            histogram[hue_at(image_row(image, y) + 3 * x)]++;
    int full = 255;
    while (full > HUE_MIN && (double)(sum += histogram[full]) < HUE_SHARE * (double)total)
        full--;
    for (int y = 0; y < image->height; y++)
        for (int x = 0; x < image->width; x++) {
            uint8_t *px = image_row(image, y) + 3 * x;
            int ink = hue_at(px) * 255 / full;
            px[0] = px[1] = px[2] = (uint8_t)(ink > 255 ? 0 : 255 - ink);
        }
}

static bool cut_region(const struct return_reader *reader, const struct return_region *region,
                       double angle_deg, bool hue_only, struct image *ret, struct err *err)
{
    double w = fmin(region->size_mm[0], REGION_MAX_MM), h = fmin(region->size_mm[1], REGION_MAX_MM);
    const struct affine to_page =
        affine_turned(region->centre_mm[0], region->centre_mm[1], w, h, angle_deg);
    if (!side_crop(reader->side, &to_page, w, h, READ_DPI, ret, err))
        return false;
    ret->dpi_x = ret->dpi_y = READ_DPI;
    if (hue_only)
        keep_hue(ret);
    return true;
}

/* Words with the place in `plain` where each begins. */
struct words {
    int n;
    struct {
        int at;
        int letters;
        bool asks;             /* ends in a question mark */
        double left, right, y; /* px */
    } word[WORDS_MAX];
};

static double median_height(const struct ocr_text *text)
{
    double height[WORDS_MAX];
    int n = 0;
    for (int i = 0; i < text->n_words && n < WORDS_MAX; i++)
        height[n++] = text->word[i].box[3];
    return n ? median_of(height, n) : 0;
}

static void take_text(const struct ocr_text *text, struct return_reading *ret, struct words *words)
{
    struct buf joined = {0};
    ocr_text_join(text, 0, &joined);
    text_copy_utf8(ret->text, sizeof ret->text, joined.data && !joined.failed ? joined.data : "");
    buf_finish(&joined);
    ret->plain[0] = '\0';
    ret->confidence = text->mean_confidence;
    ret->letter_mm = median_height(text) * 25.4 / READ_DPI;
    words->n = 0;
    for (int i = 0; i < text->n_words && words->n < WORDS_MAX; i++) {
        const struct ocr_word *word = &text->word[i];
        int at = phrase_text_add(ret->plain, sizeof ret->plain, word->text);
        if (at < 0)
            continue;
        words->word[words->n].at = at;
        words->word[words->n].letters = text_count(ret->plain + at) - 1;
        words->word[words->n].asks = strchr(word->text, '?') != NULL;
        words->word[words->n].left = word->box[0];
        words->word[words->n].right = word->box[0] + word->box[2];
        words->word[words->n++].y = word->box[1] + word->box[3] / 2.0;
    }
}

static bool is_heading(const struct phrase_hit *hit)
{
    return strcmp(hit->phrase->reason, "RETURN") == 0;
}

/* The part of the text to judge by: all of it, or, where a heading and a reason stand in it, what
 * lies between them: a notice may be read together with an address below it. */
static void notice_span(const struct return_reading *reading, int ret[2])
{
    bool heading = false, reason = false;
    int span[2] = {READING_TEXT_SIZE, 0};
    for (int i = 0; i < reading->n_hits; i++) {
        const struct phrase_hit *hit = &reading->hit[i];
        heading = heading || is_heading(hit);
        reason = reason || !is_heading(hit);
        span[0] = hit->start < span[0] ? hit->start : span[0];
        span[1] = hit->end > span[1] ? hit->end : span[1];
    }
    ret[0] = heading && reason ? span[0] : 0;
    ret[1] = heading && reason ? span[1] : (int)strlen(reading->plain);
}

/* Letters of the text that belong to phrases; hits of one wording in several countries count once.
 */
static double phrase_share(const struct return_reading *reading)
{
    bool part[READING_TEXT_SIZE] = {false};
    int hit = 0, all = 0, span[2];
    notice_span(reading, span);
    for (int i = 0; i < reading->n_hits; i++)
        for (int k = reading->hit[i].start; k < reading->hit[i].end; k++)
            part[k] = true;
    for (int k = span[0]; k < span[1]; k++) {
        all += reading->plain[k] != ' ';
        hit += part[k] && reading->plain[k] != ' ';
    }
    return all ? (double)hit / all : 0;
}

static void weigh(struct return_reading *reading)
{
    const struct phrase_hit *best = NULL;
    double second = 0;
    reading->heading = reading->reason = 0;
    for (int i = 0; i < reading->n_hits; i++) {
        const struct phrase_hit *hit = &reading->hit[i];
        if (is_heading(hit))
            reading->heading = fmax(reading->heading, hit->weight);
        else if (!best || hit->weight > best->weight)
            best = hit;
    }
    for (int i = 0; best && i < reading->n_hits; i++) {
        const struct phrase_hit *hit = &reading->hit[i];
        if (!is_heading(hit) && (hit->end <= best->start || hit->start >= best->end))
            second = fmax(second, hit->weight);
    }
    double factor = reading->region.kind != REGION_PRINT ? LABEL_BOOST
                    : phrase_share(reading) < LOST_SHARE ? LOST_FACTOR
                                                         : 1;
    reading->heading *= factor;
    reading->reason = best ? factor * best->weight : 0;
    reading->evidence = reading->heading + reading->reason + factor * SECOND_SHARE * second;
}

/* A post does not ask: "Niet afgehaald?" is an advertisement. */
static void drop_questions(const struct words *words, struct return_reading *reading)
{
    int kept = 0;
    for (int i = 0; i < reading->n_hits; i++) {
        bool asks = false;
        for (int k = 0; k < words->n; k++)
            asks = asks || (words->word[k].asks && words->word[k].at >= reading->hit[i].start &&
                            words->word[k].at < reading->hit[i].end);
        if (!asks)
            reading->hit[kept++] = reading->hit[i];
    }
    reading->n_hits = kept;
}

/* Beginnings of words are nothing on an address: "Firma Unbekannt, Zurückweg 3". */
static void drop_stems_of_address(const struct phrases *phrases, struct return_reading *reading)
{
    struct address address;
    int kept = 0, stems = 0;
    for (int i = 0; i < reading->n_hits; i++)
        stems += reading->hit[i].phrase->is_stem;
    if (stems == 0 || !address_parse(phrases_countries(phrases), reading->text, &address))
        return;
    for (int i = 0; i < reading->n_hits; i++)
        if (!reading->hit[i].phrase->is_stem)
            reading->hit[kept++] = reading->hit[i];
    reading->n_hits = kept;
}

static bool read_once(const struct return_reader *reader, const struct image *image,
                      const char *languages, struct return_reading *ret, struct words *words,
                      bool *ret_late, struct err *err)
{
    struct ocr_text text;
    int left = ms_left(reader);
    if (left <= 0) {
        *ret_late = true;
        return false;
    }
    if (!ocr_read(reader->ocr, image, languages, OCR_BLOCK, left, &text, err)) {
        *ret_late = ms_left(reader) <= 0;
        return false;
    }
    take_text(&text, ret, words);
    ocr_text_finish(&text);
    ret->n_hits = phrases_match(reader->phrases, ret->plain, ret->hit);
    drop_questions(words, ret);
    drop_stems_of_address(reader->phrases, ret);
    weigh(ret);
    return true;
}

/* The two languages that the phrases found speak for most, as packs. False when none is installed.
 */
static bool guess_languages(const struct ocr *ocr, const struct return_reading *reading,
                            char ret[LANGUAGES_SIZE])
{
    double weight[PACKS] = {0};
    ret[0] = '\0';
    for (int i = 0; i < reading->n_hits; i++)
        for (int k = 0; k < PACKS; k++)
            if (strcmp(packs[k].iso, reading->hit[i].phrase->language) == 0)
                weight[k] += reading->hit[i].weight;
    for (int round = 0; round < 2; round++) {
        int best = -1;
        for (int k = 0; k < PACKS; k++)
            if (weight[k] > 0 && ocr_has(ocr, packs[k].pack) &&
                (best < 0 || weight[k] > weight[best]))
                best = k;
        if (best < 0)
            break;
        if (round > 0)
            strcat(ret, "+");
        strcat(ret, packs[best].pack);
        weight[best] = 0;
    }
    return *ret != '\0';
}

static bool is_sure(const struct return_reading *reading)
{
    return reading->evidence >= RETURN_CLAIM || (reading->confidence >= SURE_CONFIDENCE &&
                                                 text_count(reading->plain) >= SURE_LETTERS + 2);
}

static bool is_better(const struct return_reading *a, const struct return_reading *b)
{
    if (fabs(a->evidence - b->evidence) > 1e-6)
        return a->evidence > b->evidence;
    return a->confidence > b->confidence;
}

/* Where in the picture a hit stands: its first and last word. */
static bool hit_place(const struct phrase_hit *hit, const struct words *words, double shift,
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

/* Which hit stands beside the ticked box: the weightiest there. */
static bool read_ticks(const struct return_reader *reader, const struct words *words,
                       struct return_reading *reading, struct err *err)
{
    struct tick_line line[PHRASE_HITS_MAX], place, word[WORDS_MAX];
    /* a stamp's boxes stand in its own ink, the tick in a pen's */
    bool stamp = reading->region.kind == REGION_STAMP;
    struct image image = {0}, own = {0};
    struct return_region wider = reading->region; /* a block of text ends before its boxes */
    double margin_mm = reading->region.kind == REGION_LABEL ? 0 : BOXES_BESIDE_MM;
    double shift = margin_mm * READ_DPI / 25.4;
    wider.size_mm[0] += 2 * margin_mm;
    int n = 0, n_words = 0;
    for (int i = 0; i < words->n; i++)
        if (words->word[i].letters >= 3)
            word[n_words++] = (struct tick_line){words->word[i].left + shift,
                                                 words->word[i].right + shift, words->word[i].y};
    for (int i = 0; i < reading->n_hits; i++)
        n += !is_heading(&reading->hit[i]) && hit_place(&reading->hit[i], words, shift, &line[n]);
    reading->ticked_hit = -1;
    reading->tick = (struct tick_result){0};
    bool fine =
        n == 0 || (cut_region(reader, &wider, wider.angle_deg, false, &image, err) &&
                   (!stamp || cut_region(reader, &wider, wider.angle_deg, true, &own, err)) &&
                   tick_boxes_read(&image, stamp ? &own : &image, line, n, word, n_words,
                                   &reading->tick, err));
    image_finish(&image);
    image_finish(&own);
    if (!fine)
        return false;
    for (int i = 0; i < reading->n_hits && reading->tick.ticked; i++) {
        const struct phrase_hit *hit = &reading->hit[i];
        if (is_heading(hit) || !hit_place(hit, words, shift, &place))
            continue;
        double middle = (place.left + place.right) / 2;
        bool beside = fabs(place.y - reading->tick.y) <= reading->tick.half_row &&
                      middle > reading->tick.from_x && middle < reading->tick.to_x;
        if (beside &&
            (reading->ticked_hit < 0 || hit->weight > reading->hit[reading->ticked_hit].weight))
            reading->ticked_hit = i;
    }
    return true;
}

/* Angles in the order of likelihood: the one nearer to how upright text would stand, then its
 * opposite. */
static void order_angles(const struct return_reader *reader, double angle, double ret[2])
{
    double upright = reader->turn > 0 ? -reader->turn : 0;
    double away = fabs(remainder(angle - upright, 360));
    ret[0] = remainder(away <= 90 ? angle : angle + 180, 360);
    ret[1] = remainder(ret[0] + 180, 360);
}

struct attempt {
    struct return_reading reading;
    struct words words;
    struct image image;
};

/* A region turned by a quarter: its lines then run along its other side. */
static struct return_region quarter_turned(const struct return_region *region)
{
    struct return_region ret = *region;
    ret.size_mm[0] = region->size_mm[1];
    ret.size_mm[1] = region->size_mm[0];
    ret.angle_deg = remainder(region->angle_deg + 90, 180);
    return ret;
}

/* Reads a region one way up and, when that is not sure, the other; a label that gives no sense
 * either way, as bar codes and ruled tables mislead about the direction of lines, is read across as
 * well. The best stands. */
static bool try_angles(const struct return_reader *reader, const struct return_region *region,
                       const char *languages, struct attempt *best, struct attempt *other,
                       bool *ret_late, struct err *err)
{
    const struct return_region across = quarter_turned(region);
    for (int i = 0; i < 4; i++) {
        const struct return_region *way = i < 2 ? region : &across;
        struct attempt *at = i == 0 ? best : other;
        double angle[2];
        if (i == 2 &&
            (region->kind != REGION_LABEL || region->letters < ACROSS_LETTERS_MIN ||
             best->reading.evidence >= RETURN_HINT || best->reading.confidence >= SENSE_CONFIDENCE))
            break;
        order_angles(reader, way->angle_deg, angle);
        image_finish(&at->image);
        at->reading = (struct return_reading){.region = *way, .ticked_hit = -1};
        at->reading.region.angle_deg = angle[i % 2];
        if (!cut_region(reader, way, angle[i % 2], region->kind == REGION_STAMP, &at->image, err) ||
            !read_once(reader, &at->image, languages, &at->reading, &at->words, ret_late, err))
            return i > 0 && *ret_late; /* the best until now stands */
        if (i > 0 && is_better(&other->reading, &best->reading)) {
            struct attempt kept = *best;
            *best = *other;
            *other = kept;
        }
        if (is_sure(&best->reading))
            break;
    }
    return true;
}

/* A label in colour over which something black was stamped, or the other way round, is read once
 * more in its own ink when its tick stands beside words that were not understood. */
static bool read_in_colour(const struct return_reader *reader, const char *first,
                           struct attempt *best, struct attempt *other, bool *ret_late,
                           struct err *err)
{
    if (best->reading.region.kind != REGION_LABEL || !best->reading.tick.ticked ||
        best->reading.ticked_hit >= 0)
        return true;
    image_finish(&other->image);
    other->reading = (struct return_reading){.region = best->reading.region, .ticked_hit = -1};
    if (!cut_region(reader, &best->reading.region, best->reading.region.angle_deg, true,
                    &other->image, err) ||
        !read_once(reader, &other->image, first, &other->reading, &other->words, ret_late, err))
        return *ret_late;
    if (other->reading.evidence < RETURN_HINT)
        return true;
    if (!read_ticks(reader, &other->words, &other->reading, err))
        return false;
    if (other->reading.ticked_hit >= 0)
        best->reading = other->reading;
    return true;
}

/* Reads again where the phrases name languages and the first pass left doubt. */
static bool read_again(const struct return_reader *reader, const char *first, struct attempt *best,
                       struct attempt *other, bool *ret_late, struct err *err)
{
    char languages[LANGUAGES_SIZE];
    if (best->reading.evidence < RETURN_HINT || best->reading.confidence >= DOUBT_CONFIDENCE ||
        !guess_languages(reader->ocr, &best->reading, languages) || strcmp(languages, first) == 0)
        return true;
    other->reading = (struct return_reading){.region = best->reading.region, .ticked_hit = -1};
    if (!read_once(reader, &best->image, languages, &other->reading, &other->words, ret_late, err))
        return *ret_late;
    if (is_better(&other->reading, &best->reading)) {
        best->reading = other->reading;
        best->words = other->words;
    }
    return true;
}

/* Where the region stands on its side when the side is turned so that the region reads upright. */
static void place_upright(const struct return_reader *reader, struct return_reading *reading)
{
    const double *size = reader->side->size_mm;
    double x = reading->region.centre_mm[0] / size[0], y = reading->region.centre_mm[1] / size[1];
    int quarter = (int)lround(reading->region.angle_deg / 90) & 3;
    const double at[4][2] = {{x, y}, {y, 1 - x}, {1 - x, 1 - y}, {1 - y, x}};
    memcpy(reading->at, at[quarter], sizeof reading->at);
}

int return_reading_turn(const struct return_reading *reading)
{
    bool told = reading->region.kind == REGION_PRINT && reading->confidence >= SURE_CONFIDENCE &&
                text_count(reading->plain) >= TURN_LETTERS;
    return told ? ((int)lround(-reading->region.angle_deg / 90) & 3) * 90 : -1;
}

bool return_reading_make(const struct return_reader *reader, const struct return_region *region,
                         struct return_reading *ret, bool *ret_late, struct err *err)
{
    const char *first = ocr_has(reader->ocr, FIRST_LANGUAGE) ? FIRST_LANGUAGE : OTHER_LANGUAGE;
    struct attempt *attempt = calloc(2, sizeof *attempt);
    *ret_late = false;
    if (!attempt)
        return err_set(err, "out of memory for reading a label");
    bool fine = try_angles(reader, region, first, &attempt[0], &attempt[1], ret_late, err) &&
                read_again(reader, first, &attempt[0], &attempt[1], ret_late, err) &&
                (attempt[0].reading.evidence < RETURN_HINT ||
                 (read_ticks(reader, &attempt[0].words, &attempt[0].reading, err) &&
                  read_in_colour(reader, first, &attempt[0], &attempt[1], ret_late, err)));
    if (fine) {
        *ret = attempt[0].reading;
        place_upright(reader, ret);
        *ret_late = false;
    }
    image_finish(&attempt[0].image);
    image_finish(&attempt[1].image);
    free(attempt);
    return fine;
}
