/* The hand-over sheet: what an officer signs when taking an envelope along. Its order and its
 * contents follow what police and courts in the Netherlands ask for; it states observations and
 * their limits, and a likelihood ratio only where it is calibrated. */
#include "web/sheet/sheet.h"

#include "schemas/base/err.h"
#include "schemas/base/file.h"
#include "web/web.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PICTURE_BYTES_MAX (16 * 1024 * 1024) /* a preview has 0.3 MB, a crop at 600 dpi up to 8 */

/* A picture that is missing or broken leaves its place empty: the hash still stands beside it. */
static void load_picture(struct reg *reg, struct sheet_data *data, const struct reg_file *file)
{
    char path[PATH_SIZE], mime[32];
    struct err err;
    if (!file || data->n_pictures == SHEET_PICTURES_MAX || sheet_picture(data, file))
        return;
    struct buf bytes = {0};
    if (!reg_blob_path(reg, file->sha256, path, sizeof path, mime, &err) ||
        !file_read(path, PICTURE_BYTES_MAX, &bytes, &err)) {
        buf_finish(&bytes);
        return;
    }
    data->picture[data->n_pictures].sha256 = file->sha256;
    data->picture[data->n_pictures].bytes = bytes;
    data->n_pictures++;
}

const struct buf *sheet_picture(const struct sheet_data *data, const struct reg_file *file)
{
    for (int i = 0; file && i < data->n_pictures; i++)
        if (strcmp(data->picture[i].sha256, file->sha256) == 0)
            return &data->picture[i].bytes;
    return NULL;
}

static void load_pictures(struct reg *reg, struct sheet_data *data)
{
    const struct screening *screening = &data->item.screening;
    for (int side = 0; side < SIDE_COUNT; side++)
        load_picture(reg, data, item_file(&data->item, screening->preview[side]));
    load_picture(reg, data, item_file(&data->item, screening->returned.crop));
    for (int i = 0; i < screening->n_events; i++)
        load_picture(reg, data, item_file(&data->item, screening->event[i].crop));
    load_picture(reg, data, item_file(&data->item, screening->dots.crop_scan));
    load_picture(reg, data, item_file(&data->item, screening->dots.crop_dots));
    for (int i = 0; i < data->n_findings; i++) {
        const struct reading *pictured = data->finding[i].pictured;
        if (!pictured)
            continue;
        load_picture(reg, data, item_file(&data->item, pictured->crop_expected));
        load_picture(reg, data, item_file(&data->item, pictured->crop_seen));
    }
}

static bool read_data(struct reg *reg, int64_t item, struct sheet_data *data, struct err *err)
{
    if (!reg_item(reg, item, &data->item, err) || !reg_firm_get(reg, &data->firm, err) ||
        !reg_checkpoint(reg, &data->checkpoint, err))
        return false;
    snprintf(data->number, sizeof data->number, "PW-%06lld-%08lld", (long long)item,
             (long long)data->checkpoint.size);
    data->n_findings = findings_collect(&data->item.screening, data->finding);
    load_pictures(reg, data);
    return true;
}

static void release(struct sheet_data *data)
{
    for (int i = 0; i < data->n_pictures; i++)
        buf_finish(&data->picture[i].bytes);
    reg_item_finish(&data->item);
    free(data);
}

/* Draws the whole sheet; `pages` is 0 the first time, when it only counts. */
static bool draw(const struct sheet_data *data, int pages, struct buf *ret_pdf, int *ret_pages,
                 struct err *err)
{
    char left[96], right[96], foot[192];
    snprintf(left, sizeof left, "Postwacht · %s · %s %lld", say(data->lang, T_sheet_title),
             say(data->lang, T_item), (long long)data->item.row.item);
    snprintf(right, sizeof right, "%s %s", say(data->lang, T_sheet_no), data->number);
    snprintf(foot, sizeof foot, "%s · %s %.16s…", say(data->lang, T_sheet_no_expert),
             say(data->lang, T_root), data->checkpoint.root_hex);
    struct paper paper = {
        .pages = pages,
        .left = left,
        .right = right,
        .foot = foot,
        .page_words = {say(data->lang, T_sheet_page), say(data->lang, T_status_of)}};
    struct paper_info info = {.title = left,
                              .author = data->firm.name,
                              .iso_time = data->checkpoint.time,
                              .lang = lang_code(data->lang)};
    if (!paper_begin(&paper, &info, ret_pdf, err))
        return false;
    sheet_identity(&paper, data);
    sheet_findings(&paper, data);
    sheet_ratio(&paper, data);
    sheet_series(&paper, data);
    sheet_images(&paper, data);
    sheet_custody(&paper, data);
    sheet_signatures(&paper, data);
    sheet_checkpoint(&paper, data);
    return paper_end(&paper, ret_pages, err);
}

bool web_handover_sheet(struct reg *reg, int64_t item, const struct series *series,
                        const char *lang, struct buf *ret_pdf, struct err *err)
{
    struct sheet_data *data = calloc(1, sizeof *data);
    if (!data)
        return err_set(err, "out of memory for the hand-over sheet of item %lld", (long long)item);
    data->lang = lang_from_code(lang);
    data->series = series && series->n_members > 0 ? series : NULL;
    struct buf pdf = {0};
    int pages = 0;
    bool made = read_data(reg, item, data, err) && draw(data, 0, NULL, &pages, err) &&
                draw(data, pages, &pdf, &pages, err) && buf_ok(&pdf, err);
    release(data);
    if (!made) {
        buf_finish(&pdf);
        return false;
    }
    buf_append(ret_pdf, pdf.data, pdf.len);
    buf_finish(&pdf);
    return buf_ok(ret_pdf, err);
}
