/* sheet: the numbered parts of the hand-over sheet. Each draws itself onto the paper from what the
 * register holds; what the register does not hold becomes a line or a box for the pen. */
#ifndef POSTWACHT_SHEET_PARTS_H
#define POSTWACHT_SHEET_PARTS_H

#include "schemas/series.h"
#include "web/findings.h"
#include "web/sheet/fields.h"

#define SHEET_PICTURES_MAX (SCREENING_REASONS_MAX * 2 + SIDE_COUNT + 1 + 2 + SCREENING_EVENTS_MAX)

/* Everything that the sheet shows, read once, before drawing (which happens twice). */
struct sheet_data {
    enum lang lang;
    struct reg_item item;
    struct reg_firm firm;
    struct reg_checkpoint checkpoint;
    int n_findings;
    struct finding finding[SCREENING_REASONS_MAX];
    int n_pictures;
    struct {
        const char *sha256; /* view into item */
        struct buf bytes;
    } picture[SHEET_PICTURES_MAX];
    char number[48];             /* of the sheet */
    const struct series *series; /* NULL: the item belongs to none */
};

const struct buf *sheet_picture(const struct sheet_data *data, const struct reg_file *file);

void sheet_identity(struct paper *paper, const struct sheet_data *data);   /* 1 to 6 */
void sheet_findings(struct paper *paper, const struct sheet_data *data);   /* 7 */
void sheet_ratio(struct paper *paper, const struct sheet_data *data);      /* 7, after them */
void sheet_series(struct paper *paper, const struct sheet_data *data);     /* 7, the end of it */
void sheet_images(struct paper *paper, const struct sheet_data *data);     /* 8 */
void sheet_custody(struct paper *paper, const struct sheet_data *data);    /* 9 to 12 */
void sheet_signatures(struct paper *paper, const struct sheet_data *data); /* 13 to 17 */
void sheet_checkpoint(struct paper *paper, const struct sheet_data *data); /* 18, 19 */

/* Draws a QR code of the text (8-bit, level M) into a square; false when it does not fit a code. */
bool sheet_qr(struct paper *paper, double x, double y, double side, const char *text);

#endif
