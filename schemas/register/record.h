/* record: what the register takes from a finished sheet folder, and the log entries it becomes. For
 * schemas/register only. */
#ifndef POSTWACHT_RECORD_H
#define POSTWACHT_RECORD_H

#include "schemas/register/blob.h"
#include "schemas/register/log.h"

struct kept { /* one file on its way into the register */
    char role[16], name[96];
    char path[PATH_SIZE];
    const char *sha256_pixels; /* "" unless an image */
    int side;                  /* of an image, else -1 */
    struct blob blob;
    uint8_t salt[SALT_SIZE];
    uint8_t commitment[SHA256_SIZE];
};

struct intake {
    struct sheet sheet;
    struct screening screening;
    int n_kept;
    struct kept *kept;
    bool refused; /* the folder contradicts itself: no later try can do better */
};

/* Reads the folder's JSON and lists the files to keep; checks what sheet.json and screening.json
 * say about the images against each other. */
bool intake_read(const char *sheet_dir, struct intake *ret, struct err *err);
void intake_finish(struct intake *intake);

/* What the list of sheets shows of a screening. */
void record_join_reasons(const struct screening *screening, char *ret, size_t n);
double record_total_seconds(const struct screening *screening);

/* Data of the item's entries. NULL when out of memory. */
json_t *entry_received(const struct intake *intake);
json_t *entry_captured(const struct intake *intake, const struct kept *image);
json_t *entry_derived(const struct intake *intake); /* previews and crops; empty list: none */
json_t *entry_screening(const struct intake *intake);

#endif
