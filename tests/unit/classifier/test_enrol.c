/* Enrolment: strangers are pointed out, designs are told apart, windows are learnt. The envelopes
 * are drawn here: print that stands still on the paper, recipients that differ. */
#include "draw_envelope.h"

#include "classifier/enrol_parts.h"
#include "classifier/parallel.h"
#include "imaging/codec.h"
#include "schemas/base/buf.h"
#include "schemas/template.h"

#define W_MM 170.0
#define H_MM 114.0
#define SAMPLES_MAX 12
#define WINDOW_X 20.0
#define WINDOW_Y 50.0
#define WINDOW_W 90.0
#define WINDOW_H 40.0

struct envelope {
    int number; /* recipient, shift of the print, noise */
    bool window;
    bool without_slogan, other_type; /* what the imitation does */
    bool other_design;
    bool only_seal;   /* an address, and a seal of quality for a drawing */
    double plates_mm; /* of a firm that prints its logo only: how far its second ink is off */
};

/* Wavy lines in one ink, the name below in another, whose plate was hung on its own. */
static void print_logo_only(const struct drawing *d, double plates_mm)
{
    draw_ink(d, 0.8, 0.45, 0.1);
    cairo_set_line_width(d->cr, 0.5);
    for (int wave = 0; wave < 3; wave++) {
        double y = 11 + 2.2 * wave;
        cairo_move_to(d->cr, 12, y);
        cairo_curve_to(d->cr, 15, y - 2, 17, y + 2, 20, y);
        cairo_stroke(d->cr);
    }
    show_text(d->cr, "DejaVu Serif", 4.2, 22, 9, "Tandrad");
    draw_ink(d, 0.15, 0.4, 0.15);
    show_text(d->cr, "DejaVu Serif", 4.2, 22, 13.4 + plates_mm, "Techniek");
}

static void print_design(const struct drawing *d, const struct envelope *e)
{
    const char *family = e->other_type ? "DejaVu Serif" : "DejaVu Sans";
    draw_ink(d, 0.1, 0.3, 0.5);
    cairo_arc(d->cr, 18, 16, 6, 0, 2 * M_PI);
    cairo_fill(d->cr);
    show_text(d->cr, family, 7, 27, 11, "Huis & Hof");
    draw_ink(d, 0.1, 0.1, 0.12);
    show_text(d->cr, family, 3, 12, 30, "Huis & Hof Wonen B.V. - Lindenlaan 12 - 2587 RX Den Haag");
    if (!e->without_slogan)
        show_text(d->cr, family, 5, 108, 98, "Thuis in elke straat");
}

static void print_other_design(const struct drawing *d)
{
    draw_ink(d, 0.6, 0.2, 0.1);
    cairo_rectangle(d->cr, 12, 90, 9, 14);
    cairo_fill(d->cr);
    show_text(d->cr, "DejaVu Serif", 8, 25, 92, "Kade Zuid");
    draw_ink(d, 0.1, 0.1, 0.12);
    show_text(d->cr, "DejaVu Serif", 3.2, 100, 12,
              "Kade Zuid N.V.\nHavenstraat 7\n3011 AB Rotterdam");
}

static void print_only_seal(const struct drawing *d)
{
    draw_ink(d, 0.1, 0.45, 0.2);
    show_text(d->cr, "DejaVu Sans", 3, 12, 12, "Kade Zuid N.V.\nHavenstraat 7\n3011 AB Rotterdam");
    cairo_set_line_width(d->cr, 0.8);
    cairo_new_path(d->cr);
    cairo_arc(d->cr, 150, 98, 8, 0, 2 * M_PI);
    cairo_stroke(d->cr);
    show_text(d->cr, "DejaVu Sans", 2.6, 144.5, 93, "GROEN\nPAPIER");
}

static void address(const struct drawing *d, const struct envelope *e)
{
    static const char *const people[] = {"Mw. J. Jansen\nDorpsstraat 4\n1234 AB Ons Dorp",
                                         "Hr. P. de Wit\nKerklaan 118\n5611 GH Eindhoven",
                                         "Familie Bos\nMeerweg 9\n8011 PL Zwolle",
                                         "B. Smeets\nMarkt 22 B\n6211 CK Maastricht",
                                         "T. van Dam\nOude Gracht 301\n3511 KA Utrecht",
                                         "K. Visser\nHaven 1\n1781 AA Den Helder"};
    double wander = (e->number * 7) % 5 - 2.0; /* a letter slides behind its window */
    draw_ink(d, 0.12, 0.12, 0.12);
    draw_text(d, e->window ? WINDOW_X + 8 + wander : 70 + 2 * wander, WINDOW_Y + 8 + wander, 4.2,
              people[e->number % 6]);
}

static void draw_window(const struct drawing *d)
{
    draw_ink(d, 0.72, 0.73, 0.74);
    cairo_rectangle(d->cr, WINDOW_X, WINDOW_Y, WINDOW_W, WINDOW_H);
    cairo_fill(d->cr);
}

static void save_envelope(const struct envelope *e, const char *path)
{
    struct drawing d = drawing_begin_mm(W_MM, H_MM, 0.95);
    struct err err;
    if (e->window)
        draw_window(&d);
    address(&d, e);
    cairo_save(d.cr); /* print lies a little differently on every paper */
    cairo_translate(d.cr, 0.1 * (e->number % 4), -0.15 * (e->number % 3));
    if (e->plates_mm != 0)
        print_logo_only(&d, e->plates_mm);
    else if (e->other_design)
        print_other_design(&d);
    else if (e->only_seal)
        print_only_seal(&d);
    else
        print_design(&d, e);
    cairo_restore(d.cr);
    struct image image = drawing_scan(&d, 77u + (unsigned)e->number);
    assert_ok(image_save_png(path, &image, &err), &err);
    image_finish(&image);
}

static bool enrol_marked(const char *dir, const struct envelope *e, int n,
                         const struct enrol_part *part, int n_parts, struct buf *report,
                         struct err *err)
{
    static char path[SAMPLES_MAX][PATH_SIZE], id[SAMPLES_MAX][8];
    struct enrol_sample sample[SAMPLES_MAX] = {0};
    char out[PATH_SIZE];
    for (int i = 0; i < n; i++) {
        char name[16];
        snprintf(id[i], sizeof id[i], "s%d", i + 1);
        snprintf(name, sizeof name, "s%d.png", i + 1);
        assert_ok(path_join(path[i], dir, name, err), err);
        save_envelope(&e[i], path[i]);
        sample[i] = (struct enrol_sample){.id = id[i], .path = {path[i], NULL}};
    }
    assert_ok(path_join(out, dir, "ours.template", err), err);
    const struct enrol_request request = {.name = "ours",
                                          .out_dir = out,
                                          .data_dir = dir,
                                          .sample = sample,
                                          .n_samples = n,
                                          .part = part,
                                          .n_parts = n_parts};
    return enrol_learn(&request, report, err);
}

static bool enrol(const char *dir, const struct envelope *e, int n, struct buf *report,
                  struct err *err)
{
    return enrol_marked(dir, e, n, NULL, 0, report, err);
}

static int lines_with(const struct buf *report, const char *text)
{
    int n = 0;
    for (const char *at = report->data; at && (at = strstr(at, text)); at++)
        n++;
    return n;
}

static void read_learnt(const char *dir, const char *name, struct template_data *ret)
{
    char path[PATH_SIZE];
    struct err err;
    assert_ok(path_join(path, dir, name, &err), &err);
    assert_ok(template_read(path, ret, &err), &err);
}

/* Six window envelopes, the third of which was made by somebody else. */
static void stranger_is_pointed_out(void **state)
{
    struct envelope e[6] = {0};
    struct buf report = {0};
    struct err err;
    for (int i = 0; i < 6; i++)
        e[i] = (struct envelope){.number = i, .window = true};
    e[2].without_slogan = e[2].other_type = true;
    assert_ok(enrol(*state, e, 6, &report, &err), &err);
    assert_int_equal(lines_with(&report, "not used: "), 1);
    assert_int_equal(lines_with(&report, "not used: s3: "), 1);

    struct template_data *data = calloc(1, sizeof *data);
    read_learnt(*state, "ours.template", data);
    assert_int_equal(data->n_samples, 5);
    assert_true(data->has_window);
    assert_int_equal(data->window.side, SIDE_FRONT);
    const double expected[4] = {WINDOW_X, WINDOW_Y, WINDOW_W, WINDOW_H};
    for (int k = 0; k < 4; k++)
        if (!(fabs(data->window.box_mm[k] - expected[k]) <
              2)) /* patches know their edges to 1 mm */
            fail_msg("window %d: %g instead of %g\n%s", k, data->window.box_mm[k], expected[k],
                     report.data);
    bool slogan = false;
    for (int i = 0; i < data->n_elements; i++) {
        const double *box = data->element[i].box_mm;
        bool in_window = box[0] < WINDOW_X + WINDOW_W && box[0] + box[2] > WINDOW_X &&
                         box[1] < WINDOW_Y + WINDOW_H && box[1] + box[3] > WINDOW_Y;
        assert_false(in_window); /* the recipients are nothing of the firm's */
        slogan |= strcmp(data->element[i].kind, "slogan") == 0;
    }
    assert_true(data->n_elements >= 3);
    assert_true(slogan);
    /* how good the scans were is learnt of every sample: worse ones spoil what is measured */
    static const char *const image_checks[] = {"compression", "contrast", "sharpest", "sharpness"};
    for (size_t k = 0; k < sizeof image_checks / sizeof *image_checks; k++) {
        const struct template_stat *stat = template_stat_find(data, NULL, image_checks[k]);
        if (!stat || stat->n < 5)
            fail_msg("%s was learnt of %d samples", image_checks[k], stat ? stat->n : 0);
    }
    free(data);
    buf_finish(&report);
}

/* With four genuine ones left there is no template, but the name of the culprit. */
static void too_few_are_left(void **state)
{
    struct envelope e[5] = {0};
    struct buf report = {0};
    struct err err;
    char path[PATH_SIZE];
    for (int i = 0; i < 5; i++)
        e[i].number = i;
    e[4].without_slogan = e[4].other_type = true;
    assert_false(enrol(*state, e, 5, &report, &err));
    assert_non_null(strstr(err.text, "s5"));
    assert_non_null(strstr(err.text, "give 1 more"));
    assert_ok(path_join(path, *state, "ours.template", &err), &err);
    assert_false(file_exists(path));
    buf_finish(&report);
}

/* Two designs in one pile, and one envelope of neither. */
static void designs_are_told_apart(void **state)
{
    struct envelope e[11] = {0};
    struct buf report = {0};
    struct err err;
    for (int i = 0; i < 11; i++)
        e[i] = (struct envelope){.number = i, .other_design = i % 2 == 1};
    assert_ok(enrol(*state, e, 11, &report, &err), &err);
    assert_int_equal(lines_with(&report, "not used: "), 0);

    struct template_data *data = calloc(1, sizeof *data);
    read_learnt(*state, "ours.template", data);
    assert_int_equal(data->n_samples, 6);
    assert_string_equal(data->name, "ours");
    memset(data, 0, sizeof *data);
    read_learnt(*state, "ours-2.template", data);
    assert_int_equal(data->n_samples, 5);
    assert_string_equal(data->name, "ours-2");
    assert_false(data->has_window);
    free(data);
    buf_finish(&report);
}

/* Two print runs whose plates were hung a third of a millimetre apart, of a firm that prints
 * nothing but a logo: one design, and its only print is what it is known by. */
static void plates_of_two_runs_are_one_design(void **state)
{
    struct envelope e[6] = {0};
    struct buf report = {0};
    struct err err;
    for (int i = 0; i < 6; i++)
        e[i] = (struct envelope){.number = i, .plates_mm = i % 2 ? 0.17 : -0.17};
    bool ok = enrol(*state, e, 6, &report, &err);
    assert_ok(ok, &err);
    assert_int_equal(lines_with(&report, "not used: "), 0);
    struct template_data *data = calloc(1, sizeof *data);
    read_learnt(*state, "ours.template", data);
    assert_int_equal(data->n_samples, 6);
    assert_int_equal(data->n_elements, 1);
    assert_string_equal(data->element[0].kind, "logo");
    free(data);
    buf_finish(&report);
}

/* Whoever prints recycled paper's seal says nothing of who he is. */
static void a_seal_is_nobodys_logo(void **state)
{
    struct envelope e[5] = {0};
    struct buf report = {0};
    struct err err;
    for (int i = 0; i < 5; i++)
        e[i] = (struct envelope){.number = i, .only_seal = true};
    bool ok = enrol(*state, e, 5, &report, &err);
    assert_ok(ok, &err);
    struct template_data *data = calloc(1, sizeof *data);
    read_learnt(*state, "ours.template", data);
    assert_int_equal(data->n_elements, 2);
    assert_string_equal(data->element[0].kind, "sender");
    assert_string_equal(data->element[1].kind, "mark");
    free(data);
    buf_finish(&report);
}

/* A person takes the disc and the name beside it for two things, and the sender for a slogan. */
static void what_a_person_marks_holds(void **state)
{
    struct envelope e[5] = {0};
    struct buf report = {0};
    struct err err;
    const struct enrol_part part[] = {{"mark", SIDE_FRONT, {11, 9, 14, 14}},
                                      {"logo", SIDE_FRONT, {26, 9, 45, 14}},
                                      {"slogan", SIDE_FRONT, {11, 28, 95, 7}}};
    for (int i = 0; i < 5; i++)
        e[i].number = i;
    assert_ok(enrol_marked(*state, e, 5, part, 3, &report, &err), &err);
    struct template_data *data = calloc(1, sizeof *data);
    read_learnt(*state, "ours.template", data);
    for (int k = 0; k < 3; k++) {
        int n = 0;
        for (int i = 0; i < data->n_elements; i++) {
            const double *box = data->element[i].box_mm;
            bool here = true;
            for (int c = 0; c < 4; c++) /* to a pixel at 150 dpi */
                here &= fabs(box[c] - part[k].box_mm[c]) < 0.4;
            n += here && strcmp(data->element[i].kind, part[k].kind) == 0;
        }
        if (n != 1)
            fail_msg("%s was learnt %d times\n%s", part[k].kind, n, report.data);
    }
    assert_int_equal(data->n_elements, 4); /* and the slogan, by itself */
    free(data);
    buf_finish(&report);
}

/* Of five crops that differ from grey by their index, and one that was written all over, the one in
 * the middle is shown: not the cleanest. */
static void an_ordinary_sample_is_shown(void **state)
{
    (void)state;
    enum { N = 5, SIZE = 8, GREY = 100, WRITTEN = 100 };
    const int off[N] = {2, WRITTEN, 0, 3, 1};
    struct image crop[N] = {{0}}, picture = {0};
    struct err err;
    assert_ok(image_create(&picture, SIZE, SIZE, 3, &err), &err);
    memset(picture.data, GREY, picture.stride * SIZE);
    for (int i = 0; i < N; i++) {
        assert_ok(image_copy(&picture, &crop[i], &err), &err);
        memset(crop[i].data, GREY + off[i], crop[i].stride * SIZE);
    }
    struct element_crops crops = {.n = N, .crop = crop};
    assert_ptr_equal(enrol_typical(&crops, &picture), &crop[0]);
    crops.n = 1;
    assert_ptr_equal(enrol_typical(&crops, &picture), &crop[0]);
    for (int i = 0; i < N; i++)
        image_finish(&crop[i]);
    image_finish(&picture);
}

static void bare_paper_is_no_part(void **state)
{
    struct envelope e[5] = {0};
    struct buf report = {0};
    struct err err;
    const struct enrol_part bare = {"logo", SIDE_FRONT, {140, 20, 15, 10}};
    const struct enrol_part beyond = {"logo", SIDE_FRONT, {900, 20, 15, 10}};
    const struct enrol_part flower = {"flower", SIDE_FRONT, {11, 9, 14, 14}};
    for (int i = 0; i < 5; i++)
        e[i].number = i;
    assert_false(enrol_marked(*state, e, 5, &bare, 1, &report, &err));
    assert_non_null(strstr(err.text, "140,20,15,10"));
    assert_false(enrol_marked(*state, e, 5, &beyond, 1, &report, &err));
    assert_non_null(strstr(err.text, "900,20,15,10"));
    assert_false(enrol_marked(*state, e, 5, &flower, 1, &report, &err));
    assert_non_null(strstr(err.text, "flower"));
    buf_finish(&report);
}

struct tally {
    int done[40];
    int fails_from;
};

static bool tally_one(void *ctx, int item, int worker, struct err *err)
{
    struct tally *tally = ctx;
    if (worker < 0 || worker >= parallel_workers())
        return err_set(err, "worker %d", worker);
    tally->done[item]++;
    return item < tally->fails_from || err_set(err, "item %d", item);
}

static void every_item_is_worked_once(void **state)
{
    (void)state;
    struct tally tally = {.fails_from = 40};
    struct err err;
    assert_ok(parallel_run(40, tally_one, &tally, &err), &err);
    for (int i = 0; i < 40; i++)
        assert_int_equal(tally.done[i], 1);
    tally.fails_from = 0;
    assert_false(parallel_run(40, tally_one, &tally, &err));
    assert_string_equal(err.text, "item 0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(stranger_is_pointed_out, temp_setup, temp_teardown),
        cmocka_unit_test_setup_teardown(too_few_are_left, temp_setup, temp_teardown),
        cmocka_unit_test_setup_teardown(designs_are_told_apart, temp_setup, temp_teardown),
        cmocka_unit_test_setup_teardown(plates_of_two_runs_are_one_design, temp_setup,
                                        temp_teardown),
        cmocka_unit_test_setup_teardown(a_seal_is_nobodys_logo, temp_setup, temp_teardown),
        cmocka_unit_test_setup_teardown(what_a_person_marks_holds, temp_setup, temp_teardown),
        cmocka_unit_test_setup_teardown(bare_paper_is_no_part, temp_setup, temp_teardown),
        cmocka_unit_test(every_item_is_worked_once),
        cmocka_unit_test(an_ordinary_sample_is_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
