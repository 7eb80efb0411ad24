#include "tests/unit/test_support.h"

#include "schemas/base/buf.h"
#include "schemas/screening.h"

#include <math.h>

static void fill_sheet(struct sheet *sheet)
{
    *sheet = (struct sheet){.seq = 7, .n_settings = 1, .n_sides = 2};
    strcpy(sheet->id, "20261121-192748-0007");
    strcpy(sheet->batch, "20261121-192748");
    strcpy(sheet->source, "scanner");
    strcpy(sheet->captured, "2026-11-21T19:27:48.123Z");
    strcpy(sheet->device.sane_name, "pwtest:0");
    strcpy(sheet->setting[0].name, "resolution");
    strcpy(sheet->setting[0].value, "600");
    for (int i = 0; i < 2; i++) {
        struct sheet_side *side = &sheet->side[i];
        *side = (struct sheet_side){.width = 5409,
                                    .height = 3827,
                                    .channels = 3,
                                    .depth = 8,
                                    .dpi_x = 600,
                                    .dpi_y = 599.5,
                                    .bytes_received = 62100729};
        strcpy(side->file, i ? "back.tif" : "front.tif");
        strcpy(side->status, "ok");
        memset(side->sha256_file, 'a', SHA256_HEX_SIZE - 1);
        memset(side->sha256_pixels, 'b', SHA256_HEX_SIZE - 1);
    }
}

static void test_sheet(void **state)
{
    struct err err;
    struct sheet sheet, again;
    fill_sheet(&sheet);
    assert_ok(sheet_write(*state, &sheet, &err), &err);
    memset(&again, 0x55, sizeof again);
    assert_ok(sheet_read(*state, &again, &err), &err);
    assert_memory_equal(&sheet, &again, sizeof sheet);
    sheet.n_sides = 0;
    assert_false(sheet_write(*state, &sheet, &err));
    sheet.n_sides = 1;
    strcpy(sheet.side[0].file, "../front.tif");
    assert_false(sheet_write(*state, &sheet, &err));
}

/* Replaces the first `from` of the valid sheet.json by `to`; reading must fail and say `say`. */
static void expect_refused(const char *dir, const char *from, const char *to, const char *say)
{
    struct err err;
    struct sheet sheet, before;
    struct buf text = {0}, edited = {0};
    char path[PATH_SIZE];
    fill_sheet(&sheet);
    assert_ok(sheet_write(dir, &sheet, &err), &err);
    assert_ok(path_join(path, dir, SHEET_FILE, &err), &err);
    assert_ok(file_read(path, 100000, &text, &err), &err);
    const char *at = strstr(text.data, from);
    assert_non_null(at);
    buf_append(&edited, text.data, (size_t)(at - text.data));
    buf_puts(&edited, to);
    buf_puts(&edited, at + strlen(from));
    assert_ok(file_write_atomic(path, edited.data, edited.len, 0640, &err), &err);
    memset(&sheet, 0x55, sizeof sheet);
    before = sheet;
    assert_false(sheet_read(dir, &sheet, &err));
    assert_memory_equal(&sheet, &before, sizeof sheet); /* untouched on failure */
    if (!strstr(err.text, say))
        fail_msg("\"%s\" does not say \"%s\"", err.text, say);
    buf_finish(&text);
    buf_finish(&edited);
}

static void test_sheet_hostile(void **state)
{
    expect_refused(*state, "sheet/1", "sheet/2", "sheet/2");
    expect_refused(*state, "front.tif", "../../etc/passwd", "\"file\"");
    expect_refused(*state, "\"seq\":7", "\"seq\":-7", "\"seq\"");
    expect_refused(*state, "\"seq\":7", "\"seq\":7.5", "\"seq\"");
    expect_refused(*state, "\"seq\":7", "\"seq\":7,\"seq\":8", "duplicate");
    expect_refused(*state, "\"channels\":3", "\"channels\":999999999999", "\"channels\"");
    expect_refused(*state, "62100729", "-1", "\"bytes_received\"");
    expect_refused(*state, "2026-11-21T", "2026-13-21T", "\"captured\"");
    expect_refused(*state, "aaaa", "zzzz", "\"sha256_file\"");
    expect_refused(*state, "resolution", "resolution\\u0000x", "");
    expect_refused(*state, "\"dpi_x\":600", "\"dpi_x\":1e999", "");
    expect_refused(*state, "\"n", "\"x", "missing");
    expect_refused(*state, "{", "[", "");
    expect_refused(*state, "scanner", "a source name that is far too long", "\"source\"");
}

static void test_pixels_hash(void **state)
{
    (void)state;
    struct sha256 hash, by_hand;
    uint8_t one[SHA256_SIZE], two[SHA256_SIZE];
    sheet_pixels_hash_start(&hash, 2, 1, 3, 8);
    sha256_update(&hash, "abcdef", 6);
    sha256_final(&hash, one);
    sha256_init(&by_hand);
    sha256_update(&by_hand, "postwacht-pixels/1 2 1 3 8\nabcdef", 33);
    sha256_final(&by_hand, two);
    assert_memory_equal(one, two, sizeof one);
}

static struct screening *full_screening(void)
{
    struct screening *s = calloc(1, sizeof *s);
    assert_non_null(s);
    strcpy(s->id, "demo");
    s->verdict = VERDICT_IMITATION;
    screening_add_reason(s, "slogan_missing");
    screening_add_reason(s, "logo_altered");
    screening_add_reason(s, "slogan_missing");
    assert_int_equal(s->n_reasons, 2);
    strcpy(s->template_name, "demo");
    memset(s->template_version, 'c', SHA256_HEX_SIZE - 1);
    s->returned.is_return = true;
    strcpy(s->returned.country, "DE");
    strcpy(s->returned.operator_, "Deutsche Post");
    strcpy(s->returned.reason, "UNKNOWN");
    s->returned.n_languages = 2;
    strcpy(s->returned.language[0], "de");
    strcpy(s->returned.language[1], "fr");
    s->returned.has_box = true;
    s->returned.box_mm[2] = 60.25;
    s->returned.score = 0.75;
    struct reading *reading = screening_add_reading(s);
    strcpy(reading->check, "presence");
    strcpy(reading->element, "slogan");
    reading->outcome = OUTCOME_MEASURED;
    reading->points = POINTS_IMITATION;
    reading->value = 0.12;
    reading->has_genuine = true;
    reading->genuine[0] = 0.91;
    reading->genuine[1] = 0.97;
    reading->genuine_n = 20;
    reading->weight = 2.5;
    reading->has_box = true;
    reading->box_mm[0] = -1.5;
    reading->side = SIDE_BACK;
    strcpy(reading->reason, "slogan_missing");
    strcpy(reading->crop_seen, "slogan_seen.png");
    reading->crop_shows = CROP_TEXTURE;
    reading->expected_is_mean = true;
    strcpy(screening_add_reading(s)->check, "dots"); /* stays unmeasurable */
    strcpy(s->technology.estimate, "laser");
    s->technology.has_log10_lr = true;
    s->technology.log10_lr = 1.3;
    s->technology.lr_genuine = 24;
    s->technology.lr_imitations = 12;
    s->technology.lr_printers = 2;
    strcpy(s->dots.status, "none");
    strcpy(s->dots.maker, "HP");
    strcpy(s->dots.code, "3021-3021-1220-1000-1230-0123-2200-0303");
    s->dots.pitch_mm[1] = 0.762;
    s->dots.angle_deg = -1.25;
    s->dots.repeats_visible = 24;
    s->dots.repeats_agree = 23;
    s->dots.side = SIDE_BACK;
    strcpy(s->dots.crop_scan, "dots_scan.png");
    strcpy(s->dots.crop_dots, "dots_seen.png");
    s->dots.cells = (struct dots_cells){{0.762, 0.75}, 3, 2, 1, "x..?.x"};
    s->dots.genuine.known = true;
    s->dots.genuine.looked = 20;
    s->dots.genuine.found = s->dots.genuine.alike = 4;
    strcpy(s->dots.genuine.relation, "same_layout");
    s->n_codes = 1;
    strcpy(s->code[0].symbology, "code128");
    strcpy(s->code[0].text, "RR123456785DE");
    strcpy(s->code[0].kind, "s10");
    strcpy(s->code[0].detail, "DE");
    strcpy(s->text_sender, "Firma\nStraat 1");
    s->returned.unread = 2;
    s->recipient.known = true; /* the sender is not */
    strcpy(s->recipient.name, "Erika Muster");
    strcpy(s->recipient.country, "DE");
    s->recipient.by_template = true;
    s->recipient.side = SIDE_BACK;
    s->recipient.has_box = true;
    s->recipient.box_mm[3] = 12.5;
    s->n_events = 2;
    s->event[1].stage = JOURNEY_RETURNED;
    strcpy(s->event[1].date, "2026-02-15");
    strcpy(s->event[1].told_by, "label");
    s->event[1].has_box = true;
    s->event[1].box_mm[0] = 8.25;
    strcpy(s->event[1].crop, "return.png");
    s->orientation = 180;
    s->sides_swapped = true;
    s->dpi = 600;
    s->size_mm[0] = 229.1;
    s->size_mm[1] = 161.8;
    strcpy(s->preview[SIDE_FRONT], "front.jpg");
    strcpy(s->master[SIDE_BACK].file, "back.png");
    memset(s->master[SIDE_BACK].sha256_file, 'd', SHA256_HEX_SIZE - 1);
    strcpy(s->version, "0.1.0");
    screening_add_seconds(s, "prepare", 0.125);
    screening_add_seconds(s, "match", 0.5);
    return s;
}

static void test_screening(void **state)
{
    struct err err;
    struct screening *s = full_screening(), *again = calloc(1, sizeof *again);
    assert_ok(screening_write(*state, s, &err), &err);
    assert_ok(screening_read(*state, again, &err), &err);
    assert_memory_equal(s, again, sizeof *s);

    struct buf text = {0};
    assert_ok(screening_to_json(s, &text, &err), &err);
    assert_null(strchr(text.data, '\n'));
    const char *const parts[] = {
        /* the contract's keys, in their order */
        "{\"schema\":\"postwacht/screening/"
        "1\",\"id\":\"demo\",\"verdict\":{\"class\":\"imitation\","
        "\"reasons\":[\"slogan_missing\",\"logo_altered\"]},\"template\":\"demo\",\"returned\":{"
        "\"is_return\":true,\"country\":\"DE\",\"operator\":\"Deutsche Post\",\"reason\":"
        "\"UNKNOWN\",\"languages\":[\"de\",\"fr\"],\"text\":\"\"",
        "\"readings\":[{\"check\":\"presence\",\"element\":\"slogan\",\"side\":\"back\","
        "\"outcome\":"
        "\"measured\",\"value\":0.12,\"unit\":\"\",\"genuine\":[0.91,0.97],\"points\":"
        "\"imitation\","
        "\"box_mm\":[-1.5,0,0,0]",
        "\"check\":\"dots\",\"element\":\"\",\"side\":\"front\",\"outcome\":\"unmeasurable\","
        "\"value\":null",
        "\"technology\":{\"estimate\":\"laser\",\"log10_lr\":1.3,\"lr_genuine\":24,"
        "\"lr_imitations\":12,\"lr_printers\":2,\"lr_lack\":\"\"},\"tracking_dots\":{\"status\":"
        "\"none\",\"pattern\":\"\",\"serial\":\"\",\"time\":\"\"",
        "\"codes\":[{\"symbology\":\"code128\",\"text\":\"RR123456785DE\",\"side\":\"front\"",
        "\"text\":{\"sender\":\"Firma\\nStraat 1\",\"return\":\"\"},\"orientation\":180,"
        "\"dpi\":600,\"size_mm\":[229.1,161.8],\"software\":{\"version\":\"0.1.0\",\"opencv\":\"\","
        "\"tesseract\":\"\"},\"seconds\":{\"prepare\":0.125,\"match\":0.5}",
        "\"sender\":null,\"recipient\":{\"name\":\"Erika Muster\"",
        "\"journey\":[{\"stage\":\"posted\"",
        "{\"stage\":\"returned\",\"date\":\"2026-02-15\",\"country\":\"\",\"told_by\":"
        "\"label\"",
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (!strstr(text.data, parts[i]))
            fail_msg("missing: %s\nin: %s", parts[i], text.data);
    s->template_name[0] = '\0';
    buf_clear(&text);
    assert_ok(screening_to_json(s, &text, &err), &err);
    assert_non_null(strstr(text.data, "\"template\":null,"));

    strcpy(s->error, "cannot decode");
    buf_clear(&text);
    assert_ok(screening_to_json(s, &text, &err), &err);
    assert_string_equal(text.data,
                        "{\"schema\":\"postwacht/screening/1\",\"id\":\"demo\",\"error\":\"cannot "
                        "decode\",\"software\":{\"version\":\"0.1.0\",\"opencv\":\"\","
                        "\"tesseract\":\"\"}}");
    assert_ok(screening_from_json(text.data, text.len, again, &err), &err);
    assert_string_equal(again->error, "cannot decode");
    assert_int_equal(again->n_readings, 0);
    buf_finish(&text);
    free(s);
    free(again);
}

static void test_screening_dirty(void **state)
{
    (void)state;
    struct err err;
    struct buf text = {0};
    struct screening *s = full_screening(), *again = calloc(1, sizeof *again);
    /* Bytes that are no UTF-8 up to the last one: each becomes three bytes, and still fits. */
    memset(s->text_sender, 0xff, sizeof s->text_sender - 1);
    memset(s->code[0].text, 'x', sizeof s->code[0].text - 1);
    memcpy(s->code[0].text + sizeof s->code[0].text - 3, "\xe2\x82", 2);
    s->reading[0].value = NAN;
    s->reading[0].genuine[1] = INFINITY;
    s->dpi = -INFINITY;
    s->reading[1].value = NAN;
    assert_ok(screening_to_json(s, &text, &err), &err);
    assert_null(strstr(text.data, "nan"));
    assert_null(strstr(text.data, "inf"));
    assert_ok(screening_from_json(text.data, text.len, again, &err), &err);
    assert_true(again->reading[0].value == 0);
    assert_true(again->dpi == 0);
    assert_int_equal(strlen(again->text_sender), 1023 / 3 * 3);
    assert_memory_equal(again->text_sender, "\xef\xbf\xbd\xef\xbf\xbd", 6);

    /* Every prefix of a valid text, and every byte of it changed, is refused or read: no crash. */
    for (size_t n = 0; n < text.len; n += 7)
        assert_false(screening_from_json(text.data, n, again, &err));
    for (size_t i = 0; i < text.len; i += 5) {
        char kept = text.data[i];
        text.data[i] = (char)(kept ^ 0x15);
        (void)screening_from_json(text.data, text.len, again, &err);
        text.data[i] = kept;
    }
    s->verdict = (enum verdict_class)17;
    buf_clear(&text);
    assert_false(screening_to_json(s, &text, &err));
    buf_finish(&text);
    free(s);
    free(again);
}

static void test_screening_bounds(void **state)
{
    (void)state;
    struct err err;
    struct screening *s = calloc(1, sizeof *s), *again = calloc(1, sizeof *again);
    for (int i = 0; i < SCREENING_READINGS_MAX; i++)
        assert_non_null(screening_add_reading(s));
    assert_null(screening_add_reading(s));
    for (int i = 0; i < 100; i++) {
        char text[32];
        snprintf(text, sizeof text, "reason_%d", i);
        screening_add_reason(s, text);
        screening_add_seconds(s, text, i);
    }
    assert_int_equal(s->n_reasons, SCREENING_REASONS_MAX);
    assert_int_equal(s->n_seconds, SCREENING_STAGES_MAX);
    s->n_codes = SCREENING_CODES_MAX;
    struct buf text = {0};
    assert_ok(screening_to_json(s, &text, &err), &err);
    assert_ok(screening_from_json(text.data, text.len, again, &err), &err);
    assert_memory_equal(s, again, sizeof *s);
    /* One code more than fits. */
    char *codes = strstr(text.data, "\"codes\":[");
    struct buf more = {0};
    buf_append(&more, text.data, (size_t)(codes - text.data) + 9);
    buf_puts(&more, "{\"symbology\":\"\",\"text\":\"\",\"side\":\"front\"},");
    buf_puts(&more, codes + 9);
    assert_false(screening_from_json(more.data, more.len, again, &err));
    assert_non_null(strstr(err.text, "codes"));
    buf_finish(&more);
    buf_finish(&text);

    screening_not_screened(again, "sheet-1", "worker killed after 20 s");
    assert_int_equal(again->verdict, VERDICT_UNSURE);
    assert_string_equal(again->reason[0], "not_screened");
    assert_string_equal(again->reading[0].note, "worker killed after 20 s");
    assert_ok(screening_to_json(again, &text, &err), &err);
    assert_ok(screening_from_json(text.data, text.len, s, &err), &err);
    buf_finish(&text);
    free(s);
    free(again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_sheet, temp_setup, temp_teardown),
        cmocka_unit_test_setup_teardown(test_sheet_hostile, temp_setup, temp_teardown),
        cmocka_unit_test(test_pixels_hash),
        cmocka_unit_test_setup_teardown(test_screening, temp_setup, temp_teardown),
        cmocka_unit_test(test_screening_dirty),
        cmocka_unit_test(test_screening_bounds),
    };
    cmocka_set_message_output(CM_OUTPUT_STDOUT);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
