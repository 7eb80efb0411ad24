/* The photos: a preview of each side, upright, and over it an SVG in millimetres of the sheet, so
 * that a box from a reading is drawn with the numbers it was measured in. */
#include "web/page.h"

#include "web/pages/item_parts.h"

#define DISC_PER_WIDTH                                                                             \
    0.022 /* radius of a number's disc, as a part of the sheet's width: 13 px at 600 */
#define DIGIT_PER_DISC 1.3 /* height of the digits */
#define DIGIT_DROP 0.45    /* base line below the disc's centre */

static void rect(struct html *h, const double box[4])
{
    h_lit(h, " x=\"");
    h_svg(h, box[0]);
    h_lit(h, "\" y=\"");
    h_svg(h, box[1]);
    h_lit(h, "\" width=\"");
    h_svg(h, box[2]);
    h_lit(h, "\" height=\"");
    h_svg(h, box[3]);
    h_lit(h, "\" rx=\"1\"/>");
}

static void marker_begin(struct html *h, const struct marker *marker)
{
    h_lit(h, "<g class=\"marker");
    if (marker->against)
        h_lit(h, " against");
    h_lit(h, "\"");
    h_attr_int(h, "data-finding", marker->number);
    h_lit(h, ">");
}

static void draw_box(struct html *h, const struct marker *marker)
{
    marker_begin(h, marker);
    h_lit(h, "<rect");
    rect(h, marker->box_mm);
    h_lit(h, "</g>");
}

static void draw_disc(struct html *h, const struct marker *marker, double disc)
{
    marker_begin(h, marker);
    h_lit(h, "<circle cx=\"");
    h_svg(h, marker->label_mm[0]);
    h_lit(h, "\" cy=\"");
    h_svg(h, marker->label_mm[1]);
    h_lit(h, "\" r=\"");
    h_svg(h, disc);
    h_lit(h, "\"/><text x=\"");
    h_svg(h, marker->label_mm[0]);
    h_lit(h, "\" y=\"");
    h_svg(h, marker->label_mm[1] + DIGIT_DROP * disc);
    h_lit(h, "\" font-size=\"");
    h_svg(h, DIGIT_PER_DISC * disc);
    h_lit(h, "\" text-anchor=\"middle\">");
    h_int(h, marker->number);
    h_lit(h, "</text></g>");
}

static void overlay(struct html *h, const struct screening *screening,
                    const struct finding *finding, int n, enum side_name side)
{
    const double *size = screening->size_mm;
    if (!(size[0] > 0) || !(size[1] > 0))
        return;
    double disc = DISC_PER_WIDTH * (size[0] > size[1] ? size[0] : size[1]);
    struct marker marker[MARKERS_MAX];
    int markers = findings_markers(screening, finding, n, side, disc, marker);
    h_lit(h, "<svg class=\"overlay\" aria-hidden=\"true\" focusable=\"false\" "
             "preserveAspectRatio=\"none\" viewBox=\"0 0 ");
    h_svg(h, size[0]);
    h_lit(h, " ");
    h_svg(h, size[1]);
    h_lit(h, "\">");
    if (screening->returned.is_return && screening->returned.has_box &&
        screening->returned.side == side) {
        h_lit(h, "<g class=\"marker sticker\"><rect");
        rect(h, screening->returned.box_mm);
        h_lit(h, "</g>");
    }
    for (int i = 0; i < markers; i++)
        draw_box(h, &marker[i]);
    for (int i = 0; i < markers; i++) /* above all boxes, so that no line crosses a number */
        draw_disc(h, &marker[i], disc);
    h_lit(h, "</svg>");
}

static void caption(struct html *h, const struct reg_item *item, enum text_key name,
                    enum side_name side)
{
    const struct reg_file *image = item_image(item, side);
    h_lit(h, "<figcaption><span>");
    h_say(h, name);
    h_lit(h, "</span>");
    if (image) {
        h_lit(h, "<a href=\"");
        part_blob_url(h, image->sha256);
        h_lit(h, "\">");
        h_say(h, T_full_scan);
        h_lit(h, " (");
        h_bytes(h, image->size);
        h_lit(h, ")</a>");
    }
    h_lit(h, "</figcaption>");
}

void item_photos(struct html *h, const struct reg_item *item, const struct finding *finding, int n)
{
    static const enum text_key names[SIDE_COUNT] = {T_front, T_back};
    static const enum text_key alts[SIDE_COUNT] = {T_front_alt, T_back_alt};
    for (int i = 0; i < SIDE_COUNT; i++) {
        enum side_name side = side_shown(&item->screening, i);
        const struct reg_file *preview = item_file(item, item->screening.preview[side]);
        if (!preview && !item_image(item, side))
            continue;
        h_lit(h, "<figure class=\"photo\">");
        if (preview) {
            h_lit(h, "<div class=\"picture\"><img");
            h_attr_say(h, "alt", alts[i]);
            h_lit(h, " src=\"");
            part_blob_url(h, preview->sha256);
            h_lit(h, "\">");
            overlay(h, &item->screening, finding, n, side);
            h_lit(h, "</div>");
        } else {
            h_lit(h, "<p class=\"not-kept\">");
            h_say(h, T_no_picture);
            h_lit(h, "</p>");
        }
        caption(h, item, names[i], side);
        h_lit(h, "</figure>");
    }
}
