/* measure: everything that checks read, made once for one sheet and one placement. */
#ifndef POSTWACHT_MEASURE_H
#define POSTWACHT_MEASURE_H

#include "classifier/check.h"
#include "imaging/ocr.h"

struct measured {
    struct located located[TEMPLATE_ELEMENTS_MAX];
    struct print print[TEMPLATE_ELEMENTS_MAX];
    struct edges edges[TEMPLATE_ELEMENTS_MAX];
    struct solids solids[TEMPLATE_ELEMENTS_MAX];
    struct screens screens[TEMPLATE_ELEMENTS_MAX];
    struct glyphs glyphs[TEMPLATE_ELEMENTS_MAX];
    char sender_text[TEMPLATE_ELEMENTS_MAX][SENDER_TEXT_SIZE];
    double print_s; /* wall-clock seconds that measuring how it was printed took */
    struct sheet_view view; /* points into this struct, scan, place and patches: do not copy it */
};

/* Prepares the sides of a scan from their raw images (borrowed; raw[s]->data NULL when not there).
 */
bool scan_prepare(const struct image raw[SIDE_COUNT], struct scan *ret, struct err *err);
bool scan_patches(const struct scan *scan, struct side_patches ret[SIDE_COUNT], struct err *err);

/* scan, place and patches must outlive *ret. On false *ret needs no finish. */
bool measure_sheet(const struct scan *scan, const struct placement *place,
                   const struct side_patches patches[SIDE_COUNT], struct ocr *ocr,
                   struct measured *ret, struct err *err);
void measure_finish(struct measured *measured);

/* Runs every check and calls `take` for each value. element_index is -1 for checks of the sheet, a
 * mark's index for checks of marks. */
typedef bool check_take(void *ctx, const struct check *check, int element_index,
                        const struct check_value *value, struct err *err);
bool run_checks(const struct sheet_view *view, check_take *take, void *ctx, struct err *err);

#define WORD_CONFIDENCE_MIN 25.f /* below, Tesseract reads texture */
/* OCR of a box on a side, laid there by to_page, as one block of names and addresses; boxes of the
 * words are px at FINE_DPI. Free with ocr_text_finish, also after a failure. */
bool read_words_at(const struct side *side, const struct affine *to_page, double w_mm, double h_mm,
                   struct ocr *ocr, int deadline_ms, struct ocr_text *ret, struct err *err);

#endif
