/* template_mark: the mark's picture holds what all scans show and nothing that changes between
 * them, wherever the imprint stands; what is no mark is refused. */
#include "tests/unit/classifier/draw_envelope.h"

#include "classifier/template_mark.h"
#include "imaging/codec.h"

#define IMPRINT_X 150.0 /* mm: where the first envelope's imprint stands */
#define IMPRINT_Y 15.0
#define EMBLEM_MM 12.0
#define DATE_X 20.0 /* mm, within the imprint */
#define DATE_Y 8.0

static struct template_data data; /* large */

struct envelope {
    double dx, dy; /* of the imprint */
    const char *date;
    double degrees;
};

static void draw_imprint(const struct drawing *d, double x, double y, const char *date)
{
    draw_ink(d, 0.75, 0.1, 0.1);
    cairo_set_line_width(d->cr, 0.8);
    cairo_rectangle(d->cr, x + 1, y + 1, EMBLEM_MM, EMBLEM_MM);
    cairo_stroke(d->cr);
    cairo_arc(d->cr, x + 7, y + 7, 4, 0, 2 * M_PI);
    cairo_fill(d->cr);
    draw_text(d, x + DATE_X, y + 1, 4, "FR 48291");
    draw_text(d, x + DATE_X, y + DATE_Y, 4, date);
}

/* The image's path, static. */
static const char *write_envelope(const char *dir, int number, const struct envelope *envelope)
{
    static char path[4][PATH_SIZE];
    struct err err;
    struct drawing d = drawing_begin(0.93);
    cairo_save(d.cr);
    cairo_translate(d.cr, IMPRINT_X, IMPRINT_Y);
    cairo_rotate(d.cr, envelope->degrees * M_PI / 180);
    cairo_translate(d.cr, -IMPRINT_X, -IMPRINT_Y);
    if (envelope->date)
        draw_imprint(&d, IMPRINT_X + envelope->dx, IMPRINT_Y + envelope->dy, envelope->date);
    cairo_restore(d.cr);
    draw_address(&d, "T. de Vries\nKade 4");
    struct image image = drawing_scan(&d, (unsigned)number + 5);
    char name[32];
    snprintf(name, sizeof name, "envelope%d.png", number);
    assert_ok(path_join(path[number], dir, name, &err), &err);
    assert_ok(image_save_png(path[number], &image, &err), &err);
    image_finish(&image);
    return path[number];
}

static struct mark_request request(const char *dir, const struct envelope *envelope, int n)
{
    struct mark_request ret = {.name = "franking",
                               .has_box = true,
                               .box_mm = {IMPRINT_X - 2, IMPRINT_Y - 2, 55, 20},
                               .n_images = n};
    for (int i = 0; i < n; i++)
        ret.image[i] = write_envelope(dir, i, &envelope[i]);
    return ret;
}

static void load(const char *dir, const char *name, struct image *ret)
{
    struct err err;
    char path[PATH_SIZE];
    assert_ok(path_join(path, dir, name, &err), &err);
    assert_ok(image_load(path, 0, ret, NULL, &err), &err);
}

/* Share of printed pixels in a box of the mask, mm from the corner of the first imprint. */
static double printed(const struct image *mask, const double box_mm[4], double x, double y,
                      double w, double h)
{
    double scale = DRAW_DPI / 25.4;
    double x0 = (IMPRINT_X + x - box_mm[0]) * scale, y0 = (IMPRINT_Y + y - box_mm[1]) * scale;
    int n = 0, ink = 0;
    for (int j = (int)y0; j < (int)(y0 + h * scale); j++)
        for (int i = (int)x0; i < (int)(x0 + w * scale); i++) {
            n++;
            ink += i >= 0 && j >= 0 && i < mask->width && j < mask->height &&
                   image_row(mask, j)[i] > 0;
        }
    return (double)ink / n;
}

static int setup(void **state)
{
    memset(&data, 0, sizeof data);
    data.size_mm[0] = DRAW_W_MM;
    data.size_mm[1] = DRAW_H_MM;
    return temp_setup(state);
}

static void dates_drop_out(void **state)
{
    static const struct envelope wandering[] = {{0, 0, "03.11.26 1,01", 0},
                                                {6.3, -4.1, "17.09.26 2,47", 2.2},
                                                {-5.2, 7.7, "28.10.25 9,68", -1.3}};
    struct err err;
    struct image picture, mask;
    struct mark_request take = request(*state, wandering, 3);
    take.rule = MARK_MUST_NOT_HAVE;
    take.side = SIDE_BACK;
    assert_ok(template_mark_take(&take, NULL, NULL, *state, &data, &err), &err);
    assert_int_equal(data.n_marks, 1);
    const struct template_mark *mark = &data.mark[0];
    assert_string_equal(mark->print.name, "franking");
    assert_int_equal(mark->rule, MARK_MUST_NOT_HAVE);
    assert_int_equal(mark->print.side, SIDE_BACK);
    assert_int_equal(mark->print.n_seen, 3);
    assert_int_equal(mark->print.n_stats, 1);
    assert_true(mark->print.stat[0].n == 3 && mark->print.stat[0].mean > 0.8);
    assert_false(mark->has_zone);
    load(*state, mark->print.picture, &picture);
    load(*state, mark->print.mask, &mask);
    assert_int_equal(picture.width, mask.width);
    assert_true(fabs(picture.width * 25.4 / DRAW_DPI - mark->print.box_mm[2]) < 0.1);
    const double *box = mark->print.box_mm;
    assert_true(printed(&mask, box, 5, 5, 4, 4) > 0.95);               /* the emblem */
    assert_true(printed(&mask, box, DATE_X, 1.5, 19, 4) > 0.1);        /* the licence */
    assert_true(printed(&mask, box, DATE_X, DATE_Y, 27, 5.5) < 0.001); /* date, amount */
    double whole = printed(&mask, box, 0, 0, 55, 14);
    assert_true(whole > 0.1 && whole < 0.4);
    image_finish(&picture);
    image_finish(&mask);

    /* One scan alone cannot tell. */
    data.n_marks = 0;
    take.n_images = 1;
    assert_ok(template_mark_take(&take, NULL, NULL, *state, &data, &err), &err);
    load(*state, data.mark[0].print.mask, &mask);
    assert_true(printed(&mask, data.mark[0].print.box_mm, DATE_X, DATE_Y, 27, 5.5) > 0.08);
    image_finish(&mask);
}

/* All three franked on one day with one postage, or one scan alone: reading tells. */
static void dates_are_read(void **state)
{
    static const struct envelope one_day[] = {{0, 0, "03.11.26 1,01", 0},
                                              {3.1, -2.2, "03.11.26 1,01", 1.2},
                                              {-2.6, 1.9, "03.11.26 1,01", -1}};
    struct err err;
    struct ocr *ocr;
    assert_ok(ocr_create(&ocr, &err), &err);
    for (int n = 1; n <= 3; n += 2) {
        struct image mask;
        struct mark_request take = request(*state, one_day, n);
        data.n_marks = 0;
        assert_ok(template_mark_take(&take, NULL, ocr, *state, &data, &err), &err);
        const double *box = data.mark[0].print.box_mm;
        load(*state, data.mark[0].print.mask, &mask);
        assert_true(printed(&mask, box, 5, 5, 4, 4) > 0.95);               /* the emblem */
        assert_true(printed(&mask, box, DATE_X, DATE_Y, 27, 5.5) < 0.001); /* date, amount */
        /* of one scan nobody knows whether the licence changes */
        assert_true((printed(&mask, box, DATE_X, 1.5, 19, 4) > 0.1) == (n == 3));
        image_finish(&mask);
    }
    ocr_destroy(ocr);
}

static void refused(const struct mark_request *take, const char *dir, const char *because)
{
    struct err err = {""};
    assert_false(template_mark_take(take, NULL, NULL, dir, &data, &err));
    assert_int_equal(data.n_marks, 0);
    if (!strstr(err.text, because))
        fail_msg("\"%s\" does not say \"%s\"", err.text, because);
}

static void what_is_no_mark_is_refused(void **state)
{
    static const struct envelope two[] = {{0, 0, "03.11.26 1,01", 0}, {0, 0, NULL, 0}};
    struct mark_request take = request(*state, two, 2);
    refused(&take, *state, "does not show the same mark");
    take.image[0] = take.image[1];
    take.n_images = 1;
    refused(&take, *state, "no print to speak of");
    take.box_mm[0] = 220;
    refused(&take, *state, "beyond the sheet");
    take.box_mm[2] = 0.5;
    refused(&take, *state, "at least");
    take.has_box = false;
    take.n_images = 2;
    refused(&take, *state, "--box");
    take.name = "Fr/../x";
    refused(&take, *state, "cannot be a name");
    take.name = "franking";
    take.n_images = 1;
    take.has_zone = true;
    take.zone_mm[0] = 400;
    take.zone_mm[2] = take.zone_mm[3] = 50;
    refused(&take, *state, "must lie on the envelope");
}

static void a_picture_alone_is_a_mark(void **state)
{
    struct err err;
    struct drawing d = drawing_begin(0.97);
    draw_imprint(&d, 20, 20, "POST");
    struct image whole = drawing_scan(&d, 3), cut = {0};
    struct image view = image_view(&whole, 150, 150, 700, 300);
    assert_ok(image_copy(&view, &cut, &err), &err);
    cut.dpi_x = cut.dpi_y = DRAW_DPI;
    char path[PATH_SIZE];
    assert_ok(path_join(path, *state, "logo.png", &err), &err);
    assert_ok(image_save_png(path, &cut, &err), &err);
    struct mark_request take = {.name = "rival",
                                .has_zone = true,
                                .zone_mm = {100, 0, 129, 60},
                                .used_only = true,
                                .n_images = 1,
                                .image = {path}};
    assert_ok(template_mark_take(&take, NULL, NULL, *state, &data, &err), &err);
    assert_true(data.mark[0].has_zone && data.mark[0].zone_mm[2] == 129);
    assert_true(data.mark[0].used_only);
    assert_true(data.mark[0].print.box_mm[2] > 30 && data.mark[0].print.box_mm[2] < 60);
    image_finish(&whole);
    image_finish(&cut);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(dates_drop_out, setup, temp_teardown),
        cmocka_unit_test_setup_teardown(dates_are_read, setup, temp_teardown),
        cmocka_unit_test_setup_teardown(what_is_no_mark_is_refused, setup, temp_teardown),
        cmocka_unit_test_setup_teardown(a_picture_alone_is_a_mark, setup, temp_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
