/* sheet: one physical envelope that passed a scanner, as a folder on disk.
 *
 * The folder's name is the sheet's id. sheet.json (postwacht/sheet/1, see sheet.schema.json) says
 * which images stand in it and how they were taken. The capture side builds the folder as
 * `.part-<id>` and renames it to `<id>` when sheet.json and all images are on disk: a folder
 * without the prefix is complete. Later stages add files; nobody edits what an earlier one wrote. */
#ifndef POSTWACHT_SHEET_H
#define POSTWACHT_SHEET_H

#include "schemas/base/clock.h"
#include "schemas/base/hash.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;

#define SHEET_ID_SIZE 97 /* name_is_safe, with NUL */
#define SHEET_FILE "sheet.json"
#define SHEET_PART_PREFIX ".part-"

enum side_name { SIDE_FRONT, SIDE_BACK, SIDE_COUNT };
extern const char *const side_names[SIDE_COUNT]; /* "front", "back" */

#define SHEET_SETTINGS_MAX 48
struct sheet_setting { /* one device option, as read back after it was set */
    char name[48];
    char value[64];
};

struct sheet_side {
    char file[64];               /* name inside the folder: front.tif, back.jpg, ... */
    int width, height;           /* pixels; 0 for image files that were taken untouched */
    int channels;                /* 1 grey, 3 RGB */
    int depth;                   /* bits a channel as delivered: 1, 8, 16 */
    double dpi_x, dpi_y;         /* as the device said or as the file says; 0 unknown */
    uint64_t bytes_announced;    /* bytes_per_line * lines of the device; 0 when not announced */
    uint64_t bytes_received;
    char status[24];             /* "ok", "truncated", "padded", ... */
    char sha256_file[SHA256_HEX_SIZE];
    char sha256_pixels[SHA256_HEX_SIZE]; /* see sheet_pixels_hash in this header */
};

struct sheet {
    char id[SHEET_ID_SIZE];
    char batch[SHEET_ID_SIZE];
    int seq; /* 1.. within the batch */
    char source[16]; /* "scanner", "inbox", "file" */
    char captured[CLOCK_TEXT_SIZE];
    struct {
        char sane_name[128], vendor[64], model[64], serial[64];
    } device;
    char software[64]; /* version of the program that wrote the folder */
    int n_settings;
    struct sheet_setting setting[SHEET_SETTINGS_MAX];
    int n_sides; /* 1 or 2: side[0] is the front as fed */
    struct sheet_side side[SIDE_COUNT];
};

/* dir is the sheet's folder. Reading checks every bound and refuses unknown schemas. */
bool sheet_read(const char *dir, struct sheet *ret, struct err *err);
bool sheet_write(const char *dir, const struct sheet *sheet, struct err *err);
bool sheet_from_json(const char *json, size_t n, struct sheet *ret, struct err *err);

/* Hash of the pixels, independent of the file's format: SHA-256 over the ASCII line
 * "postwacht-pixels/1 WIDTH HEIGHT CHANNELS DEPTH\n" and then the rows, packed, without padding;
 * 16-bit samples big-endian; 1-bit rows as 8-bit 0 and 255 (DEPTH then says 8). Call start, then
 * sha256_update a row at a time, then sha256_final. */
void sheet_pixels_hash_start(struct sha256 *hash, int width, int height, int channels, int depth);

#endif
