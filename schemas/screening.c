#include "schemas/screening.h"

#include "schemas/base/buf.h"
#include "schemas/base/err.h"
#include "schemas/base/file.h"
#include "schemas/base/text.h"
#include "schemas/dots_mark_json.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SCREENING_SCHEMA "postwacht/screening/1"
#define SCREENING_JSON_MAX (4u << 20) /* bytes; every array full of escapes stays below 1 MB */
#define GENUINE_N_MAX 1e6
#define PAGE_MM_MAX 1e5 /* boxes may lie outside the page, but not by 100 m */
#define DOTS_ANGLE_MAX 360.0
#define LOG10_LR_MAX 12.0 /* no number of sheets that a template keeps carries more */
#define LR_SHEETS_MAX 100000
#define DOTS_REPEATS_MAX 1e6 /* far more than a sheet holds */
#define DPI_MAX 1e5
#define SIZE_MM_MAX 1e4
#define STAGE_SECONDS_MAX 1e6
#define UNREAD_MAX 1000

const char *const verdict_names[4] = {"genuine", "imitation", "other", "unsure"};
const char *const outcome_names[4] = {"measured", "absent", "occluded", "unmeasurable"};
const char *const crop_shows_names[CROP_SHOWS_COUNT] = {"element", "edges", "texture", "screen"};
const char *const journey_stage_names[JOURNEY_STAGES] = {"posted", "sorted", "attempted",
                                                         "returned"};
const char *const points_names[3] = {"genuine", "imitation", "neither"};

static bool is_measured(const void *reading)
{
    return ((const struct reading *)reading)->outcome == OUTCOME_MEASURED;
}

static const struct json_field reading_fields[] = {
    {"check", JSON_KIND_TEXT, JSON_MUST, JSON_AT(struct reading, check)},
    {"element", JSON_KIND_TEXT, JSON_MUST, JSON_AT(struct reading, element)},
    {"side", JSON_KIND_ENUM, JSON_MUST, JSON_AT(struct reading, side), .names = side_names,
     .max = SIDE_COUNT},
    {"outcome", JSON_KIND_ENUM, JSON_MUST, JSON_AT(struct reading, outcome), .names = outcome_names,
     .max = JSON_COUNT_OF(outcome_names)},
    {"value", JSON_KIND_NUMBER, JSON_MUST, JSON_AT(struct reading, value), .given = is_measured},
    {"unit", JSON_KIND_TEXT, JSON_MUST, JSON_AT(struct reading, unit)},
    {"genuine", JSON_KIND_NUMBERS, JSON_MUST, JSON_AT(struct reading, genuine),
     .flag = offsetof(struct reading, has_genuine)},
    {"points", JSON_KIND_ENUM, JSON_MUST, JSON_AT(struct reading, points), .names = points_names,
     .max = JSON_COUNT_OF(points_names)},
    {"box_mm", JSON_KIND_NUMBERS, JSON_MUST, JSON_AT(struct reading, box_mm), .min = -PAGE_MM_MAX,
     .max = PAGE_MM_MAX, .flag = offsetof(struct reading, has_box)},
    {"genuine_n", JSON_KIND_INT, JSON_MAY, JSON_AT(struct reading, genuine_n),
     .max = GENUINE_N_MAX},
    {"weight", JSON_KIND_NUMBER, JSON_MAY, JSON_AT(struct reading, weight)},
    {"surprisal", JSON_KIND_NUMBER, JSON_MAY, JSON_AT(struct reading, surprisal)},
    {"reason", JSON_KIND_TEXT, JSON_MAY, JSON_AT(struct reading, reason)},
    {"crop_expected", JSON_KIND_NAME, JSON_MAY, JSON_AT(struct reading, crop_expected)},
    {"crop_seen", JSON_KIND_NAME, JSON_MAY, JSON_AT(struct reading, crop_seen)},
    {"crop_shows", JSON_KIND_ENUM, JSON_MAY, JSON_AT(struct reading, crop_shows),
     .names = crop_shows_names, .max = CROP_SHOWS_COUNT},
    {"expected_is_mean", JSON_KIND_BOOL, JSON_MAY, JSON_AT(struct reading, expected_is_mean)},
    {"note", JSON_KIND_TEXT, JSON_MAY, JSON_AT(struct reading, note)},
    {"detail", JSON_KIND_NUMBERS, JSON_MAY, JSON_AT(struct reading, detail),
     .flag = offsetof(struct reading, has_detail)},
};

static const struct json_field code_fields[] = {
    {"symbology", JSON_KIND_TEXT, JSON_MUST, JSON_AT(struct screening_code, symbology)},
    {"text", JSON_KIND_TEXT, JSON_MUST, JSON_AT(struct screening_code, text)},
    {"side", JSON_KIND_ENUM, JSON_MUST, JSON_AT(struct screening_code, side), .names = side_names,
     .max = SIDE_COUNT},
    {"check_result", JSON_KIND_TEXT, JSON_MAY, JSON_AT(struct screening_code, check_result)},
    {"meaning", JSON_KIND_TEXT, JSON_MAY, JSON_AT(struct screening_code, meaning)},
    {"kind", JSON_KIND_TEXT, JSON_MAY, JSON_AT(struct screening_code, kind)},
    {"detail", JSON_KIND_TEXT, JSON_MAY, JSON_AT(struct screening_code, detail)},
    {"box_mm", JSON_KIND_NUMBERS, JSON_MAY, JSON_AT(struct screening_code, box_mm),
     .min = -PAGE_MM_MAX, .max = PAGE_MM_MAX},
};

static const struct json_field return_fields[] = {
    {"is_return", JSON_KIND_BOOL, JSON_MUST, JSON_AT(struct screening_return, is_return)},
    {"country", JSON_KIND_TEXT, JSON_MUST, JSON_AT(struct screening_return, country)},
    {"operator", JSON_KIND_TEXT, JSON_MUST, JSON_AT(struct screening_return, operator_)},
    {"reason", JSON_KIND_TEXT, JSON_MUST, JSON_AT(struct screening_return, reason)},
    {"languages", JSON_KIND_TEXTS, JSON_MUST, .offset = offsetof(struct screening_return, language),
     .size = sizeof((struct screening_return *)0)->language[0],
     .count = offsetof(struct screening_return, n_languages),
     .max = JSON_COUNT_OF(((struct screening_return *)0)->language)},
    {"text", JSON_KIND_TEXT, JSON_MUST, JSON_AT(struct screening_return, text)},
    {"side", JSON_KIND_ENUM, JSON_MAY, JSON_AT(struct screening_return, side), .names = side_names,
     .max = SIDE_COUNT},
    {"box_mm", JSON_KIND_NUMBERS, JSON_MAY, JSON_AT(struct screening_return, box_mm),
     .min = -PAGE_MM_MAX, .max = PAGE_MM_MAX, .flag = offsetof(struct screening_return, has_box)},
    {"crop", JSON_KIND_NAME, JSON_MAY, JSON_AT(struct screening_return, crop)},
    {"date", JSON_KIND_TEXT, JSON_MAY, JSON_AT(struct screening_return, date)},
    {"score", JSON_KIND_NUMBER, JSON_MAY, JSON_AT(struct screening_return, score)},
    {"unread", JSON_KIND_INT, JSON_MAY, JSON_AT(struct screening_return, unread),
     .max = UNREAD_MAX},
    {"phrases", JSON_KIND_SHA256, JSON_MAY, JSON_AT(struct screening_return, phrases)},
};

#define PARTY(field) JSON_AT(struct screening_party, field)
static const struct json_field party_fields[] = {
    {"name", JSON_KIND_TEXT, JSON_MUST, PARTY(name)},
    {"street", JSON_KIND_TEXT, JSON_MUST, PARTY(street)},
    {"postcode", JSON_KIND_TEXT, JSON_MUST, PARTY(postcode)},
    {"place", JSON_KIND_TEXT, JSON_MUST, PARTY(place)},
    {"country", JSON_KIND_TEXT, JSON_MUST, PARTY(country)},
    {"by_template", JSON_KIND_BOOL, JSON_MAY, PARTY(by_template)},
    {"side", JSON_KIND_ENUM, JSON_MAY, PARTY(side), .names = side_names, .max = SIDE_COUNT},
    {"box_mm", JSON_KIND_NUMBERS, JSON_MAY, PARTY(box_mm), .min = -PAGE_MM_MAX, .max = PAGE_MM_MAX,
     .flag = offsetof(struct screening_party, has_box)},
};

#define EVENT(field) JSON_AT(struct screening_event, field)
static const struct json_field event_fields[] = {
    {"stage", JSON_KIND_ENUM, JSON_MUST, EVENT(stage), .names = journey_stage_names,
     .max = JOURNEY_STAGES},
    {"date", JSON_KIND_TEXT, JSON_MUST, EVENT(date)},
    {"country", JSON_KIND_TEXT, JSON_MUST, EVENT(country)},
    {"told_by", JSON_KIND_TEXT, JSON_MUST, EVENT(told_by)},
    {"text", JSON_KIND_TEXT, JSON_MAY, EVENT(text)},
    {"side", JSON_KIND_ENUM, JSON_MAY, EVENT(side), .names = side_names, .max = SIDE_COUNT},
    {"box_mm", JSON_KIND_NUMBERS, JSON_MAY, EVENT(box_mm), .min = -PAGE_MM_MAX, .max = PAGE_MM_MAX,
     .flag = offsetof(struct screening_event, has_box)},
    {"crop", JSON_KIND_NAME, JSON_MAY, EVENT(crop)},
};

static const struct json_field verdict_fields[] = {
    {"class", JSON_KIND_ENUM, JSON_MUST, JSON_AT(struct screening, verdict), .names = verdict_names,
     .max = JSON_COUNT_OF(verdict_names)},
    {"reasons", JSON_KIND_TEXTS, JSON_MUST, .offset = offsetof(struct screening, reason),
     .size = REASON_SIZE, .count = offsetof(struct screening, n_reasons),
     .max = SCREENING_REASONS_MAX},
};

static const struct json_field technology_fields[] = {
    {"estimate", JSON_KIND_TEXT, JSON_MUST, JSON_AT(struct screening, technology.estimate)},
    {"log10_lr", JSON_KIND_NUMBER, JSON_MUST, JSON_AT(struct screening, technology.log10_lr),
     .min = -LOG10_LR_MAX, .max = LOG10_LR_MAX,
     .flag = offsetof(struct screening, technology.has_log10_lr)},
    {"lr_genuine", JSON_KIND_INT, JSON_MAY, JSON_AT(struct screening, technology.lr_genuine),
     .max = LR_SHEETS_MAX},
    {"lr_imitations", JSON_KIND_INT, JSON_MAY, JSON_AT(struct screening, technology.lr_imitations),
     .max = LR_SHEETS_MAX},
    {"lr_printers", JSON_KIND_INT, JSON_MAY, JSON_AT(struct screening, technology.lr_printers),
     .max = LR_SHEETS_MAX},
    {"lr_lack", JSON_KIND_TEXT, JSON_MAY, JSON_AT(struct screening, technology.lr_lack)},
};

static bool has_cells(const void *base)
{
    return ((const struct screening *)base)->dots.cells.site[0] != '\0';
}

static json_t *put_cells(const void *base)
{
    const struct screening *screening = base;
    return json_write_fields(dots_cells_fields, DOTS_CELLS_N_FIELDS, &screening->dots.cells);
}

static bool get_cells(const json_t *value, void *base, struct err *err)
{
    struct dots_cells *cells = &((struct screening *)base)->dots.cells;
    return json_read_fields(value, dots_cells_fields, DOTS_CELLS_N_FIELDS, cells, err) &&
           dots_cells_check(cells, err);
}

static const struct json_field dots_genuine_fields[] = {
    {"looked", JSON_KIND_INT, JSON_MUST, JSON_AT(struct screening, dots.genuine.looked),
     .max = INT_MAX},
    {"found", JSON_KIND_INT, JSON_MUST, JSON_AT(struct screening, dots.genuine.found),
     .max = INT_MAX},
    {"relation", JSON_KIND_TEXT, JSON_MUST, JSON_AT(struct screening, dots.genuine.relation)},
    {"alike", JSON_KIND_INT, JSON_MUST, JSON_AT(struct screening, dots.genuine.alike),
     .max = INT_MAX},
};

static const struct json_field dots_fields[] = {
    {"status", JSON_KIND_TEXT, JSON_MUST, JSON_AT(struct screening, dots.status)},
    {"pattern", JSON_KIND_TEXT, JSON_MUST, JSON_AT(struct screening, dots.pattern)},
    {"serial", JSON_KIND_TEXT, JSON_MUST, JSON_AT(struct screening, dots.serial)},
    {"time", JSON_KIND_TEXT, JSON_MUST, JSON_AT(struct screening, dots.time)},
    {"note", JSON_KIND_TEXT, JSON_MAY, JSON_AT(struct screening, dots.note)},
    {"maker", JSON_KIND_TEXT, JSON_MAY, JSON_AT(struct screening, dots.maker)},
    {"code", JSON_KIND_TEXT, JSON_MAY, JSON_AT(struct screening, dots.code)},
    {"pitch_mm", JSON_KIND_NUMBERS, JSON_MAY, JSON_AT(struct screening, dots.pitch_mm),
     .max = PAGE_MM_MAX},
    {"angle_deg", JSON_KIND_NUMBER, JSON_MAY, JSON_AT(struct screening, dots.angle_deg),
     .min = -DOTS_ANGLE_MAX, .max = DOTS_ANGLE_MAX},
    {"repeats_visible", JSON_KIND_INT, JSON_MAY, JSON_AT(struct screening, dots.repeats_visible),
     .max = DOTS_REPEATS_MAX},
    {"repeats_agree", JSON_KIND_INT, JSON_MAY, JSON_AT(struct screening, dots.repeats_agree),
     .max = DOTS_REPEATS_MAX},
    {"side", JSON_KIND_ENUM, JSON_MAY, JSON_AT(struct screening, dots.side), .names = side_names,
     .max = SIDE_COUNT},
    {"crop_scan", JSON_KIND_NAME, JSON_MAY, JSON_AT(struct screening, dots.crop_scan)},
    {"crop_dots", JSON_KIND_NAME, JSON_MAY, JSON_AT(struct screening, dots.crop_dots)},
    {"cells", JSON_KIND_CUSTOM, JSON_MAY, .given = has_cells, .put = put_cells, .get = get_cells},
    {"genuine", JSON_KIND_OBJECT, JSON_MAY, .flag = offsetof(struct screening, dots.genuine.known),
     JSON_FIELDS(dots_genuine_fields)},
};

static const struct json_field text_fields[] = {
    {"sender", JSON_KIND_TEXT, JSON_MUST, JSON_AT(struct screening, text_sender)},
    {"return", JSON_KIND_TEXT, JSON_MUST, JSON_AT(struct screening, text_return)},
};

static const struct json_field preview_fields[] = {
    {"front", JSON_KIND_NAME, JSON_MAY, JSON_AT(struct screening, preview[SIDE_FRONT])},
    {"back", JSON_KIND_NAME, JSON_MAY, JSON_AT(struct screening, preview[SIDE_BACK])},
};

#define MASTER_FIELDS(side)                                                                        \
    {"file", JSON_KIND_NAME, JSON_MUST, JSON_AT(struct screening, master[side].file)},             \
        {"sha256_file", JSON_KIND_SHA256, JSON_MUST,                                               \
         JSON_AT(struct screening, master[side].sha256_file)},                                     \
    {                                                                                              \
        "sha256_pixels", JSON_KIND_SHA256, JSON_MUST,                                              \
            JSON_AT(struct screening, master[side].sha256_pixels)                                  \
    }
static const struct json_field master_front_fields[] = {MASTER_FIELDS(SIDE_FRONT)};
static const struct json_field master_back_fields[] = {MASTER_FIELDS(SIDE_BACK)};

static const struct json_field masters_fields[] = {
    {"front", JSON_KIND_OBJECT, JSON_MAY, JSON_FIELDS(master_front_fields)},
    {"back", JSON_KIND_OBJECT, JSON_MAY, JSON_FIELDS(master_back_fields)},
};

static const struct json_field software_fields[] = {
    {"version", JSON_KIND_TEXT, JSON_MUST, JSON_AT(struct screening, version)},
    {"opencv", JSON_KIND_TEXT, JSON_MUST, JSON_AT(struct screening, opencv)},
    {"tesseract", JSON_KIND_TEXT, JSON_MUST, JSON_AT(struct screening, tesseract)},
};

/* "seconds" has the stages' names as keys, in the order they ran. */
static json_t *put_seconds(const void *base)
{
    const struct screening *screening = base;
    json_t *object = json_object();
    for (int i = 0; object && i < screening->n_seconds && i < SCREENING_STAGES_MAX; i++) {
        char stage[sizeof screening->seconds[i].stage];
        text_copy_utf8(stage, sizeof stage, screening->seconds[i].stage);
        json_object_set_new(object, stage, json_number_of(screening->seconds[i].seconds));
    }
    return object;
}

static bool get_seconds(const json_t *value, void *base, struct err *err)
{
    struct screening *screening = base;
    const char *stage;
    json_t *seconds;
    if (!json_is_object(value) || json_object_size(value) > SCREENING_STAGES_MAX)
        return err_set(err, "is not an object of at most %d stages", SCREENING_STAGES_MAX);
    json_object_foreach((json_t *)value, stage, seconds)
    {
        double number = json_number_value(seconds); /* 0 for null */
        if (strlen(stage) >= sizeof screening->seconds[0].stage ||
            !(json_is_number(seconds) || json_is_null(seconds)) ||
            !(number >= 0 && number <= STAGE_SECONDS_MAX))
            return err_set(err, "holds a stage that is too long or not a number of seconds");
        screening_add_seconds(screening, stage, number);
    }
    return true;
}

static const struct json_field id_field = {"id", JSON_KIND_TEXT, JSON_MUST,
                                           JSON_AT(struct screening, id)};
static const struct json_field error_fields[] = {
    {"error", JSON_KIND_TEXT, JSON_MUST, JSON_AT(struct screening, error)},
    {"software", JSON_KIND_OBJECT, JSON_MUST, JSON_FIELDS(software_fields)},
};
static const struct json_field screening_fields[] = {
    {"verdict", JSON_KIND_OBJECT, JSON_MUST, JSON_FIELDS(verdict_fields)},
    {"template", JSON_KIND_TEXT, JSON_MUST, JSON_AT(struct screening, template_name),
     .empty_is_null = true},
    {"returned", JSON_KIND_OBJECT, JSON_MUST, .offset = offsetof(struct screening, returned),
     JSON_FIELDS(return_fields)},
    {"readings", JSON_KIND_LIST, JSON_MUST, .offset = offsetof(struct screening, reading),
     .size = sizeof(struct reading), .count = offsetof(struct screening, n_readings),
     .max = SCREENING_READINGS_MAX, JSON_FIELDS(reading_fields)},
    {"technology", JSON_KIND_OBJECT, JSON_MUST, JSON_FIELDS(technology_fields)},
    {"tracking_dots", JSON_KIND_OBJECT, JSON_MUST, JSON_FIELDS(dots_fields)},
    {"codes", JSON_KIND_LIST, JSON_MUST, .offset = offsetof(struct screening, code),
     .size = sizeof(struct screening_code), .count = offsetof(struct screening, n_codes),
     .max = SCREENING_CODES_MAX, JSON_FIELDS(code_fields)},
    {"text", JSON_KIND_OBJECT, JSON_MUST, JSON_FIELDS(text_fields)},
    {"orientation", JSON_KIND_INT, JSON_MUST, JSON_AT(struct screening, orientation), .max = 359},
    {"dpi", JSON_KIND_NUMBER, JSON_MUST, JSON_AT(struct screening, dpi), .max = DPI_MAX},
    {"size_mm", JSON_KIND_NUMBERS, JSON_MUST, JSON_AT(struct screening, size_mm),
     .max = SIZE_MM_MAX},
    {"software", JSON_KIND_OBJECT, JSON_MUST, JSON_FIELDS(software_fields)},
    {"seconds", JSON_KIND_CUSTOM, JSON_MUST, .put = put_seconds, .get = get_seconds},
    {"sides_swapped", JSON_KIND_BOOL, JSON_MAY, JSON_AT(struct screening, sides_swapped)},
    {"template_version", JSON_KIND_TEXT, JSON_MAY, JSON_AT(struct screening, template_version)},
    {"sender", JSON_KIND_OBJECT, JSON_MAY, .offset = offsetof(struct screening, sender),
     .flag = offsetof(struct screening, sender.known), JSON_FIELDS(party_fields)},
    {"recipient", JSON_KIND_OBJECT, JSON_MAY, .offset = offsetof(struct screening, recipient),
     .flag = offsetof(struct screening, recipient.known), JSON_FIELDS(party_fields)},
    {"journey", JSON_KIND_LIST, JSON_MAY, .offset = offsetof(struct screening, event),
     .size = sizeof(struct screening_event), .count = offsetof(struct screening, n_events),
     .max = SCREENING_EVENTS_MAX, JSON_FIELDS(event_fields)},
    {"previews", JSON_KIND_OBJECT, JSON_MAY, JSON_FIELDS(preview_fields)},
    {"masters", JSON_KIND_OBJECT, JSON_MAY, JSON_FIELDS(masters_fields)},
};

bool screening_to_json(const struct screening *screening, struct buf *ret, struct err *err)
{
    const struct json_field *fields = screening->error[0] ? error_fields : screening_fields;
    size_t n = screening->error[0] ? JSON_COUNT_OF(error_fields) : JSON_COUNT_OF(screening_fields);
    json_t *object = json_pack("{s:s}", "schema", SCREENING_SCHEMA);
    if (object && !(json_put_fields(object, &id_field, 1, screening) &&
                    json_put_fields(object, fields, n, screening))) {
        json_decref(object);
        object = NULL;
    }
    return json_print(object, ret, err);
}

bool screening_from_json(const char *json, size_t n, struct screening *ret, struct err *err)
{
    json_t *object;
    if (!json_parse(json, n, SCREENING_SCHEMA, &object, err))
        return false;
    struct screening *screening = calloc(1, sizeof *screening);
    bool ok = screening || err_set(err, "out of memory");
    ok = ok && json_read_fields(object, &id_field, 1, screening, err);
    if (ok && json_object_get(object, "error"))
        ok = json_read_fields(object, error_fields, JSON_COUNT_OF(error_fields), screening, err);
    else if (ok)
        ok = json_read_fields(object, screening_fields, JSON_COUNT_OF(screening_fields), screening,
                              err);
    if (ok)
        *ret = *screening;
    free(screening);
    json_decref(object);
    return ok;
}

bool screening_read(const char *sheet_dir, struct screening *ret, struct err *err)
{
    char path[PATH_SIZE];
    struct buf text = {0};
    bool ok = path_join(path, sheet_dir, SCREENING_FILE, err) &&
              file_read(path, SCREENING_JSON_MAX, &text, err);
    if (ok && !screening_from_json(text.data, text.len, ret, err))
        ok = err_context(err, "%s", path);
    buf_finish(&text);
    return ok;
}

bool screening_write(const char *sheet_dir, const struct screening *screening, struct err *err)
{
    char path[PATH_SIZE];
    struct buf text = {0};
    bool ok = screening_to_json(screening, &text, err);
    buf_putc(&text, '\n');
    ok = ok && buf_ok(&text, err) && path_join(path, sheet_dir, SCREENING_FILE, err) &&
         file_write_atomic(path, text.data, text.len, 0640, err);
    buf_finish(&text);
    return ok;
}

struct reading *screening_add_reading(struct screening *screening)
{
    if (screening->n_readings >= SCREENING_READINGS_MAX)
        return NULL;
    struct reading *reading = &screening->reading[screening->n_readings++];
    *reading = (struct reading){.outcome = OUTCOME_UNMEASURABLE, .points = POINTS_NEITHER};
    return reading;
}

void screening_add_reason(struct screening *screening, const char *reason)
{
    for (int i = 0; i < screening->n_reasons; i++)
        if (strcmp(screening->reason[i], reason) == 0)
            return;
    if (screening->n_reasons < SCREENING_REASONS_MAX)
        text_copy_utf8(screening->reason[screening->n_reasons++], REASON_SIZE, reason);
}

void screening_add_seconds(struct screening *screening, const char *stage, double seconds)
{
    if (screening->n_seconds >= SCREENING_STAGES_MAX)
        return;
    text_copy_utf8(screening->seconds[screening->n_seconds].stage,
                   sizeof screening->seconds[0].stage, stage);
    screening->seconds[screening->n_seconds++].seconds = seconds;
}

bool screening_event_by_label(const struct screening_event *event)
{
    return strcmp(event->told_by, "label") == 0 || strcmp(event->told_by, "reason") == 0;
}

bool screening_code_failed(const struct screening_code *code)
{
    return strcmp(code->check_result, "failed") == 0;
}

void screening_not_screened(struct screening *ret, const char *id, const char *why)
{
    *ret = (struct screening){.verdict = VERDICT_UNSURE};
    text_copy_utf8(ret->id, sizeof ret->id, id);
    strcpy(ret->technology.estimate, "unknown");
    strcpy(ret->dots.status, "not_testable");
    strcpy(ret->version, POSTWACHT_VERSION);
    screening_add_reason(ret, "not_screened");
    struct reading *reading = screening_add_reading(ret);
    strcpy(reading->check, "screening");
    strcpy(reading->reason, "not_screened");
    text_copy_utf8(reading->note, sizeof reading->note, why);
}

void screening_dots_mark(const struct screening *screening, struct dots_mark *ret)
{
    struct dots_mark mark = {.cells = screening->dots.cells};
    memcpy(mark.pattern, screening->dots.pattern, sizeof mark.pattern);
    memcpy(mark.serial, screening->dots.serial, sizeof mark.serial);
    memcpy(mark.code, screening->dots.code, sizeof mark.code);
    *ret = mark;
}
