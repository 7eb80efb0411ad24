#include "schemas/base/err.h"
#include "schemas/base/text.h"
#include "schemas/register/record.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* JSON files, two sides, two previews, a sticker, dots, and two crops a reading. */
#define KEPT_MAX (2 + 2 * SIDE_COUNT + 1 + 2 + 2 * SCREENING_READINGS_MAX)
#define MILLI 1000.0 /* the log holds integers only */

static struct kept *keep(struct intake *intake, const char *role, const char *dir,
                         const char *folder, const char *name, struct err *err)
{
    struct kept *kept = &intake->kept[intake->n_kept];
    *kept = (struct kept){.side = -1, .sha256_pixels = ""};
    snprintf(kept->role, sizeof kept->role, "%s", role);
    snprintf(kept->name, sizeof kept->name, "%s%s", folder, name);
    if (!name_is_safe(name)) {
        err_set(err, "\"%s\" is not a plain file name", name);
        return NULL;
    }
    if (!path_join(kept->path, dir, kept->name, err))
        return NULL;
    intake->n_kept++;
    return kept;
}

/* A picture that explains a finding. Two findings may share one; one that is missing is no reason
 * to refuse the sheet, since derivatives are never the evidence. */
static bool keep_crop(struct intake *intake, const char *role, const char *dir, const char *name,
                      struct err *err)
{
    char path[PATH_SIZE];
    if (!name[0])
        return true;
    for (int i = 0; i < intake->n_kept; i++)
        if (strncmp(intake->kept[i].name, CROPS_DIR "/", sizeof CROPS_DIR) == 0 &&
            strcmp(intake->kept[i].name + sizeof CROPS_DIR, name) == 0)
            return true;
    if (!path_join(path, dir, CROPS_DIR, err) || !path_join(path, path, name, err))
        return false;
    return !file_exists(path) || keep(intake, role, dir, CROPS_DIR "/", name, err);
}

/* The PNG master when there is one with the very pixels that were scanned, else what the device
 * delivered. */
static bool keep_side(struct intake *intake, int i, const char *dir, struct err *err)
{
    const struct sheet_side *side = &intake->sheet.side[i];
    const char *master = intake->screening.master[i].file;
    const char *pixels = intake->screening.master[i].sha256_pixels;
    bool use_master = master[0] && strcmp(master, side->file) != 0;
    intake->refused = use_master && strcmp(pixels, side->sha256_pixels) != 0;
    if (intake->refused)
        return err_set(err,
                       "%s does not hold the pixels that were scanned into %s; remove the "
                       "masters from " SCREENING_FILE " and try again",
                       master, side->file);
    struct kept *kept = keep(intake, use_master ? "master" : "image", dir, "",
                             use_master ? master : side->file, err);
    if (!kept)
        return false;
    kept->side = i;
    kept->sha256_pixels = side->sha256_pixels;
    return true;
}

static bool list_files(struct intake *intake, const char *dir, struct err *err)
{
    const struct screening *screening = &intake->screening;
    if (!keep(intake, "sheet", dir, "", SHEET_FILE, err))
        return false;
    for (int i = 0; i < intake->sheet.n_sides; i++)
        if (!keep_side(intake, i, dir, err))
            return false;
    for (int i = 0; i < SIDE_COUNT; i++)
        if (!keep_crop(intake, "preview", dir, screening->preview[i], err))
            return false;
    if (!keep_crop(intake, "crop", dir, screening->returned.crop, err) ||
        !keep_crop(intake, "crop", dir, screening->dots.crop_scan, err) ||
        !keep_crop(intake, "crop", dir, screening->dots.crop_dots, err))
        return false;
    for (int i = 0; i < screening->n_readings; i++)
        if (!keep_crop(intake, "crop", dir, screening->reading[i].crop_expected, err) ||
            !keep_crop(intake, "crop", dir, screening->reading[i].crop_seen, err))
            return false;
    return keep(intake, "screening", dir, "", SCREENING_FILE, err);
}

bool intake_read(const char *sheet_dir, struct intake *ret, struct err *err)
{
    ret->kept = calloc(KEPT_MAX, sizeof *ret->kept);
    if (!ret->kept)
        return err_set(err, "out of memory");
    if (!sheet_read(sheet_dir, &ret->sheet, err) ||
        !screening_read(sheet_dir, &ret->screening, err))
        return false;
    ret->refused = strcmp(ret->sheet.id, ret->screening.id) != 0;
    if (ret->refused)
        return err_set(err, "%s: " SCREENING_FILE " is about sheet %s and not %s", sheet_dir,
                       ret->screening.id, ret->sheet.id);
    if (ret->screening.error[0]) {
        char why[sizeof ret->screening.error];
        memcpy(why, ret->screening.error, sizeof why);
        screening_not_screened(&ret->screening, ret->sheet.id, why);
    }
    return ret->screening.verdict == VERDICT_OTHER || list_files(ret, sheet_dir, err);
}

void intake_finish(struct intake *intake)
{
    free(intake->kept);
    intake->kept = NULL;
}

static json_t *file_of(const struct kept *kept)
{
    char commitment[SHA256_HEX_SIZE];
    hex_encode(kept->commitment, sizeof kept->commitment, commitment);
    return json_pack("{s:s, s:s, s:s, s:I}", "role", kept->role, "name", kept->name, "commitment",
                     commitment, "size", (json_int_t)kept->blob.size);
}

static json_t *clean(const char *text)
{
    char ret[512];
    text_copy_utf8(ret, sizeof ret, text);
    return json_string(ret);
}

static const struct kept *kept_of_role(const struct intake *intake, const char *role)
{
    for (int i = 0; i < intake->n_kept; i++)
        if (strcmp(intake->kept[i].role, role) == 0)
            return &intake->kept[i];
    return NULL;
}

json_t *entry_received(const struct intake *intake)
{
    const struct sheet *sheet = &intake->sheet;
    return json_pack("{s:s, s:s, s:i, s:o, s:s, s:i, s:{s:o, s:o, s:o}, s:o, s:o}", "sheet",
                     sheet->id, "batch", sheet->batch, "seq", sheet->seq, "source",
                     clean(sheet->source), "captured", sheet->captured, "sides", sheet->n_sides,
                     "device", "vendor", clean(sheet->device.vendor), "model",
                     clean(sheet->device.model), "serial", clean(sheet->device.serial), "software",
                     clean(sheet->software), "file", file_of(kept_of_role(intake, "sheet")));
}

json_t *entry_captured(const struct intake *intake, const struct kept *image)
{
    const struct sheet_side *side = &intake->sheet.side[image->side];
    return json_pack("{s:s, s:o, s:s, s:s, s:s, s:i, s:i, s:i, s:i, s:I, s:I, s:o}", "side",
                     side_names[image->side], "file", file_of(image), "raw_name", side->file,
                     "raw_sha256", side->sha256_file, "sha256_pixels", side->sha256_pixels, "width",
                     side->width, "height", side->height, "channels", side->channels, "depth",
                     side->depth, "milli_dpi_x", (json_int_t)llround(side->dpi_x * MILLI),
                     "milli_dpi_y", (json_int_t)llround(side->dpi_y * MILLI), "status",
                     clean(side->status));
}

json_t *entry_derived(const struct intake *intake)
{
    json_t *files = json_array();
    for (int i = 0; files && i < intake->n_kept; i++)
        if (strcmp(intake->kept[i].role, "preview") == 0 ||
            strcmp(intake->kept[i].role, "crop") == 0)
            json_array_append_new(files, file_of(&intake->kept[i]));
    return json_pack("{s:o}", "files", files);
}

json_t *entry_screening(const struct intake *intake)
{
    const struct screening *screening = &intake->screening;
    const struct screening_return *returned = &screening->returned;
    json_t *reasons = json_array();
    for (int i = 0; reasons && i < screening->n_reasons; i++)
        json_array_append_new(reasons, clean(screening->reason[i]));
    return json_pack(
        "{s:s, s:o, s:o, s:o, s:{s:b, s:o, s:o, s:o}, s:{s:o, s:o, s:o}, s:o}", "class",
        verdict_names[screening->verdict], "reasons", reasons, "template",
        clean(screening->template_name), "template_version", clean(screening->template_version),
        "returned", "is_return", returned->is_return, "country", clean(returned->country),
        "operator", clean(returned->operator_), "reason", clean(returned->reason), "software",
        "version", clean(screening->version), "opencv", clean(screening->opencv), "tesseract",
        clean(screening->tesseract), "file", file_of(kept_of_role(intake, "screening")));
}
