/* template: what the firm's genuine envelope looks like, learnt by enrolment, as a folder
 * NAME.template: template.json (postwacht/template/1, see template.schema.json) and PNGs of each
 * element: its picture (RGB, the median of the genuine samples), its ink mask (grey, 255 = printed)
 * and, to be looked at beside a suspect, one genuine sample as it was scanned. template.json
 * carries the SHA-256 of every picture; the template's version is the SHA-256 of template.json.
 * Reading refuses folders that are truncated, changed or from a newer version. Earlier versions
 * stay in versions/ (template_store.h). */
#ifndef POSTWACHT_TEMPLATE_H
#define POSTWACHT_TEMPLATE_H

#include "schemas/dots_mark.h"
#include "schemas/print_samples.h"
#include "schemas/print_screens.h"
#include "schemas/sheet.h"

#define TEMPLATE_FILE "template.json"
#define TEMPLATE_ELEMENTS_MAX 24
#define TEMPLATE_STATS_MAX 32
#define TEMPLATE_MARKS_MAX 8
#define TEMPLATE_HISTORY_MAX 200 /* the latest changes; older ones stand in the kept versions */
#define TEMPLATE_SCANS_MAX 500   /* the latest scans */

/* What genuine samples showed for one check: the values themselves are summed up, so that another
 * sample can be added later. */
struct template_stat {
    char check[32];
    char unit[16];
    int n; /* samples in which it could be measured */
    double mean, sd, lo, hi;
    bool has_centre;
    double centre; /* the mean of the first enrolment, to which the values of print_samples.h refer:
                      it stays when sheets are added */
};

struct template_element {
    char name[32]; /* logo, sender, slogan, mark_1, ... unique */
    char kind[16]; /* logo, sender, slogan, mark */
    enum side_name side;
    double box_mm[4]; /* x, y, w, h on the template's page */
    double dpi;       /* of picture and mask */
    char picture[64], mask[64];
    char picture_sha256[SHA256_HEX_SIZE], mask_sha256[SHA256_HEX_SIZE];
    char sample[64]; /* "" of marks and in old folders */
    char sample_sha256[SHA256_HEX_SIZE];
    char text[1024]; /* OCR of the picture */
    int text_turn;   /* degrees clockwise by which the picture is turned to read it: 0, 90, 270 */
    int n_seen;      /* samples that show it */
    struct screens_learnt screens; /* on the template's page */
    int n_stats;
    struct template_stat stat[TEMPLATE_STATS_MAX];
};

/* A mark is print without a fixed place that a person added: a franking imprint, another carrier's
 * logo. print.box_mm is where it stood on the scan it was taken from; only its size binds. */
enum mark_rule { MARK_MUST_HAVE, MARK_MUST_NOT_HAVE, MARK_RULE_COUNT };
extern const char *const mark_rule_names[MARK_RULE_COUNT];

struct template_mark {
    struct template_element print; /* name, side, picture, mask; n_seen: scans it was taken from */
    enum mark_rule rule;
    bool used_only;    /* asked only of sheets that went through the post */
    bool has_zone;     /* false: anywhere on its side */
    double zone_mm[4]; /* x, y, w, h on the template's page, in which it is looked for */
};

/* Cut into the paper, with film behind it or none: what shows in it is the letter's. */
struct template_window {
    enum side_name side;
    double box_mm[4]; /* x, y, w, h on the template's page */
    int n_seen;       /* samples that show it */
};

/* An earlier version and what made it. */
struct template_change {
    char version[SHA256_HEX_SIZE];
    char created[CLOCK_TEXT_SIZE];
    char change[160];
};

/* A scan that was learnt from, so that none counts twice. */
struct template_scan {
    char id[64];
    char sha256[SHA256_HEX_SIZE]; /* of the file of its first side */
};

struct template_data {
    char name[64];
    char version[SHA256_HEX_SIZE]; /* filled by template_read */
    char created[CLOCK_TEXT_SIZE]; /* this version */
    char change[160];              /* what made it, in words; "" in old folders */
    char software[32];
    double dpi;        /* of the samples */
    double size_mm[2]; /* of the upright sheet */
    double size_sd_mm[2];
    double paper_lab[3], paper_lab_sd[3]; /* front side */
    int n_samples;
    bool has_window;
    struct template_window window;
    int n_elements;
    struct template_element element[TEMPLATE_ELEMENTS_MAX];
    int n_stats; /* checks of the sheet as a whole */
    struct template_stat stat[TEMPLATE_STATS_MAX];
    int n_marks;
    struct template_mark mark[TEMPLATE_MARKS_MAX];
    struct print_samples print;
    bool has_dots; /* whether enrolment looked for tracking dots: old programs did not */
    struct dots_learnt dots;
    int n_scans;
    struct template_scan scan[TEMPLATE_SCANS_MAX];
    int n_history; /* oldest first */
    struct template_change history[TEMPLATE_HISTORY_MAX];
};

/* Whether it is logo, sender, slogan or mark. */
bool template_is_kind(const char *kind);

bool template_read(const char *dir, struct template_data *ret, struct err *err);
/* Writes dir/template.json and fills data->version; pictures must stand in dir already: their
 * hashes are taken here. */
bool template_write(const char *dir, struct template_data *data, struct err *err);

/* NULL when the check has no statistics. element NULL: those of the sheet. */
const struct template_stat *template_stat_find(const struct template_data *data,
                                               const struct template_element *element,
                                               const char *check);

#endif
