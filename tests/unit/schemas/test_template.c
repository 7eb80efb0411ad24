/* template: the folder survives a round trip; a folder that is truncated, changed or newer is
 * refused with the reason. */
#include "tests/unit/test_support.h"

#include "schemas/base/buf.h"
#include "schemas/template.h"

#include <math.h>

static struct template_data sample(void)
{
    struct template_data data = {
        .dpi = 600, .size_mm = {229, 162}, .n_samples = 5, .n_elements = 1};
    strcpy(data.name, "ours");
    strcpy(data.created, "2026-11-21T19:27:48.123Z");
    strcpy(data.software, "0.1.0");
    struct template_element *element = &data.element[0];
    strcpy(element->name, "slogan");
    strcpy(element->kind, "slogan");
    strcpy(element->picture, "slogan.png");
    strcpy(element->mask, "slogan_mask.png");
    strcpy(element->sample, "slogan_sample.png");
    strcpy(element->text, "Helder \"denken\"\nvlot <werken>");
    element->side = SIDE_BACK;
    element->dpi = 600;
    element->box_mm[0] = 11.5;
    element->box_mm[2] = 57.25;
    element->box_mm[3] = 4.5;
    element->n_seen = 5;
    element->n_stats = 1;
    strcpy(element->stat[0].check, "presence");
    strcpy(element->stat[0].unit, "ncc");
    element->stat[0].n = 5;
    element->stat[0].mean = 0.975;
    element->stat[0].sd = 0.0125;
    element->screens = (struct screens_learnt){
        .n_looked = 5,
        .n = 1,
        .learnt = {{{SCREEN_LINES, 2, 141.5, 161.5, 320.5}, .sd_lines = 0.25, .n_seen = 4}}};
    data.n_marks = 1;
    data.mark[0] = (struct template_mark){.rule = MARK_MUST_NOT_HAVE,
                                          .used_only = true,
                                          .has_zone = true,
                                          .zone_mm = {110, 0, 119, 50.5}};
    data.mark[0].print = data.element[0];
    strcpy(data.mark[0].print.name, "franking");
    strcpy(data.mark[0].print.picture, "franking.mark.png");
    memset(data.mark[0].print.sample, 0, sizeof data.mark[0].print.sample); /* marks have none */
    element->stat[0].has_centre = true;
    element->stat[0].centre = 0.975;
    data.print.n_features = 2;
    strcpy(data.print.feature[0].check, "grain");
    strcpy(data.print.feature[0].unit, "%");
    strcpy(data.print.feature[1].check, "edge_width");
    strcpy(data.print.feature[1].unit, "um");
    data.print.n_sheets = 2;
    data.print.sheet[1].origin = PRINT_IMITATION;
    strcpy(data.print.sheet[1].group, "HP \"LaserJet\" <2>");
    strcpy(data.print.sheet[1].technology, "laser");
    for (int k = 0; k < PRINT_FEATURES_MAX; k++)
        data.print.sheet[0].value[k] = data.print.sheet[1].value[k] = NAN;
    data.print.sheet[0].value[1] = -0.125;
    data.print.sheet[1].value[0] = 3.5;
    data.has_dots = true;
    data.dots = (struct dots_learnt){.n_looked = 5, .n_found = 2, .n_kinds = 1};
    data.dots.kind[0] = (struct dots_kind){
        .mark = {"P4", "25737234", "00 12", {{1.016, 1.016}, 3, 2, 1, "x..?.x"}}, .n_seen = 2};
    data.n_scans = 1;
    strcpy(data.scan[0].id, "0007");
    memset(data.scan[0].sha256, 'b', SHA256_HEX_SIZE - 1);
    data.n_history = 1;
    memset(data.history[0].version, 'a', SHA256_HEX_SIZE - 1);
    strcpy(data.history[0].created, "2026-11-20T19:27:48.123Z");
    strcpy(data.history[0].change, "enrolled");
    strcpy(data.change, "a mark added");
    return data;
}

static void write_folder(const char *dir, struct template_data *data)
{
    struct err err;
    char path[PATH_SIZE];
    *data = sample();
    assert_ok(path_join(path, dir, "slogan.png", &err), &err);
    assert_ok(file_write_atomic(path, "picture", 7, 0644, &err), &err);
    assert_ok(path_join(path, dir, "slogan_mask.png", &err), &err);
    assert_ok(file_write_atomic(path, "mask", 4, 0644, &err), &err);
    assert_ok(path_join(path, dir, "slogan_sample.png", &err), &err);
    assert_ok(file_write_atomic(path, "one of them", 11, 0644, &err), &err);
    assert_ok(path_join(path, dir, "franking.mark.png", &err), &err);
    assert_ok(file_write_atomic(path, "imprint", 7, 0644, &err), &err);
    assert_ok(template_write(dir, data, &err), &err);
}

static void round_trip(void **state)
{
    struct err err;
    static struct template_data written, read;
    write_folder(*state, &written);
    assert_ok(template_read(*state, &read, &err), &err);
    assert_string_equal(read.version, written.version);
    assert_int_equal(strlen(read.version), 64);
    assert_string_equal(read.element[0].text, written.element[0].text);
    assert_int_equal(read.element[0].side, SIDE_BACK);
    assert_true(read.element[0].box_mm[2] == 57.25);
    assert_memory_equal(&read, &written, sizeof read);
    const struct template_stat *stat = template_stat_find(&read, &read.element[0], "presence");
    assert_non_null(stat);
    assert_true(stat->mean == 0.975);
    assert_null(template_stat_find(&read, &read.element[0], "colour"));
    assert_null(template_stat_find(&read, NULL, "presence"));
}

static void refused(const char *dir, const char *because)
{
    struct err err = {""};
    static struct template_data data;
    if (template_read(dir, &data, &err))
        fail_msg("accepted, instead of: %s", because);
    if (!strstr(err.text, because))
        fail_msg("\"%s\" does not say \"%s\"", err.text, because);
}

static void changed_pictures_are_refused(void **state)
{
    struct err err;
    static struct template_data data;
    char path[PATH_SIZE];
    static const char *const names[] = {"slogan_mask.png", "slogan_sample.png"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        write_folder(*state, &data);
        assert_ok(path_join(path, *state, names[i], &err), &err);
        assert_ok(file_write_atomic(path, "masc", 4, 0644, &err), &err);
        refused(*state, "was changed after enrolment");
        assert_int_equal(unlink(path), 0);
        refused(*state, "incomplete");
    }
}

/* Replaces `from` in template.json by `to`, or cuts the file there when `to` is NULL. */
static void edit(const char *dir, const char *from, const char *to)
{
    struct err err;
    struct buf text = {0}, edited = {0};
    char path[PATH_SIZE];
    assert_ok(path_join(path, dir, TEMPLATE_FILE, &err), &err);
    assert_ok(file_read(path, 1 << 20, &text, &err), &err);
    const char *at = strstr(text.data, from);
    assert_non_null(at);
    buf_append(&edited, text.data, (size_t)(at - text.data));
    if (to) {
        buf_puts(&edited, to);
        buf_puts(&edited, at + strlen(from));
    }
    assert_ok(file_write_atomic(path, edited.data, edited.len, 0644, &err), &err);
    buf_finish(&text);
    buf_finish(&edited);
}

static void damaged_json_is_refused(void **state)
{
    static const struct {
        const char *from, *to, *because;
    } edits[] = {
        {"\"elements\"", NULL, "template"},
        {"postwacht/template/1", "postwacht/template/2", "template/2"},
        {"\"n_samples\":5", "\"n_samples\":-5", "n_samples"},
        {"\"dpi\":600", "\"dpi\":1e12", "dpi"},
        {"\"slogan.png\"", "\"../../etc/passwd\"", "picture"},
        {"[11.5,0,57.25,4.5]", "[11.5,0,0,4.5]", "no area"},
        {"\"size_mm\"", "\"size\"", "size_mm"},
        {"must_not_have", "may_have", "rule"},
        {"\"used_only\":true", "\"used_only\":1", "used_only"},
        {"[110,0,119,50.5]", "[110,0,119]", "zone_mm"},
        {"[110,0,119,50.5]", "[-110,0,119,50.5]", "zone_mm"},
        {"\"franking.mark.png\"", "\"../franking.mark.png\"", "picture"},
        {"\"name\":\"franking\"", "\"name\":\"slogan\"", "twice"},
        {"\"check\":\"edge_width\",\"unit\":\"um\"", "\"check\":\"grain\",\"unit\":\"%\"", "twice"},
        {"\"origin\":\"imitation\"", "\"origin\":\"forgery\"", "origin"},
        {"\"values\":[3.5]", "\"values\":[1e6]", "values"},
        {"x..?.x", "x..?.", "do not fill"},
        {"x..?.x", "x..?.<", "none of"},
        {"\"sites\":\"x..?.x\"", "\"sites\":\"\"", "without their sites"},
        {"\"period\":[3,2,1]", "\"period\":[3,2,3]", "do not fill"},
        {"\"period\":[3,2,1]", "\"period\":[3,-2,1]", "period"},
        {"\"period\":[3,2,1]", "\"period\":[3,2]", "period"},
        {"[1.016,1.016]", "[1.016,1e9]", "pitch"},
        {"[1.016,1.016]", "[1.016,null]", "pitch"},
        {"\"n_found\":2", "\"n_found\":1", "more tracking dots"},
        {"\"n_found\":2", "\"n_found\":7", "more tracking dots"},
        {"\"n_seen\":2", "\"n_seen\":0", "n_seen"},
        {"\"kind\":\"lines\"", "\"kind\":\"waves\"", "kind"},
        {"\"channel\":2", "\"channel\":3", "channel"},
        {"\"lines\":141.5", "\"lines\":0", "lines"},
        {"\"degrees\":161.5", "\"degrees\":361.5", "degrees"},
        {"\"strength\":320.5", "\"strength\":-320.5", "strength"},
        {"\"values\":[3.5]", "\"values\":[\"3.5\"]", "values"},
        {"\"values\":[3.5]", "\"values\":3.5", "values"},
        {"\"values\":[3.5]", "\"values\":[3.5,1,2]", "belongs to no measure"},
        {"\"values\":[3.5]", "\"values\":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]", "at most 16"},
        {"\"technology\":\"laser\"", "\"technology\":\"../laser\"", "technology"},
        {"\"centre\":0.975", "\"centre\":1e12", "centre"},
        {"aaaa", "zzzz", "version"},
        {"bbbb", "zzzz", "sha256"},
        {"2026-11-20T", "2026-13-20T", "created"},
    };
    for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
        static struct template_data data;
        write_folder(*state, &data);
        edit(*state, edits[i].from, edits[i].to);
        refused(*state, edits[i].because);
    }
}

/* Folders of earlier releases know no marks, scans, changes, history, samples, print or screens. */
static void old_folders_are_read(void **state)
{
    static const char *const keys[] = {"\"marks\"",      "\"scans\"",    "\"history\"",
                                       "\"change\":\"a", "\"sample\"",   "\"print\":{\"feat",
                                       "\"centre\"",     "\"screens\":{"};
    static struct template_data data;
    struct err err;
    write_folder(*state, &data);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        char other[32];
        snprintf(other, sizeof other, "\"_%s", keys[i] + 1); /* a key that nobody knows */
        edit(*state, keys[i], other);
    }
    assert_ok(template_read(*state, &data, &err), &err);
    assert_int_equal(data.n_marks + data.n_scans + data.n_history, 0);
    assert_string_equal(data.change, "");
    assert_int_equal(data.print.n_features + data.print.n_sheets, 0);
    assert_false(data.element[0].stat[0].has_centre);
    assert_int_equal(data.element[0].screens.n_looked, 0);
    assert_int_equal(data.n_elements, 1);
    assert_string_equal(data.element[0].sample, "");
}

/* Of each origin the latest stay; the other is not touched. */
static void the_oldest_print_is_forgotten(void **state)
{
    (void)state;
    static struct print_samples samples;
    struct print_sheet sheet = {.origin = PRINT_GENUINE};
    print_samples_add(&samples, &sheet);
    for (int i = 0; i < PRINT_SHEETS_MAX + 3; i++) {
        sheet = (struct print_sheet){.origin = PRINT_IMITATION, .value = {i}};
        print_samples_add(&samples, &sheet);
    }
    assert_int_equal(print_samples_count(&samples, PRINT_GENUINE), 1);
    assert_int_equal(print_samples_count(&samples, PRINT_IMITATION), PRINT_SHEETS_MAX);
    assert_int_equal(samples.n_sheets, PRINT_SHEETS_MAX + 1);
    assert_int_equal(samples.sheet[0].origin, PRINT_GENUINE);
    assert_true(samples.sheet[1].value[0] == 3);
    for (int i = 0; i < PRINT_FEATURES_MAX; i++) {
        char name[16];
        snprintf(name, sizeof name, "check_%d", i);
        assert_int_equal(print_samples_add_column(&samples, name, "um"), i);
    }
    assert_int_equal(print_samples_add_column(&samples, "check_3", "um"), 3);
    assert_int_equal(print_samples_add_column(&samples, "one_more", "um"), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(round_trip, temp_setup, temp_teardown),
        cmocka_unit_test_setup_teardown(changed_pictures_are_refused, temp_setup, temp_teardown),
        cmocka_unit_test_setup_teardown(old_folders_are_read, temp_setup, temp_teardown),
        cmocka_unit_test(the_oldest_print_is_forgotten),
        cmocka_unit_test_setup_teardown(damaged_json_is_refused, temp_setup, temp_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
