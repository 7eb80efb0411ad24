/* template_mark: a mark that people know of and enrolment cannot: the imprint of the only franking
 * machine the firm uses, the logo of a carrier it never uses. Its picture is taken from scans that
 * a person points at. */
#ifndef POSTWACHT_TEMPLATE_MARK_H
#define POSTWACHT_TEMPLATE_MARK_H

#include "classifier/model.h"
#include "imaging/ocr.h"

#define MARK_IMAGES_MAX 20
#define MARK_SCANS_DECIDE 3 /* of fewer, what they share may be the day's */

struct mark_request {
    const char *name;
    enum mark_rule rule;
    enum side_name side; /* of the envelope, on which it is asked for */
    bool used_only;
    bool has_zone, has_box;
    double zone_mm[4];
    double box_mm[4]; /* x, y, w, h on the upright sheet, the same for all images */
    double dpi;       /* 0: from the images */
    int n_images;
    const char *image[MARK_IMAGES_MAX];
};

/* Takes the picture and adds the mark to data; its two files go to picture_dir. model: of this
 * template, or NULL. With a box the images are scans of that side of envelopes: turned upright
 * where the model recognises them, else as they are; the mark may wander by 15 mm and turn by 4
 * degrees between them. Of several only what all have in common is kept, and of one what has no
 * digits; no dates and no amounts in any case (ocr reads them; NULL: they stay where the scans
 * share them). Without a box there is one image, and it shows the mark alone. */
bool template_mark_take(const struct mark_request *request, struct model *model, struct ocr *ocr,
                        const char *picture_dir, struct template_data *data, struct err *err);

#endif
