/* Text has a direction that its ink does not show: a region is read as it most likely stands, and
 * once more on its head when that gives neither phrases nor confident words. The first pass uses
 * one language, since folding removes most of what packs differ in; languages that its phrases name
 * are used in another pass only where the first left doubt. */
#include "classifier/return_reading.h"

#include "classifier/address.h"
#include "classifier/label_picture.h"
#include "classifier/numbers.h"
#include "classifier/return_ticks.h"
#include "schemas/base/buf.h"
#include "schemas/base/clock.h"
#include "schemas/base/err.h"
#include "schemas/base/fold.h"
#include "schemas/base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SURE_CONFIDENCE 75 /* mean of words: read on its head it stays below 50 */
#define SURE_LETTERS 6
#define FOOT_MM 20.0        /* of a notice, from its block, */
#define FOOT_TURN_DEG 3.0   /* tilted like it, */
#define FOOT_LETTERS 40     /* and no longer than a post's name and a day */
#define TURN_LETTERS 20     /* of a block that tells which way up its side lies */
#define DOUBT_CONFIDENCE 85 /* below: another language, or one ink alone, may read better */
#define DOUBT_EVIDENCE 0.15 /* below: nothing to be read better */
#define MORE_EVIDENCE 0.1   /* between two readings of one region */
#define SECOND_SHARE 0.5    /* what a second, other reason adds */
#define LABEL_BOOST 1.25    /* wording on a label or in stamp ink was added after sending */
#define LOST_SHARE                                                                                 \
    0.15 /* phrases' part of the letters below which print is about something else                 \
          */
#define LOST_FACTOR 0.6
#define ACROSS_MIN_MM 18.0    /* of the shorter side of other blocks: four rows */
#define ACROSS_LETTERS_MIN 15 /* of a label that is read across: fewer are a postage stamp's */
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

static double median_height(const struct ocr_text *text)
{
    double height[READ_WORDS_MAX];
    int n = 0;
    for (int i = 0; i < text->n_words && n < READ_WORDS_MAX; i++)
        height[n++] = text->word[i].box[3];
    return n ? median_of(height, n) : 0;
}

static void take_text(const struct ocr_text *text, struct return_reading *ret,
                      struct read_words *words)
{
    struct buf joined = {0};
    ocr_text_join(text, 0, &joined);
    text_copy_utf8(ret->text, sizeof ret->text, joined.data && !joined.failed ? joined.data : "");
    buf_finish(&joined);
    ret->plain[0] = '\0';
    ret->confidence = text->mean_confidence;
    ret->letter_mm = median_height(text) * 25.4 / LABEL_DPI;
    words->n = 0;
    for (int i = 0; i < text->n_words && words->n < READ_WORDS_MAX; i++) {
        const struct ocr_word *word = &text->word[i];
        int at = phrase_text_add(ret->plain, sizeof ret->plain, word->text);
        if (at < 0)
            continue;
        words->word[words->n].at = at;
        words->word[words->n].letters = text_count(ret->plain + at) - 1;
        words->word[words->n].confidence = word->confidence;
        words->word[words->n].asks = strchr(word->text, '?') != NULL;
        words->word[words->n].left = word->box[0];
        words->word[words->n].right = word->box[0] + word->box[2];
        words->word[words->n++].y = word->box[1] + word->box[3] / 2.0;
    }
}

/* The part of the text to judge by: all of it, or, where a heading and a reason stand in it, what
 * lies between them: a notice may be read together with an address below it. */
static void notice_span(const struct return_reading *reading, int ret[2])
{
    bool heading = false, reason = false;
    int span[2] = {READING_TEXT_SIZE, 0};
    for (int i = 0; i < reading->n_hits; i++) {
        const struct phrase_hit *hit = &reading->hit[i];
        heading = heading || hit->phrase->heading;
        reason = reason || !hit->phrase->heading;
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
        if (hit->phrase->heading)
            reading->heading = fmax(reading->heading, hit->weight);
        else if (!best || hit->weight > best->weight)
            best = hit;
    }
    for (int i = 0; best && i < reading->n_hits; i++) {
        const struct phrase_hit *hit = &reading->hit[i];
        if (!hit->phrase->heading && (hit->end <= best->start || hit->start >= best->end))
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
static void drop_questions(const struct read_words *words, struct return_reading *reading)
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
                      const char *languages, struct return_reading *ret, struct read_words *words,
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

/* The two languages that the phrases found speak for most, as packs; `first` when none is
 * installed. */
static void guess_languages(const struct ocr *ocr, const struct return_reading *reading,
                            const char *first, char ret[LANGUAGES_SIZE])
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
    if (*ret == '\0')
        strcpy(ret, first);
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
    struct read_words words;
};

/* One pass over the region as it lies (its angle: as the text reads). */
static bool attempt_read(const struct return_reader *reader, const struct return_region *region,
                         enum label_ink ink, const char *languages, struct attempt *ret,
                         bool *ret_late, struct err *err)
{
    struct image image = {0};
    ret->reading = (struct return_reading){.region = *region, .ink = ink, .ticked_hit = -1};
    bool fine = label_picture_cut(reader->side, region, region->angle_deg, ink, &image, err) &&
                read_once(reader, &image, languages, &ret->reading, &ret->words, ret_late, err);
    image_finish(&image);
    return fine;
}

/* A region turned by a quarter: its lines then run along its other side. */
static struct return_region quarter_turned(const struct return_region *region)
{
    struct return_region ret = *region;
    ret.size_mm[0] = region->size_mm[1];
    ret.size_mm[1] = region->size_mm[0];
    ret.angle_deg = remainder(region->angle_deg + 90, 180);
    return ret;
}

/* Labels, and blocks of several lines that are no long ones: rows that begin at one place make
 * lines across. */
static bool may_lie_across(const struct return_region *region)
{
    return region->letters >= ACROSS_LETTERS_MIN &&
           (region->kind == REGION_LABEL ||
            fmin(region->size_mm[0], region->size_mm[1]) >= ACROSS_MIN_MM);
}

/* Reads a region one way up and, when that is not sure, the other; what gives no sense either way,
 * as bar codes and ruled tables mislead about the direction of lines, is read across as well. The
 * best stands. */
static bool try_angles(const struct return_reader *reader, const struct return_region *region,
                       const char *languages, struct attempt *best, struct attempt *other,
                       bool *ret_late, struct err *err)
{
    const struct return_region across = quarter_turned(region);
    const enum label_ink ink = region->kind == REGION_STAMP ? LABEL_HUE : LABEL_ALL;
    for (int i = 0; i < 4; i++) {
        struct return_region way = i < 2 ? *region : across;
        struct attempt *at = i == 0 ? best : other;
        double angle[2];
        if (i == 2 && (!may_lie_across(region) || best->reading.evidence >= RETURN_HINT ||
                       best->reading.confidence >= SENSE_CONFIDENCE))
            break;
        order_angles(reader, way.angle_deg, angle);
        way.angle_deg = angle[i % 2];
        if (!attempt_read(reader, &way, ink, languages, at, ret_late, err))
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

/* Whether a says more than b: not by a letter or two, as a post's name may be lost in exchange. */
static bool says_more(const struct return_reading *a, const struct return_reading *b)
{
    return a->evidence > b->evidence + MORE_EVIDENCE ||
           (a->evidence > b->evidence - MORE_EVIDENCE && a->confidence > b->confidence);
}

/* Reads again where the first pass left doubt, and keeps what says most: one ink at a time, as
 * something may be stamped over it, and in the languages that the phrases name. */
static bool read_again(const struct return_reader *reader, const char *first, struct attempt *best,
                       struct attempt *other, bool *ret_late, struct err *err)
{
    static const enum label_ink inks[] = {LABEL_DARK, LABEL_HUE, LABEL_ALL};
    const struct return_region region = best->reading.region;
    for (int i = 0; i < LABEL_INKS; i++) {
        char languages[LANGUAGES_SIZE];
        bool own = inks[i] != LABEL_ALL;
        if (best->reading.evidence < DOUBT_EVIDENCE || best->reading.confidence >= DOUBT_CONFIDENCE)
            return true;
        guess_languages(reader->ocr, &best->reading, first, languages);
        if (own ? region.kind == REGION_STAMP : strcmp(languages, first) == 0)
            continue;
        if (inks[i] == LABEL_HUE && !label_has_hue(reader->side, &region))
            continue;
        if (!attempt_read(reader, &region, own ? inks[i] : best->reading.ink, languages, other,
                          ret_late, err))
            return *ret_late;
        if (says_more(&other->reading, &best->reading))
            *best = *other;
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

static bool is_of_phrase(const struct return_reading *reading, int at)
{
    for (int i = 0; i < reading->n_hits; i++)
        if (at >= reading->hit[i].start && at < reading->hit[i].end)
            return true;
    return false;
}

void return_reading_rest(const struct return_reading *reading, char ret[READING_TEXT_SIZE])
{
    char plain[READING_TEXT_SIZE] = "", word[READING_TEXT_SIZE];
    size_t used = 0;
    for (const char *from = reading->text; *from;) {
        size_t n = strcspn(from, " \n");
        snprintf(word, sizeof word, "%.*s", (int)n, from);
        int at = n ? phrase_text_add(plain, sizeof plain, word) : -1;
        if (at < 0 || !is_of_phrase(reading, at)) {
            memcpy(ret + used, from, n);
            used += n;
        }
        from += n;
        if (*from)
            ret[used++] = *from++;
    }
    ret[used] = '\0';
}

bool return_reading_has_several(const struct return_reading *reading, const char **first)
{
    for (int i = 0; i < reading->n_hits; i++) {
        const struct phrase *phrase = reading->hit[i].phrase;
        if (phrase->heading)
            continue;
        if (*first && strcmp(phrase->reason, *first) != 0)
            return true;
        *first = phrase->reason;
    }
    return false;
}

bool return_reading_is_foot(const struct return_reading *piece, const struct return_reading *notice)
{
    const struct return_region *a = &piece->region, *b = &notice->region;
    double s = sin(b->angle_deg * M_PI / 180), c = cos(b->angle_deg * M_PI / 180);
    double dx = a->centre_mm[0] - b->centre_mm[0], dy = a->centre_mm[1] - b->centre_mm[1];
    double along = fabs(c * dx + s * dy), across = fabs(c * dy - s * dx);
    return piece->evidence < RETURN_HINT && a->side == b->side && along <= b->size_mm[0] / 2 &&
           across <= b->size_mm[1] / 2 + FOOT_MM &&
           fabs(remainder(a->angle_deg - b->angle_deg, 360)) <= FOOT_TURN_DEG &&
           strlen(piece->plain) <= FOOT_LETTERS;
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
                read_again(reader, first, &attempt[0], &attempt[1], ret_late, err);
    if (fine && attempt[0].reading.evidence >= RETURN_HINT) {
        char languages[LANGUAGES_SIZE];
        guess_languages(reader->ocr, &attempt[0].reading, first, languages);
        fine = return_ticks_read(reader, &attempt[0].words, languages, &attempt[0].reading, err);
    }
    if (fine) {
        *ret = attempt[0].reading;
        place_upright(reader, ret);
        *ret_late = false;
    }
    free(attempt);
    return fine;
}
