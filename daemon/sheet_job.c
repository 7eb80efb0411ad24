#include "daemon/sheet_job.h"

#include "imaging/master.h"
#include "schemas/base/clock.h"
#include "schemas/base/err.h"
#include "schemas/base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const master_names[SIDE_COUNT] = {"master-front.png", "master-back.png"};

static bool input_paths(const char *dir, const struct sheet *sheet, char ret[SIDE_COUNT][PATH_SIZE],
                        struct err *err)
{
    for (int side = 0; side < sheet->n_sides; side++) {
        const char *file = sheet->side[side].file;
        if (!name_is_safe(file))
            return err_set(err, "%s: the file name of the %s is not a plain name", dir,
                           side_names[side]);
        if (!path_join(ret[side], dir, file, err))
            return false;
    }
    return true;
}

/* The device's own JPEG is kept as it is: a PNG cannot make it any truer. So is a file that was
 * handed in: its bytes are what was received, and nobody hashed its pixels while they were taken.
 */
static bool keeps_its_file(const struct sheet_side *side)
{
    const char *dot = strrchr(side->file, '.');
    return !side->sha256_pixels[0] ||
           (dot && (strcasecmp(dot, ".jpg") == 0 || strcasecmp(dot, ".jpeg") == 0));
}

/* Pixels that are not those of the scan are refused: the sheet then ends as not screened, with its
 * raw files, for a person to look at. */
static bool write_masters(const char *dir, const struct sheet *sheet,
                          char raw[SIDE_COUNT][PATH_SIZE], struct screening *screening,
                          struct err *err)
{
    for (int side = 0; side < sheet->n_sides; side++) {
        const struct sheet_side *taken = &sheet->side[side];
        char png[PATH_SIZE];
        if (keeps_its_file(taken))
            continue;
        if (!path_join(png, dir, master_names[side], err))
            return false;
        char sha256_file[SHA256_HEX_SIZE], sha256_pixels[SHA256_HEX_SIZE];
        if (!master_write(raw[side], png, sha256_file, sha256_pixels, err))
            return err_context(err, "archiving the %s", side_names[side]);
        if (strcmp(taken->sha256_pixels, sha256_pixels) != 0)
            return err_set(err,
                           "%s: the pixels of the %s are not those that were scanned; keep the "
                           "folder and scan the envelope again",
                           dir, side_names[side]);
        snprintf(screening->master[side].file, sizeof screening->master[side].file, "%s",
                 master_names[side]);
        memcpy(screening->master[side].sha256_file, sha256_file, SHA256_HEX_SIZE);
        memcpy(screening->master[side].sha256_pixels, sha256_pixels, SHA256_HEX_SIZE);
    }
    return true;
}

static bool run(struct screener *screener, const char *dir, const struct sheet *sheet,
                struct screening *screening, struct err *err)
{
    char raw[SIDE_COUNT][PATH_SIZE] = {{0}};
    if (!input_paths(dir, sheet, raw, err))
        return false;
    struct screen_input input = {
        .id = sheet->id,
        .path = {raw[SIDE_FRONT], sheet->n_sides > SIDE_BACK ? raw[SIDE_BACK] : NULL},
        .dpi = sheet->side[SIDE_FRONT].dpi_x,
        .out_dir = dir,
    };
    struct err why = {0};
    if (!screen_files(screener, &input, screening, &why)) {
        screening_not_screened(screening, sheet->id, why.text);
        return screening_write(dir, screening, err);
    }
    if (screening->verdict != VERDICT_OTHER) {
        double start = clock_mono_s();
        if (!write_masters(dir, sheet, raw, screening, err))
            return false;
        screening_add_seconds(screening, "master", clock_mono_s() - start);
    }
    return screening_write(dir, screening, err);
}

bool sheet_job_run(struct screener *screener, const char *sheet_dir, struct err *err)
{
    struct sheet sheet;
    if (!sheet_read(sheet_dir, &sheet, err))
        return false;
    struct screening *screening = calloc(1, sizeof *screening);
    if (!screening)
        return err_set(err, "out of memory");
    bool ok = run(screener, sheet_dir, &sheet, screening, err);
    free(screening);
    return ok;
}
