#include "schemas/sheet.h"

#include "schemas/base/buf.h"
#include "schemas/base/err.h"
#include "schemas/base/file.h"
#include "schemas/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHEET_SCHEMA "postwacht/sheet/1"
#define SHEET_JSON_MAX (256u << 10) /* bytes; a full one with all settings has about 10 KB */
#define BATCH_SEQ_MAX 1e6           /* sheets in one batch: years of one scanner */
#define PIXELS_MAX 1e6              /* pixels along one side: 10 m at 2400 dpi */
#define DPI_MAX 1e5
#define BYTES_MAX 1e15 /* below 2^53, so that any JSON reader sees the exact number */

const char *const side_names[SIDE_COUNT] = {"front", "back"};

static const struct json_field setting_fields[] = {
    {"name", JSON_KIND_TEXT, JSON_MUST, JSON_AT(struct sheet_setting, name)},
    {"value", JSON_KIND_TEXT, JSON_MUST, JSON_AT(struct sheet_setting, value)},
};

static const struct json_field side_fields[] = {
    {"file", JSON_KIND_NAME, JSON_MUST, JSON_AT(struct sheet_side, file)},
    {"width", JSON_KIND_INT, JSON_MUST, JSON_AT(struct sheet_side, width), .max = PIXELS_MAX},
    {"height", JSON_KIND_INT, JSON_MUST, JSON_AT(struct sheet_side, height), .max = PIXELS_MAX},
    {"channels", JSON_KIND_INT, JSON_MUST, JSON_AT(struct sheet_side, channels), .max = 4},
    {"depth", JSON_KIND_INT, JSON_MUST, JSON_AT(struct sheet_side, depth), .max = 16},
    {"dpi_x", JSON_KIND_NUMBER, JSON_MUST, JSON_AT(struct sheet_side, dpi_x), .max = DPI_MAX},
    {"dpi_y", JSON_KIND_NUMBER, JSON_MUST, JSON_AT(struct sheet_side, dpi_y), .max = DPI_MAX},
    {"bytes_announced", JSON_KIND_U64, JSON_MUST, JSON_AT(struct sheet_side, bytes_announced),
     .max = BYTES_MAX},
    {"bytes_received", JSON_KIND_U64, JSON_MUST, JSON_AT(struct sheet_side, bytes_received),
     .max = BYTES_MAX},
    {"status", JSON_KIND_TEXT, JSON_MUST, JSON_AT(struct sheet_side, status)},
    {"sha256_file", JSON_KIND_SHA256, JSON_MUST, JSON_AT(struct sheet_side, sha256_file)},
    {"sha256_pixels", JSON_KIND_SHA256, JSON_MUST, JSON_AT(struct sheet_side, sha256_pixels)},
};

static const struct json_field device_fields[] = {
    {"sane_name", JSON_KIND_TEXT, JSON_MUST, JSON_AT(struct sheet, device.sane_name)},
    {"vendor", JSON_KIND_TEXT, JSON_MUST, JSON_AT(struct sheet, device.vendor)},
    {"model", JSON_KIND_TEXT, JSON_MUST, JSON_AT(struct sheet, device.model)},
    {"serial", JSON_KIND_TEXT, JSON_MUST, JSON_AT(struct sheet, device.serial)},
};

static const struct json_field sheet_fields[] = {
    {"id", JSON_KIND_NAME, JSON_MUST, JSON_AT(struct sheet, id)},
    {"batch", JSON_KIND_NAME, JSON_MUST, JSON_AT(struct sheet, batch)},
    {"seq", JSON_KIND_INT, JSON_MUST, JSON_AT(struct sheet, seq), .max = BATCH_SEQ_MAX},
    {"source", JSON_KIND_TEXT, JSON_MUST, JSON_AT(struct sheet, source)},
    {"captured", JSON_KIND_TIME, JSON_MUST, JSON_AT(struct sheet, captured)},
    {"device", JSON_KIND_OBJECT, JSON_MUST, JSON_FIELDS(device_fields)},
    {"software", JSON_KIND_TEXT, JSON_MUST, JSON_AT(struct sheet, software)},
    {"settings", JSON_KIND_LIST, JSON_MUST, .offset = offsetof(struct sheet, setting),
     .size = sizeof(struct sheet_setting), .count = offsetof(struct sheet, n_settings),
     .max = SHEET_SETTINGS_MAX, JSON_FIELDS(setting_fields)},
    {"sides", JSON_KIND_LIST, JSON_MUST, .offset = offsetof(struct sheet, side),
     .size = sizeof(struct sheet_side), .count = offsetof(struct sheet, n_sides), .max = SIDE_COUNT,
     JSON_FIELDS(side_fields)},
};

static bool sheet_check(const struct sheet *sheet, struct err *err)
{
    if (!name_is_safe(sheet->id))
        return err_set(err, "\"id\" is not a plain name");
    if (sheet->n_sides < 1 || sheet->n_sides > SIDE_COUNT)
        return err_set(err, "\"sides\" must hold one or two sides");
    for (int i = 0; i < sheet->n_sides; i++)
        if (!name_is_safe(sheet->side[i].file))
            return err_set(err, "\"file\" of side %d is not a plain file name", i + 1);
    return true;
}

bool sheet_from_json(const char *json, size_t n, struct sheet *ret, struct err *err)
{
    json_t *object;
    if (!json_parse(json, n, SHEET_SCHEMA, &object, err))
        return false;
    struct sheet *sheet = calloc(1, sizeof *sheet);
    bool ok = (sheet || err_set(err, "out of memory")) &&
              json_read_fields(object, sheet_fields, JSON_COUNT_OF(sheet_fields), sheet, err) &&
              sheet_check(sheet, err);
    if (ok)
        *ret = *sheet;
    free(sheet);
    json_decref(object);
    return ok;
}

bool sheet_read(const char *dir, struct sheet *ret, struct err *err)
{
    char path[PATH_SIZE];
    struct buf text = {0};
    bool ok = path_join(path, dir, SHEET_FILE, err) && file_read(path, SHEET_JSON_MAX, &text, err);
    if (ok && !sheet_from_json(text.data, text.len, ret, err))
        ok = err_context(err, "%s", path);
    buf_finish(&text);
    return ok;
}

bool sheet_write(const char *dir, const struct sheet *sheet, struct err *err)
{
    char path[PATH_SIZE];
    if (!sheet_check(sheet, err))
        return err_context(err, "sheet %s", sheet->id);
    struct buf text = {0};
    json_t *object = json_pack("{s:s}", "schema", SHEET_SCHEMA);
    if (object && !json_put_fields(object, sheet_fields, JSON_COUNT_OF(sheet_fields), sheet)) {
        json_decref(object);
        object = NULL;
    }
    bool ok = json_print(object, &text, err);
    buf_putc(&text, '\n');
    ok = ok && buf_ok(&text, err) && path_join(path, dir, SHEET_FILE, err) &&
         file_write_atomic(path, text.data, text.len, 0640, err);
    buf_finish(&text);
    return ok;
}

void sheet_pixels_hash_start(struct sha256 *hash, int width, int height, int channels, int depth)
{
    char line[96];
    int n = snprintf(line, sizeof line, "postwacht-pixels/1 %d %d %d %d\n", width, height, channels,
                     depth);
    sha256_init(hash);
    sha256_update(hash, line, (size_t)n);
}
