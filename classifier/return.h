/* return: whether a sheet came back, from which country and operator, and why; independent of the
 * verdict. Reads stickers and stamps anywhere on either side, in any of four turns. */
#ifndef POSTWACHT_RETURN_H
#define POSTWACHT_RETURN_H

#include "imaging/ocr.h"
#include "imaging/side.h"
#include "schemas/base/fold.h" /* text_fold, text_find_approx: shared with sender matching */
#include "schemas/screening.h"

struct phrases;

/* return_phrases.tsv (see its head), beside it postcodes.tsv; own_path: the office's own in the
 * same columns, NULL for none. */
bool phrases_load(const char *path, const char *own_path, struct phrases **ret, struct err *err);
/* SHA-256 of the files of phrases, in hexadecimal: which wording a return was read with. */
const char *phrases_version(const struct phrases *phrases);
void phrases_destroy(struct phrases *phrases);

/* A part of a side that is already explained by the template (its elements) and must not be read as
 * a sticker. Boxes in page mm. */
struct return_ignore {
    enum side_name side;
    double box_mm[4];
};

/* Regions on a side that lie over the paper: labels and stickers, seen as a step in whiteness or
 * colour with straight sides, or as a closed frame. Page mm. */
struct patch {
    double box_mm[4]; /* bounding box */
    double angle_deg;
    double corner_mm[4][2];
    double lab[3]; /* median colour */
};
#define PATCHES_MAX 16 /* of a side; more is a pattern, not labels */
struct side_patches {
    struct patch patch[PATCHES_MAX];
    int n;
    struct image other; /* at PATCHES_DPI, 255: paper of another kind in a shape that is no label's:
                           labels over each other, torn ones */
};
#define PATCHES_DPI 75.0 /* noise goes down, a label keeps 30 px */

/* Free with side_patches_finish. */
bool patches_find(const struct side *side, struct side_patches *ret, struct err *err);
void side_patches_finish(struct side_patches *patches);

/* One side as the reader needs it. side NULL: not scanned. turn: degrees clockwise that make it
 * upright (0, 90, 180, 270), or -1 when not known (all turns are tried). */
struct return_side {
    const struct side *side;
    const struct side_patches *patches; /* what patches_find saw on it */
    int turn;
};

struct sheet_texts; /* return_reading.h */

/* Boxes in the result are page mm of that side as fed. deadline_ms bounds all OCR; a place that
 * takes too long is given up and counted in ret->unread. Fills *ret, with the text of the regions
 * that speak of a return in ret->text, and *ret_texts (free with sheet_texts_finish). */
bool return_read(const struct return_side side[SIDE_COUNT], const struct return_ignore *ignore,
                 int n_ignore, struct ocr *ocr, const struct phrases *phrases, int deadline_ms,
                 struct screening_return *ret, struct sheet_texts *ret_texts, struct err *err);

#endif
