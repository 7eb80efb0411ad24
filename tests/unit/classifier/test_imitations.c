/* template_imitations: test prints are learnt beside the genuine envelopes, by printer; what is no
 * test print of the template is left out with the reason; enrolment knows how its own print
 * measured. The envelopes are drawn here; a printer makes the ink blotchy. */
#include "draw_envelope.h"

#include "classifier/print_evidence.h"
#include "classifier/template_imitations.h"
#include "imaging/codec.h"
#include "schemas/base/buf.h"
#include "schemas/template_store.h"

#define GENUINE 6
#define BLOTCHES 22.0 /* levels, in ink */

struct drawn_sheet {
    int number;
    bool printed; /* by an office printer */
    bool foreign; /* print of somebody else */
};

static void draw_print(const struct drawing *d, const struct drawn_sheet *sheet)
{
    if (sheet->foreign) {
        draw_ink(d, 0.5, 0.3, 0.1);
        draw_text(d, 110, 120, 9, "Kade Zuid N.V.");
        return;
    }
    draw_sender(d);
    draw_ink(d, 0.1, 0.4, 0.3);
    cairo_rectangle(d->cr, 14, 130, 40, 18);
    cairo_fill(d->cr);
    draw_text(d, 60, 134, 8, "Thuis in elke straat");
}

static void save_sheet(const struct drawn_sheet *sheet, const char *path)
{
    struct drawing d = drawing_begin(0.94);
    struct err err;
    unsigned seed = 900u + (unsigned)sheet->number;
    draw_address(&d, sheet->number % 2 ? "J. Jansen\nDorpsstraat 4" : "P. de Wit\nKerklaan 118");
    cairo_translate(d.cr, 0.1 * (sheet->number % 3), 0.1 * (sheet->number % 2));
    draw_print(&d, sheet);
    struct image image = drawing_scan(&d, 31u + (unsigned)sheet->number);
    for (int y = 0; sheet->printed && y < image.height; y++)
        for (int x = 0; x < image.width; x++) {
            uint8_t *rgb = image_row(&image, y) + 3 * x;
            double blotch = rgb[0] < 150 ? BLOTCHES * drawn_noise(&seed) : 0;
            for (int c = 0; c < 3; c++)
                rgb[c] = (uint8_t)fmax(0, fmin(255, rgb[c] + blotch));
        }
    assert_ok(image_save_png(path, &image, &err), &err);
    image_finish(&image);
}

static void save_as(const char *dir, const char *name, const struct drawn_sheet *sheet,
                    char ret[PATH_SIZE])
{
    struct err err;
    assert_ok(path_join(ret, dir, name, &err), &err);
    save_sheet(sheet, ret);
}

static void enrol(const char *dir, char ret_template[PATH_SIZE])
{
    static char path[GENUINE][PATH_SIZE];
    static const char *const id[GENUINE] = {"g0", "g1", "g2", "g3", "g4", "g5"};
    struct enrol_sample sample[GENUINE] = {0};
    struct buf report = {0};
    struct err err;
    for (int i = 0; i < GENUINE; i++) {
        char name[16];
        snprintf(name, sizeof name, "g%d.png", i);
        save_as(dir, name, &(struct drawn_sheet){.number = i}, path[i]);
        sample[i] = (struct enrol_sample){
            .id = id[i], .path = {path[i], NULL}, .group = i < 3 ? "spring" : "autumn"};
    }
    assert_ok(path_join(ret_template, dir, "ours.template", &err), &err);
    const struct enrol_request request = {.name = "ours",
                                          .out_dir = ret_template,
                                          .data_dir = dir,
                                          .sample = sample,
                                          .n_samples = GENUINE};
    assert_ok(enrol_learn(&request, &report, &err), &err);
    buf_finish(&report);
}

/* Every sample has a row of its own, told from the others; centres are where later rows start. */
static void print_of_the_samples_is_kept(const struct template_data *data)
{
    int centres = 0;
    assert_int_equal(print_samples_count(&data->print, PRINT_GENUINE), GENUINE);
    assert_true(data->print.n_features >= PRINT_MEASURES_MIN);
    for (int k = 0; k < data->print.n_features; k++) {
        double sum = 0, squares = 0;
        for (int i = 0; i < GENUINE; i++) {
            assert_string_equal(data->print.sheet[i].group, i < 3 ? "spring" : "autumn");
            sum += data->print.sheet[i].value[k];
            squares += pow(data->print.sheet[i].value[k], 2);
        }
        assert_true(squares > 0);
        assert_true(fabs(sum / GENUINE) < 0.5); /* logarithms: about nothing */
    }
    for (int i = 0; i < data->n_elements; i++)
        for (int k = 0; k < data->element[i].n_stats; k++) {
            const struct template_stat *stat = &data->element[i].stat[k];
            centres += stat->has_centre;
            assert_true(!stat->has_centre || stat->centre == stat->mean);
        }
    assert_true(centres >= data->print.n_features);
}

static void test_prints_are_learnt(void **state)
{
    static struct template_data before, after;
    char template[PATH_SIZE], path[5][PATH_SIZE], data_dir[PATH_SIZE];
    const char *source = getenv("POSTWACHT_SOURCE_DIR");
    struct imitation_answer answer[5];
    struct err err;
    enrol(*state, template);
    assert_ok(template_read(template, &before, &err), &err);
    print_of_the_samples_is_kept(&before);
    snprintf(data_dir, sizeof data_dir, "%s/schemas/data", source ? source : ".");
    save_as(*state, "p0.png", &(struct drawn_sheet){.number = 10, .printed = true}, path[0]);
    save_as(*state, "p1.png", &(struct drawn_sheet){.number = 11, .printed = true}, path[1]);
    save_as(*state, "p2.png", &(struct drawn_sheet){.number = 12, .foreign = true}, path[2]);
    save_as(*state, "p3.png", &(struct drawn_sheet){.number = 13}, path[3]);
    strcpy(path[4], path[0]);
    const struct enrol_sample sheet[5] = {
        {.id = "p0", .path = {path[0], NULL}, .group = "laser \"1\""},
        {.id = "p1", .path = {path[1], NULL}, .group = "laser 2"},
        {.id = "foreign", .path = {path[2], NULL}, .group = "laser 2"},
        {.id = "genuine", .path = {path[3], NULL}, .group = "laser 2"},
        {.id = "again", .path = {path[4], NULL}, .group = "laser 2"},
    };
    assert_ok(
        template_learn_imitations(template, sheet, 5, "laser", data_dir, answer, &after, &err),
        &err);
    assert_true(answer[0].taken && answer[1].taken);
    assert_false(answer[0].looks_genuine);
    assert_false(answer[2].taken);
    assert_non_null(strstr(answer[2].why, "none of the template's elements"));
    assert_true(answer[3].taken && answer[3].looks_genuine); /* a person should look again */
    assert_false(answer[4].taken);
    assert_non_null(strstr(answer[4].why, "learnt from before, as p0"));

    assert_ok(template_read(template, &after, &err), &err);
    assert_string_equal(after.change, "3 test prints of 2 printers learnt as imitations");
    assert_int_equal(after.n_samples, before.n_samples);
    assert_memory_equal(after.element, before.element, sizeof before.element);
    assert_int_equal(after.print.n_sheets, GENUINE + 3);
    const struct print_sheet *printed = &after.print.sheet[GENUINE];
    assert_int_equal(printed->origin, PRINT_IMITATION);
    assert_string_equal(printed->group, "laser \"1\"");
    assert_string_equal(printed->technology, "laser");
    double most = 0;
    for (int k = 0; k < after.print.n_features; k++)
        most = fmax(most, printed->value[k]);
    assert_true(most > 0.5); /* blotches: some measure is far beyond the genuine ones */
    assert_int_equal(after.n_history, 1);
    assert_string_equal(after.history[0].version, before.version);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_prints_are_learnt, temp_setup, temp_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
