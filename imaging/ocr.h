/* ocr: Tesseract's C API behind one small door. Engines are kept warm per language set inside
 * `struct ocr`; text regions are given upright or nearly so, at about 300 dpi. All text that comes
 * back is hostile. Set OMP_THREAD_LIMIT=1 in the environment before exec. */
#ifndef POSTWACHT_OCR_H
#define POSTWACHT_OCR_H

#include "imaging/image.h"

struct ocr;
struct buf;

enum ocr_layout { OCR_BLOCK = 6, OCR_LINE = 7, OCR_SPARSE = 11 };

/* Opens nothing yet; engines load on first use, or ahead of a fork with ocr_warm. Fails unless
 * OMP_THREAD_LIMIT is 1: set later it is too late. */
bool ocr_create(struct ocr **ret, struct err *err);
void ocr_destroy(struct ocr *ocr);
bool ocr_warm(struct ocr *ocr, const char *languages, struct err *err); /* "nld+eng" */
bool ocr_has(const struct ocr *ocr, const char *language); /* whether the pack "nld" is installed */
const char *ocr_version(void);

struct ocr_word {
    char text[64];     /* UTF-8 */
    float confidence;  /* 0..100 */
    int box[4];        /* x, y, w, h px in the image given */
    int line;          /* counts up */
};
struct ocr_text {
    struct ocr_word *word;
    int n_words;
    float mean_confidence; /* over words, weighted by length; 0 without words */
};

/* languages: "eng", "deu+fra", ... ; packs that are not installed are left out, and when none is
 * left the call fails naming the Debian package. deadline_ms bounds the recognition; past it the
 * call fails. Pictures above 24 million pixels are refused. */
bool ocr_read(struct ocr *ocr, const struct image *image, const char *languages,
              enum ocr_layout layout, int deadline_ms, struct ocr_text *ret, struct err *err);
void ocr_text_finish(struct ocr_text *text);
/* Lines joined with '\n', words with ' '; words below min_confidence left out. */
void ocr_text_join(const struct ocr_text *text, float min_confidence, struct buf *ret);

#endif
