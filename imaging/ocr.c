/* Tesseract is C++ whose C interface catches nothing: what could make it throw (sizes that overflow
 * or exhaust memory) is refused before the call. Its LSTM line recogniser gains nothing from threads
 * on regions as small as a sticker (0.29 s with one, 0.55 s with two, and 3 to 10 times slower when
 * both cores are busy), and OpenMP reads its limit only once, at load: a limit set later is too late
 * and lets the child of a fork hang, so an engine without it is refused here rather than found out
 * in the field. */
#include "imaging/ocr.h"

#include "schemas/base/buf.h"
#include "schemas/base/err.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tesseract/capi.h>

#define OCR_ENGINES_MAX 6    /* language sets kept warm: 15 to 30 MB each */
#define OCR_LANGUAGES_SIZE 64 /* "deu+fra+nld+eng" and more */
#define OCR_PACKS_MAX 64     /* installed language packs that are looked at */
#define OCR_PACK_SIZE 24     /* "script/..." packs are not used; codes have 3 to 8 letters */
#define OCR_SIDE_MIN 12      /* px: below this there is no letter */
#define OCR_SIDE_MAX 12000   /* px: 1 m at 300 dpi; Tesseract's own limit is 32767 */
#define OCR_PIXELS_MAX 24000000ull /* C4 at 300 dpi has 11 million; memory use is about 10 bytes each */
#define OCR_DPI_DEFAULT 300  /* what regions are cropped at when the image does not say */
#define OCR_DPI_MIN 70       /* Tesseract replaces lower ones by a guess and says so on stderr */
#define OCR_DPI_MAX 2400
#define OCR_WORDS_MAX 4000   /* a C4 sheet full of small print has 1500 */

struct engine {
    char languages[OCR_LANGUAGES_SIZE]; /* as installed, "" unused */
    TessBaseAPI *api;
    unsigned used; /* counter at last use */
};

struct ocr {
    struct engine engine[OCR_ENGINES_MAX];
    unsigned uses;
    char pack[OCR_PACKS_MAX][OCR_PACK_SIZE];
    int n_packs;
};

static TessBaseAPI *api_open(const char *languages)
{
    TessBaseAPI *api = TessBaseAPICreate();
    if (!api)
        return NULL;
    TessBaseAPISetVariable(api, "debug_file", "/dev/null"); /* it writes to stderr otherwise */
    if (TessBaseAPIInit3(api, NULL, languages) != 0) {
        TessBaseAPIDelete(api);
        return NULL;
    }
    return api;
}

/* Only the library knows its data folder, and it tells after an attempt to load from it. */
static void list_packs(struct ocr *ocr)
{
    TessBaseAPI *api = TessBaseAPICreate();
    if (!api)
        return;
    TessBaseAPISetVariable(api, "debug_file", "/dev/null");
    TessBaseAPIInit3(api, NULL, "none");
    char **name = TessBaseAPIGetAvailableLanguagesAsVector(api);
    for (int i = 0; name && name[i] && ocr->n_packs < OCR_PACKS_MAX; i++)
        if (strlen(name[i]) < OCR_PACK_SIZE)
            strcpy(ocr->pack[ocr->n_packs++], name[i]);
    if (name)
        TessDeleteTextArray(name);
    TessBaseAPIDelete(api);
}

bool ocr_create(struct ocr **ret, struct err *err)
{
    const char *limit = getenv("OMP_THREAD_LIMIT");
    if (!limit || strcmp(limit, "1") != 0)
        return err_set(err, "text cannot be read: set OMP_THREAD_LIMIT=1 in the environment before "
                            "the program starts");
    struct ocr *ocr = calloc(1, sizeof *ocr);
    if (!ocr)
        return err_set(err, "out of memory for the text reader");
    list_packs(ocr);
    *ret = ocr;
    return true;
}

void ocr_destroy(struct ocr *ocr)
{
    if (!ocr)
        return;
    for (int i = 0; i < OCR_ENGINES_MAX; i++)
        if (ocr->engine[i].api)
            TessBaseAPIDelete(ocr->engine[i].api);
    free(ocr);
}

const char *ocr_version(void)
{
    return TessVersion();
}

bool ocr_has(const struct ocr *ocr, const char *language)
{
    for (int i = 0; i < ocr->n_packs; i++)
        if (strcmp(ocr->pack[i], language) == 0)
            return true;
    return false;
}

/* "deu+xyz+fra" to those that are installed, each once. */
static bool keep_installed(const struct ocr *ocr, const char *languages,
                           char ret[OCR_LANGUAGES_SIZE], struct err *err)
{
    char asked[OCR_LANGUAGES_SIZE];
    if (strlen(languages) >= sizeof asked)
        return err_set(err, "too many languages to read at once: %.40s...", languages);
    strcpy(asked, languages);
    ret[0] = '\0';
    char *rest = asked;
    for (char *name; (name = strsep(&rest, "+")) != NULL;) {
        if (!*name || !ocr_has(ocr, name) || strstr(ret, name))
            continue;
        if (*ret)
            strcat(ret, "+");
        strcat(ret, name);
    }
    if (!*ret)
        return err_set(err, "no language pack for \"%s\" is installed: install the Debian package "
                            "tesseract-ocr-%.3s",
                       languages, languages);
    return true;
}

static bool engine_get(struct ocr *ocr, const char *languages, TessBaseAPI **ret, struct err *err)
{
    char installed[OCR_LANGUAGES_SIZE];
    if (!keep_installed(ocr, languages, installed, err))
        return false;
    struct engine *slot = &ocr->engine[0]; /* the same set, else an empty slot, else the stalest */
    for (int i = 0; i < OCR_ENGINES_MAX; i++) {
        struct engine *engine = &ocr->engine[i];
        if (strcmp(engine->languages, installed) == 0) {
            slot = engine;
            break;
        }
        if (slot->api && (!engine->api || engine->used < slot->used))
            slot = engine;
    }
    if (strcmp(slot->languages, installed) != 0) {
        TessBaseAPI *api = api_open(installed);
        if (!api)
            return err_set(err, "the text reader cannot load \"%s\": reinstall the Debian packages "
                                "tesseract-ocr-*",
                           installed);
        if (slot->api)
            TessBaseAPIDelete(slot->api);
        slot->api = api;
        strcpy(slot->languages, installed);
    }
    slot->used = ++ocr->uses;
    *ret = slot->api;
    return true;
}

bool ocr_warm(struct ocr *ocr, const char *languages, struct err *err)
{
    TessBaseAPI *api;
    return engine_get(ocr, languages, &api, err);
}

/* Tesseract copies the pixels; grey is made here so that a view with any stride is fine. */
static bool set_image(TessBaseAPI *api, const struct image *image, struct err *err)
{
    size_t width = (size_t)image->width, height = (size_t)image->height;
    uint8_t *grey = malloc(width * height);
    if (!grey)
        return err_set(err, "out of memory for the text reader");
    for (int y = 0; y < image->height; y++) {
        const uint8_t *in = image_row(image, y);
        uint8_t *out = grey + (size_t)y * width;
        for (size_t x = 0; x < width; x++, in += image->channels)
            out[x] = image->channels == 1 ? in[0]
                                          : (uint8_t)((77 * in[0] + 150 * in[1] + 29 * in[2]) >> 8);
    }
    TessBaseAPISetImage(api, grey, image->width, image->height, 1, image->width);
    free(grey);
    double dpi = image->dpi_x >= OCR_DPI_MIN && image->dpi_x <= OCR_DPI_MAX ? image->dpi_x
                                                                            : OCR_DPI_DEFAULT;
    TessBaseAPISetSourceResolution(api, (int)(dpi + 0.5));
    return true;
}

/* Copies at a character's boundary. */
static void copy_word(char *ret, size_t n, const char *text)
{
    size_t len = strlen(text);
    if (len >= n) {
        len = n - 1;
        while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
            len--;
    }
    memcpy(ret, text, len);
    ret[len] = '\0';
}

static bool add_word(struct ocr_text *text, size_t *cap, const TessResultIterator *it, int line,
                     struct err *err)
{
    const TessPageIterator *page = TessResultIteratorGetPageIteratorConst(it);
    char *word = TessResultIteratorGetUTF8Text(it, RIL_WORD);
    int left, top, right, bottom;
    if (!word || !*word ||
        !TessPageIteratorBoundingBox(page, RIL_WORD, &left, &top, &right, &bottom)) {
        if (word)
            TessDeleteText(word);
        return true;
    }
    if ((size_t)text->n_words == *cap) {
        size_t grown = *cap ? 2 * *cap : 64;
        struct ocr_word *bigger = realloc(text->word, grown * sizeof *bigger);
        if (!bigger) {
            TessDeleteText(word);
            return err_set(err, "out of memory for the text read");
        }
        text->word = bigger;
        *cap = grown;
    }
    struct ocr_word *out = &text->word[text->n_words++];
    *out = (struct ocr_word){.confidence = TessResultIteratorConfidence(it, RIL_WORD),
                             .box = {left, top, right - left, bottom - top},
                             .line = line};
    copy_word(out->text, sizeof out->text, word);
    TessDeleteText(word);
    return true;
}

static bool collect(TessBaseAPI *api, struct ocr_text *ret, struct err *err)
{
    TessResultIterator *it = TessBaseAPIGetIterator(api);
    if (!it)
        return true; /* nothing that looks like text */
    const TessPageIterator *page = TessResultIteratorGetPageIteratorConst(it);
    size_t cap = 0;
    int line = -1;
    bool fine = true;
    do {
        if (TessPageIteratorIsAtBeginningOf(page, RIL_TEXTLINE) || line < 0)
            line++;
        fine = add_word(ret, &cap, it, line, err);
    } while (fine && ret->n_words < OCR_WORDS_MAX && TessResultIteratorNext(it, RIL_WORD));
    TessResultIteratorDelete(it);
    double sum = 0, weight = 0;
    for (int i = 0; i < ret->n_words; i++) {
        double len = (double)strlen(ret->word[i].text);
        sum += len * (double)ret->word[i].confidence;
        weight += len;
    }
    ret->mean_confidence = weight > 0 ? (float)(sum / weight) : 0;
    return fine;
}

static bool check_image(const struct image *image, struct err *err)
{
    if (!image->data || (image->channels != 1 && image->channels != 3))
        return err_set(err, "no picture to read text from");
    if (image->width < OCR_SIDE_MIN || image->height < OCR_SIDE_MIN)
        return err_set(err, "a picture of %d x %d pixels is too small for text", image->width,
                       image->height);
    if (image->width > OCR_SIDE_MAX || image->height > OCR_SIDE_MAX ||
        (unsigned long long)image->width * (unsigned long long)image->height > OCR_PIXELS_MAX)
        return err_set(err, "a picture of %d x %d pixels is too large to read text from: crop it",
                       image->width, image->height);
    return true;
}

bool ocr_read(struct ocr *ocr, const struct image *image, const char *languages,
              enum ocr_layout layout, int deadline_ms, struct ocr_text *ret, struct err *err)
{
    TessBaseAPI *api;
    if (deadline_ms <= 0)
        return err_set(err, "no time left to read text");
    if (!check_image(image, err) || !engine_get(ocr, languages, &api, err))
        return false;
    TessBaseAPISetPageSegMode(api, (TessPageSegMode)layout);
    if (!set_image(api, image, err))
        return false;
    ETEXT_DESC *monitor = TessMonitorCreate();
    TessMonitorSetDeadlineMSecs(monitor, deadline_ms);
    bool complete = TessBaseAPIRecognize(api, monitor) == 0;
    TessMonitorDelete(monitor);
    struct ocr_text text = {0};
    bool fine = complete ? collect(api, &text, err)
                         : err_set(err, "reading text took longer than %d ms", deadline_ms);
    TessBaseAPIClear(api);
    if (!fine) {
        ocr_text_finish(&text);
        return false;
    }
    *ret = text;
    return true;
}

void ocr_text_finish(struct ocr_text *text)
{
    free(text->word);
    *text = (struct ocr_text){0};
}

void ocr_text_join(const struct ocr_text *text, float min_confidence, struct buf *ret)
{
    int line = -1;
    for (int i = 0; i < text->n_words; i++) {
        const struct ocr_word *word = &text->word[i];
        if (word->confidence < min_confidence)
            continue;
        if (line >= 0)
            buf_putc(ret, word->line == line ? ' ' : '\n');
        buf_puts(ret, word->text);
        line = word->line;
    }
}
