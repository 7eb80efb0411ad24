/* A name that was set again in other type stands near the genuine one's place: another face makes
 * another block, and an imitator places by eye. Near is PLACE_MARGIN_MM. What else may stand so
 * near is the recipient, and mail to the firm names the firm there: so what shows in a window or
 * stands on a label is left out, and of what stands where posts ask for the recipient only what
 * lies on the genuine print's own place counts. Posts want the recipient 40 mm below the upper edge
 * and 15 mm from the others (UPU Convention Regulations; DIN 5008 windows begin 20 mm from the left
 * and end 15 mm above the lower edge). */
#include "classifier/claim_places.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "classifier/measure.h"
#include "schemas/base/text.h"

#define PLACE_MARGIN_MM 10.0
#define OWN_MARGIN_MM 2.5 /* of print to paper, and other type */
#define JOIN_SHARE 0.8    /* of the area read, when joined */
#define UPRIGHT_LETTERS 4
#define UPRIGHT_WORDS 2

static void grow(const double box[4], double margin, double ret[4])
{
    for (int c = 0; c < 2; c++) {
        ret[c] = box[c] - margin;
        ret[c + 2] = box[c + 2] + 2 * margin;
    }
}

static void cut_to_page(const double size_mm[2], double box[4])
{
    for (int c = 0; c < 2; c++) {
        double end = fmin(size_mm[c], box[c] + box[c + 2]);
        box[c] = fmax(0, box[c]);
        box[c + 2] = fmax(0, end - box[c]);
    }
}

static void unite(const double a[4], const double b[4], double ret[4])
{
    double box[4];
    for (int c = 0; c < 2; c++) {
        box[c] = fmin(a[c], b[c]);
        box[c + 2] = fmax(a[c] + a[c + 2], b[c] + b[c + 2]) - box[c];
    }
    memcpy(ret, box, sizeof box);
}

static void view_size(const struct scan *scan, struct claim_view view, double ret[2])
{
    turned_size(view.turn, scan->side[view.on].size_mm, ret);
}

static bool carries_words(const struct template_element *element)
{
    return strcmp(element->kind, "sender") == 0 || strcmp(element->kind, "logo") == 0 ||
           strcmp(element->kind, "slogan") == 0;
}

int claim_places_add(const struct scan *scan, const struct placement *place, int laid,
                     struct claim_place *list, int n, int max)
{
    const struct template_data *data = &place->model->data;
    for (int i = 0; i < data->n_elements && n < max; i++) {
        const struct template_element *element = &data->element[i];
        enum side_name side = element->side;
        struct affine upright;
        double box[4], size[2];
        if (!carries_words(element) || !place->has[side] ||
            !page_to_upright(&place->page[side], place->turn[side],
                             scan->side[place->scan_side[side]].size_mm, &upright))
            continue;
        struct claim_place *added = &list[n++];
        *added =
            (struct claim_place){.laid = laid,
                                 .side = side,
                                 .view = {.on = place->scan_side[side], .turn = place->turn[side]}};
        added->of_name = strcmp(element->kind, "slogan") != 0;
        view_size(scan, added->view, size);
        laid_box(&upright, element->box_mm, box);
        grow(box, OWN_MARGIN_MM, added->own);
        grow(box, PLACE_MARGIN_MM, added->around);
        cut_to_page(size, added->around);
        added->has_window = data->has_window && data->window.side == side;
        if (added->has_window)
            laid_box(&upright, data->window.box_mm, added->window);
    }
    return n;
}

static double area(const double box[4])
{
    return box[2] * box[3];
}

int claim_regions(struct claim_place *place, int n, struct claim_region *ret)
{
    int n_regions = 0;
    for (int i = 0; i < n; i++) {
        double joined[4];
        int k = 0;
        for (; k < n_regions; k++) {
            unite(ret[k].box, place[i].around, joined);
            if (ret[k].view.on == place[i].view.on && ret[k].view.turn == place[i].view.turn &&
                area(joined) <= JOIN_SHARE * (area(ret[k].box) + area(place[i].around)))
                break;
        }
        if (k == n_regions) {
            ret[n_regions++] = (struct claim_region){.view = place[i].view};
            memcpy(joined, place[i].around, sizeof joined);
        }
        memcpy(ret[k].box, joined, sizeof joined);
        place[i].region = k;
    }
    return n_regions;
}

/* Upright mm of the region's corner -> page mm. */
static struct affine region_to_page(const struct scan *scan, const struct claim_region *region)
{
    struct affine to_page = turn_to_page(region->view.turn, scan->side[region->view.on].size_mm);
    struct affine shift = affine_identity();
    shift.m[2] = region->box[0];
    shift.m[5] = region->box[1];
    return affine_multiply(&to_page, &shift);
}

bool claim_region_has_text(const struct scan *scan, const struct text_marks *marks,
                           const struct claim_region *region)
{
    struct affine to_page = region_to_page(scan, region);
    double centre[2];
    affine_apply(&to_page, region->box[2] / 2, region->box[3] / 2, centre);
    return text_block_within(marks, centre, &region->box[2], region->view.turn).letters > 0;
}

static double cross(const double a[2], const double b[2], const double at[2])
{
    return (b[0] - a[0]) * (at[1] - a[1]) - (b[1] - a[1]) * (at[0] - a[0]);
}

static bool on_label(const struct side_patches *patches, const double at[2])
{
    for (int i = 0; i < patches->n; i++) {
        int left = 0;
        for (int k = 0; k < 4; k++)
            left += cross(patches->patch[i].corner_mm[k], patches->patch[i].corner_mm[(k + 1) % 4],
                          at) > 0;
        if (left == 0 || left == 4)
            return true;
    }
    return false;
}

static void add_word(const struct ocr_word *word, const struct claim_region *region,
                     struct claim_read *ret)
{
    struct read_word *added = &ret->word[ret->n++];
    text_copy_utf8(added->text, sizeof added->text, word->text);
    for (int c = 0; c < 2; c++) {
        added->box_mm[c] = region->box[c] + word->box[c] * 25.4 / FINE_DPI;
        added->box_mm[c + 2] = word->box[c + 2] * 25.4 / FINE_DPI;
    }
    added->line = word->line;
    added->confidence = word->confidence;
}

static void centre_of(const double box[4], double ret[2])
{
    ret[0] = box[0] + box[2] / 2;
    ret[1] = box[1] + box[3] / 2;
}

bool claim_region_read(const struct scan *scan, const struct side_patches *patches,
                       const struct claim_region *region, struct ocr *ocr, int deadline_ms,
                       struct claim_read *ret, struct err *err)
{
    struct affine to_page = region_to_page(scan, region);
    struct ocr_text text;
    bool ok = read_words_at(&scan->side[region->view.on], &to_page, region->box[2], region->box[3],
                            ocr, deadline_ms, &text, err);
    int sure = 0;
    ret->n = 0;
    for (int i = 0; ok && i < text.n_words && ret->n < CLAIM_READ_MAX; i++) {
        const struct ocr_word *word = &text.word[i];
        double at[2];
        affine_apply(&to_page, (word->box[0] + word->box[2] / 2.0) * 25.4 / FINE_DPI,
                     (word->box[1] + word->box[3] / 2.0) * 25.4 / FINE_DPI, at);
        if (word->confidence < WORD_CONFIDENCE_MIN || on_label(patches, at))
            continue;
        add_word(word, region, ret);
        sure += word->confidence >= READ_WELL && text_count(word->text) >= UPRIGHT_LETTERS;
    }
    ret->upright = sure >= UPRIGHT_WORDS;
    ocr_text_finish(&text);
    return ok;
}

int claim_words_at(const struct scan *scan, const struct claim_place *place,
                   const struct claim_read *read, struct read_word *ret)
{
    double size[2], recipient[4], at[2];
    int n = 0;
    view_size(scan, place->view, size);
    recipient_place(size, recipient);
    for (int i = 0; i < read->n; i++) {
        centre_of(read->word[i].box_mm, at);
        if (!in_box(place->around, at[0], at[1]) ||
            (place->has_window && in_box(place->window, at[0], at[1])) ||
            (in_box(recipient, at[0], at[1]) && !in_box(place->own, at[0], at[1])))
            continue;
        ret[n++] = read->word[i];
    }
    return n;
}
