/* template: what the firm's genuine envelope looks like, learnt by enrolment, as a folder
 * NAME.template: template.json (postwacht/template/1, see template.schema.json) and one PNG pair per element: its
 * picture (RGB, the median of the genuine samples) and its ink mask (grey, 255 = printed).
 * template.json carries the SHA-256 of every picture; the template's version is the SHA-256 of
 * template.json. Reading refuses folders that are truncated, changed or from a newer version. */
#ifndef POSTWACHT_TEMPLATE_H
#define POSTWACHT_TEMPLATE_H

#include "schemas/sheet.h"

#define TEMPLATE_FILE "template.json"
#define TEMPLATE_ELEMENTS_MAX 24
#define TEMPLATE_STATS_MAX 32

/* What genuine samples showed for one check: the values themselves are summed up, so that another
 * sample can be added later. */
struct template_stat {
    char check[32];
    char unit[16];
    int n; /* samples in which it could be measured */
    double mean, sd, lo, hi;
};

struct template_element {
    char name[32]; /* logo, sender, slogan, mark_1, ... unique */
    char kind[16]; /* logo, sender, slogan, mark */
    enum side_name side;
    double box_mm[4]; /* x, y, w, h on the template's page */
    double dpi;       /* of picture and mask */
    char picture[64], mask[64];
    char picture_sha256[SHA256_HEX_SIZE], mask_sha256[SHA256_HEX_SIZE];
    char text[1024]; /* OCR of the picture */
    int n_seen;      /* samples that show it */
    int n_stats;
    struct template_stat stat[TEMPLATE_STATS_MAX];
};

struct template_data {
    char name[64];
    char version[SHA256_HEX_SIZE]; /* filled by template_read */
    char created[CLOCK_TEXT_SIZE];
    char software[32];
    double dpi;        /* of the samples */
    double size_mm[2]; /* of the upright sheet */
    double size_sd_mm[2];
    double paper_lab[3], paper_lab_sd[3]; /* front side */
    int n_samples;
    int n_elements;
    struct template_element element[TEMPLATE_ELEMENTS_MAX];
    int n_stats; /* checks of the sheet as a whole */
    struct template_stat stat[TEMPLATE_STATS_MAX];
};

bool template_read(const char *dir, struct template_data *ret, struct err *err);
/* Writes dir/template.json and fills data->version; pictures must stand in dir already: their
 * hashes are taken here. */
bool template_write(const char *dir, struct template_data *data, struct err *err);

/* NULL when the check has no statistics. element NULL: those of the sheet. */
const struct template_stat *template_stat_find(const struct template_data *data,
                                               const struct template_element *element,
                                               const char *check);

#endif
