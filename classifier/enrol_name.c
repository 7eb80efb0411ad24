/* Naming what was learnt, so that a person recognises it: the sender block is the text with a
 * postcode, a web or mail address; the logo is what has solid areas, an emblem higher than letters,
 * and the firm's name or the largest type; a slogan is text of several words without numbers; the
 * rest, and what speaks of postage, are marks. Names are for people and reports, and can be
 * corrected; matching does not depend on them, but for the sender, whose text is compared.
 */
#include "classifier/enrol_parts.h"

#include "classifier/common_words.h"
#include "classifier/numbers.h"
#include "schemas/base/buf.h"
#include "schemas/base/err.h"
#include "schemas/base/fold.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define OCR_MS 4000
#define OCR_DPI 300.0
#define WORD_CONFIDENCE 40.f
#define UPRIGHT_CONFIDENCE 55.f
#define UPRIGHT_LETTERS 3   /* shorter words are read in any turn */
#define SOLID_RADIUS_MM 0.7 /* thicker than letters up to 30 pt are stemmed */
#define BAND_SLENDER 10.0   /* lines of text are as slender, but can be read */
#define BAND_LETTERS 8
#define NUMBER_DIGITS 4   /* postcodes have four and more */
#define READABLE 55.f     /* mean confidence from which a part is text */
#define EMBLEM_MM 6.0     /* letters of 24 pt; slogans and addresses are set smaller */
#define TALL 2.0          /* height over width */
#define SEAL_MM 9.0       /* script that hangs together is lower */
#define LARGE_TYPE_MM 4.5 /* with ascenders: 18 pt; addresses and slogans are set in 7 to 14 */
#define NAME_LETTERS 4    /* shorter words of a firm's name are legal forms and articles */

/* Points of evidence; see the scores. */
#define SENDER_LEAST 2.0
#define SENDER_AGAIN 3.0
#define LOGO_LEAST 1.2
#define LOGO_ALONE 0.1 /* anything but bands and what speaks of postage */

struct look {
    const char *text;
    int words, letters, digits, longest_number, lines;
    bool address_sign; /* @, www, postbus, ... */
    float confidence;
    double solid_mm;   /* radius of the thickest print */
    double tallest_mm; /* height of the highest piece of ink that hangs together */
    double slender;    /* long side over short side */
    double type_mm;    /* height of its words, of those that are sure */
};

static bool thickest(const struct image *mask, double dpi, double *ret, struct err *err)
{
    struct image framed = {0};
    struct plane distance = {0};
    struct cv_extremes peak;
    /* A frame of paper, so that print which fills its box has a rim as well. */
    if (!image_create(&framed, mask->width + 2, mask->height + 2, 1, err))
        return false;
    memset(framed.data, 0, framed.stride * (size_t)framed.height);
    for (int y = 0; y < mask->height; y++)
        memcpy(image_row(&framed, y + 1) + 1, image_row(mask, y), (size_t)mask->width);
    bool ok = cv_distance(&framed, &distance, err) && cv_min_max_plane(&distance, NULL, &peak, err);
    if (ok)
        *ret = peak.max * 25.4 / dpi;
    plane_finish(&distance);
    image_finish(&framed);
    return ok;
}

static bool tallest(const struct image *mask, double dpi, double *ret, struct err *err)
{
    struct cv_components pieces = {0};
    int most = 0;
    if (!cv_components_find(mask, 8, &pieces, err))
        return false;
    for (int k = 1; k < pieces.n; k++)
        most = pieces.component[k].h > most ? pieces.component[k].h : most;
    cv_components_finish(&pieces);
    *ret = most * 25.4 / dpi;
    return true;
}

static void look_at_text(const char *text, struct look *look)
{
    static const char *const signs[] = {"@",   "www",  "postbus",  "p.o. box", "tel",
                                        ".nl", ".com", "postfach", "http"};
    char lower[1024];
    size_t n = strlen(text) < sizeof lower - 1 ? strlen(text) : sizeof lower - 1;
    int run = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text[i];
        lower[i] = (char)tolower(c);
        look->letters += isalpha(c) || c >= 0x80;
        run = isdigit(c) ? run + 1 : 0;
        look->digits += isdigit(c) != 0;
        look->longest_number = run > look->longest_number ? run : look->longest_number;
        look->lines += c == '\n';
    }
    lower[n] = '\0';
    look->lines += n > 0;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        look->address_sign |= strstr(lower, signs[i]) != NULL;
}

/* How well a turn can be read: letters, each by how sure its word is; of words from `least` on. */
static double sure_letters(const struct ocr_text *text, float least)
{
    double sum = 0;
    for (int i = 0; i < text->n_words; i++) {
        size_t letters = strlen(text->word[i].text);
        if (text->word[i].confidence >= least && letters >= UPRIGHT_LETTERS)
            sum += text->word[i].confidence * (double)letters;
    }
    return sum;
}

/* Reads the picture; one that is much higher than wide may hold a line that runs up or down. */
static bool read_picture(const struct image *picture, struct ocr *ocr, struct ocr_text *ret,
                         int *ret_turn, struct err *err)
{
    static const int upright[] = {0}, tall[] = {0, 90, 270};
    bool is_tall = picture->height > TALL * picture->width;
    const int *turn = is_tall ? tall : upright;
    double best = -1;
    for (int k = 0; k < (is_tall ? 3 : 1); k++) {
        struct image turned = {0};
        struct ocr_text text = {0};
        bool ok = cv_turn(picture, turn[k] / 90, &turned, err) &&
                  ocr_read(ocr, &turned, "nld+eng", OCR_BLOCK, OCR_MS, &text, err);
        double sure = ok ? sure_letters(&text, 0) : 0;
        image_finish(&turned);
        if (ok && sure > best) {
            best = sure;
            *ret_turn = turn[k];
            ocr_text_finish(ret);
            *ret = text;
        } else {
            ocr_text_finish(&text);
        }
        if (!ok)
            return false;
    }
    return true;
}

/* The median height of words of some letters, at OCR_DPI; 0 when none is sure. */
static double type_mm(const struct ocr_text *text)
{
    double height[64];
    int n = 0;
    for (int i = 0; i < text->n_words && n < 64; i++)
        if (text->word[i].confidence >= READABLE && text_count(text->word[i].text) >= NAME_LETTERS)
            height[n++] = text->word[i].box[3] * 25.4 / OCR_DPI;
    return n ? median_of(height, n) : 0;
}

static bool look_at(struct element_crops *element, struct ocr *ocr, struct look *ret,
                    struct err *err)
{
    struct image picture = {0}, mask = {0}, small = {0};
    struct ocr_text text = {0};
    struct buf joined = {0};
    struct look look = {0};
    double scale = OCR_DPI / element->data.dpi;
    bool ok = enrol_median(element, -1, &picture, &mask, err) &&
              cv_resize(&picture, (int)lround(picture.width * scale),
                        (int)lround(picture.height * scale), CV_INTERPOLATE_AREA, &small, err) &&
              read_picture(&small, ocr, &text, &element->data.text_turn, err) &&
              thickest(&mask, element->data.dpi, &look.solid_mm, err) &&
              tallest(&mask, element->data.dpi, &look.tallest_mm, err);
    if (ok) {
        ocr_text_join(&text, WORD_CONFIDENCE, &joined);
        ok = buf_ok(&joined, err);
    }
    if (ok) {
        snprintf(element->data.text, sizeof element->data.text, "%s",
                 joined.data ? joined.data : "");
        look_at_text(element->data.text, &look);
        look.words = text.n_words;
        look.confidence = text.mean_confidence;
        look.type_mm = type_mm(&text);
        look.slender = fmax(element->data.box_mm[2], element->data.box_mm[3]) /
                       fmax(0.1, fmin(element->data.box_mm[2], element->data.box_mm[3]));
        look.text = element->data.text;
        *ret = look;
    }
    image_finish(&picture);
    image_finish(&mask);
    image_finish(&small);
    ocr_text_finish(&text);
    buf_finish(&joined);
    return ok;
}

static bool speaks_of_postage(const struct look *look)
{
    static const char *const words[] = {"PORT BETAALD", "PORT PAYE", "POSTAGE PAID",
                                        "ENTGELT BEZAHLT", "FRANCO"};
    char seen[1024];
    text_fold(look->text, seen, sizeof seen);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strstr(seen, words[i]))
            return true;
    return false;
}

/* Whether it bears words and all of them stand on anybody's envelope, as those of a seal do. */
static bool is_anybodys(const struct look *look)
{
    char seen[1024], *rest = NULL;
    int words = 0;
    text_fold(look->text, seen, sizeof seen);
    for (char *word = strtok_r(seen, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        if (text_count(word) < NAME_LETTERS)
            continue;
        if (!is_common_word(word))
            return false;
        words++;
    }
    return words > 0 && look->confidence >= READABLE;
}

static double sender_score(const struct look *look)
{
    if (look->confidence < READABLE / 2 || look->letters < 8 || speaks_of_postage(look))
        return 0; /* a town and a number stand in PORT BETAALD boxes as well */
    return 2.0 * (look->longest_number >= NUMBER_DIGITS) + 1.0 * (look->digits > 0) +
           2.0 * look->address_sign + 0.5 * (look->lines >= 3);
}

/* Whether it shows a word of the firm's name, which is the first line of the sender block. */
static bool names_firm(const struct look *look, const char *sender)
{
    char line[256], name[256], seen[1024], *rest = NULL;
    snprintf(line, sizeof line, "%.*s", (int)strcspn(sender, "\n-|,"), sender);
    text_fold(line, name, sizeof name);
    text_fold(look->text, seen, sizeof seen);
    for (char *word = strtok_r(name, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
        if (text_count(word) >= NAME_LETTERS && strstr(seen, word))
            return true;
    return false;
}

/* A rule or a coloured band: anybody's, and no drawing to know a firm by. */
static bool is_band(const struct look *look)
{
    return look->slender >= BAND_SLENDER && look->letters < BAND_LETTERS;
}

/* Firms print their logo on the front; on the back stand seals of quality and the like. */
static double logo_score(const struct look *look, const char *sender, enum side_name side)
{
    if (is_band(look))
        return 0;
    double text = look->confidence >= READABLE ? fmin(1, look->letters / 20.0) : 0;
    return fmin(3, look->solid_mm / SOLID_RADIUS_MM) + (1 - text) +
           1.0 * (look->tallest_mm >= EMBLEM_MM) + 0.8 * (look->type_mm >= LARGE_TYPE_MM) +
           2.5 * names_firm(look, sender) - 1.0 * (side == SIDE_BACK) -
           3.0 * (speaks_of_postage(look) || is_anybodys(look));
}

static const char *other_kind(const struct look *look)
{
    bool text = look->confidence >= READABLE && look->words >= 2 && look->letters >= 6;
    bool framed = look->tallest_mm >= SEAL_MM; /* words in a seal or a box */
    return text && !framed && !speaks_of_postage(look) && !is_band(look) ? "slogan" : "mark";
}

static int best_of(const double *score, const char *const *kind, int n, double least)
{
    int best = -1;
    for (int i = 0; i < n; i++)
        if (!kind[i] && score[i] >= least && (best < 0 || score[i] > score[best]))
            best = i;
    return best;
}

/* The first that a person marked as this kind, or -1. */
static int marked_as(const struct element_crops *element, int n, const char *kind)
{
    for (int i = 0; i < n; i++)
        if (element[i].marked && strcmp(element[i].marked, kind) == 0)
            return i;
    return -1;
}

static void number_names(struct element_crops *element, int n)
{
    for (int i = 0; i < n; i++) {
        int before = 0;
        for (int k = 0; k < i; k++)
            before += strcmp(element[k].data.kind, element[i].data.kind) == 0;
        bool mark = strcmp(element[i].data.kind, "mark") == 0;
        if (mark || before)
            snprintf(element[i].data.name, sizeof element[i].data.name, "%.15s_%d",
                     element[i].data.kind, before + 1);
        else
            snprintf(element[i].data.name, sizeof element[i].data.name, "%.15s",
                     element[i].data.kind);
    }
}

bool enrol_name(struct element_crops *element, int n, struct ocr *ocr, struct err *err)
{
    struct look look[TEMPLATE_ELEMENTS_MAX];
    double sender[TEMPLATE_ELEMENTS_MAX] = {0}, logo[TEMPLATE_ELEMENTS_MAX] = {0};
    const char *kind[TEMPLATE_ELEMENTS_MAX] = {NULL};
    for (int i = 0; i < n; i++) {
        kind[i] = element[i].marked;
        if (!look_at(&element[i], ocr, &look[i], err))
            return false;
        sender[i] = sender_score(&look[i]);
    }
    int best = marked_as(element, n, "sender");
    best = best >= 0 ? best : best_of(sender, kind, n, SENDER_LEAST);
    const char *name = best >= 0 ? element[best].data.text : "";
    if (best >= 0)
        kind[best] = "sender";
    for (int i = 0; i < n; i++) { /* the flap may repeat the address */
        if (!kind[i] && sender[i] >= SENDER_AGAIN)
            kind[i] = "sender";
        logo[i] = logo_score(&look[i], name, element[i].data.side);
    }
    /* Where no address is printed, the likeliest logo is what names the firm. */
    best = marked_as(element, n, "logo") >= 0
               ? -1
               : best_of(logo, kind, n, name[0] ? LOGO_LEAST : LOGO_ALONE);
    if (best >= 0)
        kind[best] = "logo";
    for (int i = 0; i < n; i++)
        snprintf(element[i].data.kind, sizeof element[i].data.kind, "%s",
                 kind[i] ? kind[i] : other_kind(&look[i]));
    number_names(element, n);
    return true;
}

bool enrol_upright(const struct image *median_page, struct ocr *ocr, int *ret_turn, struct err *err)
{
    struct image dark = {0}, large = {0};
    struct plane plane = {0};
    bool ok = cv_to_plane(median_page, 0, -1, 255, &plane, err) &&
              cv_to_image(&plane, 1, 0, &dark, err) &&
              cv_resize(&dark, 2 * dark.width, 2 * dark.height, CV_INTERPOLATE_CUBIC, &large, err);
    double best = -1;
    for (int turn = 0; ok && turn < 360; turn += 90) {
        struct image turned = {0};
        struct ocr_text text = {0};
        ok = cv_turn(&large, turn / 90, &turned, err) &&
             ocr_read(ocr, &turned, "nld+eng", OCR_SPARSE, OCR_MS, &text, err);
        double sum = ok ? sure_letters(&text, UPRIGHT_CONFIDENCE) : 0;
        if (ok && sum > best) {
            best = sum;
            *ret_turn = turn;
        }
        ocr_text_finish(&text);
        image_finish(&turned);
    }
    image_finish(&dark);
    image_finish(&large);
    plane_finish(&plane);
    return ok;
}
