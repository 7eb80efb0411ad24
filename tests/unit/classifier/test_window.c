/* The check of the window: one that stands elsewhere or lacks is told, what a label hides is not.
 */
#include "classifier/check.h"
#include "tests/unit/test_support.h"

#include <math.h>

#define PAGE_W_MM 220
#define PAGE_H_MM 110
#define RIM 30 /* levels of ink strength: the window's edge and shadow */

static const double genuine[4] = {20, 50, 90, 35};

/* A page with one window and labels, as strength and patches tell of it. */
struct page {
    const double *window; /* NULL: none */
    const double *label;  /* NULL: none; hides what it lies on, and is a patch */
};

static void frame(struct image *strength, const double box[4], int level)
{
    const double px = SIDE_REDUCED_DPI / 25.4;
    for (int y = (int)(box[1] * px); y < (box[1] + box[3]) * px; y++)
        for (int x = (int)(box[0] * px); x < (box[0] + box[2]) * px; x++) {
            bool rim = x < (box[0] + 0.5) * px || x > (box[0] + box[2] - 0.5) * px ||
                       y < (box[1] + 0.5) * px || y > (box[1] + box[3] - 0.5) * px;
            image_row(strength, y)[x] = (uint8_t)(rim ? level : 0);
        }
}

static struct check_value value_of(const struct page *page)
{
    static struct model model;
    struct placement place = {.model = &model, .has = {true}};
    struct side_patches patches[SIDE_COUNT] = {{.n = 0}};
    struct scan scan = {.has = {true}};
    struct sheet_view view = {.scan = &scan, .place = &place, .patches = patches};
    struct check_value value = {.outcome = OUTCOME_UNMEASURABLE};
    struct image *strength = &scan.strength[SIDE_FRONT];
    struct err err;
    const double px = SIDE_REDUCED_DPI / 25.4;
    memset(&model, 0, sizeof model);
    model.data.has_window = true;
    memcpy(model.data.window.box_mm, genuine, sizeof genuine);
    place.page[SIDE_FRONT] = affine_identity();
    assert_ok(image_create(strength, (int)(PAGE_W_MM * px), (int)(PAGE_H_MM * px), 1, &err), &err);
    memset(strength->data, 0, strength->stride * (size_t)strength->height);
    if (page->window)
        frame(strength, page->window, RIM);
    if (page->label)
        frame(strength, page->label, RIM); /* over the window */
    if (page->window && !page->label)      /* a label over it cuts the window's outline to pieces */
        memcpy(patches->patch[patches->n++].box_mm, page->window, sizeof genuine);
    if (page->label)
        memcpy(patches->patch[patches->n++].box_mm, page->label, sizeof genuine);
    assert_true(check_window.run(&view, -1, &value, &err));
    image_finish(strength);
    return value;
}

static void windows_are_measured(void **state)
{
    (void)state;
    static const double moved[4] = {29, 50, 90, 35};
    struct check_value value = value_of(&(struct page){.window = genuine});
    assert_int_equal(value.outcome, OUTCOME_MEASURED);
    assert_true(value.value < 0.1);
    value = value_of(&(struct page){.window = moved});
    assert_int_equal(value.outcome, OUTCOME_MEASURED);
    assert_true(fabs(value.value - 9) < 0.1);
    value = value_of(&(struct page){.window = NULL});
    assert_int_equal(value.outcome, OUTCOME_MEASURED);
    assert_true(fabs(value.value - 35) < 0.1); /* all of it lacks */
}

static void a_label_is_no_window(void **state)
{
    (void)state;
    static const double over[4] = {24, 46, 98, 38}, all_over[4] = {10, 42, 110, 50};
    /* most of the window shows nothing, but its corner does: it is there */
    struct check_value value = value_of(&(struct page){.window = genuine, .label = over});
    assert_int_equal(value.outcome, OUTCOME_OCCLUDED);
    /* a label that resembles the window and hides it all */
    value = value_of(&(struct page){.window = genuine, .label = all_over});
    assert_int_equal(value.outcome, OUTCOME_OCCLUDED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(windows_are_measured),
        cmocka_unit_test(a_label_is_no_window),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
