/* screening: all readings of a sheet, the verdict and its reasons (postwacht/screening/1, see
 * screening.schema.json). The keys of the JSON are a contract: more may be added, none renamed.
 * All text is hostile: it may come from OCR of what somebody printed on an envelope. */
#ifndef POSTWACHT_SCREENING_H
#define POSTWACHT_SCREENING_H

#include "schemas/dots_mark.h"
#include "schemas/sheet.h"

struct buf;

enum verdict_class { VERDICT_GENUINE, VERDICT_IMITATION, VERDICT_OTHER, VERDICT_UNSURE };
enum outcome { OUTCOME_MEASURED, OUTCOME_ABSENT, OUTCOME_OCCLUDED, OUTCOME_UNMEASURABLE };
enum points { POINTS_GENUINE, POINTS_IMITATION, POINTS_NEITHER };
/* Of a reading's pair of pictures: the element as it should be and is; or its print close up, with
 * the measured edge, the texture of its solids or the spectrum of their screen. */
enum crop_shows { CROP_ELEMENT, CROP_EDGES, CROP_TEXTURE, CROP_SCREEN, CROP_SHOWS_COUNT };
extern const char *const crop_shows_names[CROP_SHOWS_COUNT];
extern const char *const verdict_names[4]; /* "genuine", ... */
extern const char *const outcome_names[4];
extern const char *const points_names[3];

#define SCREENING_FILE "screening.json"
#define CROPS_DIR "crops"
#define REASON_SIZE 64
#define SCREENING_REASONS_MAX 32
#define SCREENING_READINGS_MAX 512
#define SCREENING_CODES_MAX 16
#define READING_DETAILS 4
#define SCREENING_STAGES_MAX 12
#define SCREENING_EVENTS_MAX 16

struct reading {
    char check[32];   /* row of the table of checks: "presence", "edge_raggedness", ... */
    char element[32]; /* template element: "logo", "sender", "slogan", "mark_1"; "" for the sheet */
    enum side_name side; /* side of the scan it was measured on */
    enum outcome outcome;
    double value; /* meaningful when measured */
    char unit[16];
    bool has_genuine;
    double genuine[2]; /* range that genuine sheets show */
    int genuine_n;     /* samples behind that range */
    enum points points;
    double weight; /* log10 units towards imitation (positive) or genuine (negative), already capped
                      by what genuine_n can carry; an ordering aid, never printed as a ratio */
    double surprisal; /* -log10 of the chance that the next genuine sheet shows this or something
                         stranger; not capped, 0 where nothing was learnt */
    bool has_box;
    double box_mm[4]; /* x, y, w, h on the deskewed page of `side`, upright as the template reads */
    char reason[REASON_SIZE];              /* the reason it gives, or "" */
    char crop_expected[64], crop_seen[64]; /* names inside crops/, or "" */
    enum crop_shows crop_shows;
    bool expected_is_mean; /* of many envelopes, which is smoother than any: older templates */
    char note[160];        /* e.g. text expected / why unmeasurable */
    bool has_detail;
    double detail[READING_DETAILS]; /* numbers behind the value, as the check's file documents */
};

struct screening_code {
    char symbology[24];
    char text[256];
    char check_result[16]; /* "ok", "failed", "none"; see screening_code_failed */
    char meaning[96];      /* in English words; "" nothing is known about such a code */
    char kind[24];         /* the same as a key: s10, 3s, kix, dea_stamp, ...; "" */
    char detail[64];       /* and what it tells: a country, an address; "" */
    enum side_name side;
    double box_mm[4];
};

struct screening_return {
    bool is_return;
    char country[3];    /* ISO 3166, "" unknown */
    char operator_[64]; /* JSON key "operator" */
    char reason[24];    /* UNKNOWN, MOVED, ... "" unknown */
    char date[11];      /* on the sticker or stamp, 2026-02-15; "" none */
    int n_languages;
    char language[6][4];
    char text[2048];
    enum side_name side;
    bool has_box;
    double box_mm[4];
    char crop[64]; /* picture of the sticker inside crops/, or "" */
    double score;
    int unread;                    /* places with text that were given up for lack of time */
    char phrases[SHA256_HEX_SIZE]; /* SHA-256 of the wording it was read with, own phrases included
                                    */
};

/* Who sent the sheet, or to whom, as its address says; parts that were not found are "". */
struct screening_party {
    bool known;
    char name[96], street[96], postcode[16], place[64];
    char country[3];  /* ISO 3166, "" untold */
    bool by_template; /* the template's own print, recognised and not read letter by letter */
    enum side_name side;
    bool has_box;
    double box_mm[4];
};

/* What on the sheet tells of its journey. */
enum journey_stage {
    JOURNEY_POSTED,
    JOURNEY_SORTED,
    JOURNEY_ATTEMPTED,
    JOURNEY_RETURNED,
    JOURNEY_STAGES
};
extern const char *const journey_stage_names[JOURNEY_STAGES]; /* "posted", ... */

struct screening_event {
    enum journey_stage stage;
    char date[11];    /* 2026-02-15; "" no date */
    char country[3];  /* "" untold */
    char told_by[16]; /* postmark, item_number, code, sorting_bars, pen_strokes, label, reason */
    char text[96];    /* what tells it, as read; "" */
    enum side_name side;
    bool has_box;
    double box_mm[4];
    char crop[64]; /* its picture inside crops/, or "" */
};

struct screening {
    char id[256];    /* the sheet's id, or the file's stem for image files */
    char error[512]; /* not "" when the sheet could not be screened; then only id and error count */
    enum verdict_class verdict;
    int n_reasons;
    char reason[SCREENING_REASONS_MAX][REASON_SIZE];
    char template_name[64]; /* "" is JSON null */
    char template_version[SHA256_HEX_SIZE];
    struct screening_return returned;
    int n_readings;
    struct reading reading[SCREENING_READINGS_MAX];
    struct {
        char estimate[12]; /* laser, offset, inkjet, unknown */
        bool has_log10_lr;
        double log10_lr; /* of how it was printed: imitation over genuine; calibrated and capped */
        int lr_genuine, lr_imitations, lr_printers; /* sheets and printers behind it */
        char lr_lack[24]; /* why there is none: no_imitations, few_genuine, ...; or "" */
    } technology;
    struct {
        char status[16];                    /* decoded, detected, none, not_testable */
        char pattern[8], serial[40];        /* P1 to P5, "" unknown; of the machine, "" untold */
        char time[24];                      /* by the printer's clock: 2026-03-14T15:09 */
        char note[96];                      /* why not testable: grey, coarse, clipped, ... */
        char maker[40], code[48];           /* all that the dots say, in the layout's figures */
        double pitch_mm[2], angle_deg;      /* of the grid; against the paper's edge, clockwise */
        int repeats_visible, repeats_agree; /* of the code on the part that was looked at */
        enum side_name side;                /* of the scan */
        char crop_scan[64], crop_dots[64];  /* one place as scanned, and its dots made visible */
        struct dots_cells cells;            /* to be held against other sheets' */
        struct {
            bool known;        /* the template tells what genuine envelopes carry */
            int looked, found; /* envelopes that were looked at, those with dots */
            char relation[16]; /* of this sheet's dots to theirs: none, untold, other_layout,
                                  same_layout, same_machine; "" when it has none */
            int alike;         /* envelopes in that relation */
        } genuine;
    } dots;
    int n_codes;
    struct screening_code code[SCREENING_CODES_MAX];
    char text_sender[1024], text_return[2048];
    /* Kept only of sheets that claim to be ours, or when asked for by name. */
    struct screening_party sender, recipient;
    int n_events; /* in the order of the journey */
    struct screening_event event[SCREENING_EVENTS_MAX];
    int orientation;    /* degrees clockwise to turn the front scan upright: 0, 90, 180, 270 */
    bool sides_swapped; /* the firm's front was on the scan's back */
    double dpi;
    double size_mm[2];
    char preview[SIDE_COUNT][64]; /* JPEG of each deskewed upright side inside crops/, or "" */
    /* master files that the archive stage made beside the raw ones, "" when none */
    struct {
        char file[64];
        char sha256_file[SHA256_HEX_SIZE];
        char sha256_pixels[SHA256_HEX_SIZE];
    } master[SIDE_COUNT];
    char version[32], opencv[24], tesseract[24];
    int n_seconds;
    struct {
        char stage[24];
        double seconds;
    } seconds[SCREENING_STAGES_MAX];
};

/* The dots as they are held against another sheet's. */
void screening_dots_mark(const struct screening *screening, struct dots_mark *ret);

/* One line of JSON without line break, keys in a fixed order. */
bool screening_to_json(const struct screening *screening, struct buf *ret, struct err *err);
bool screening_from_json(const char *json, size_t n, struct screening *ret, struct err *err);
bool screening_read(const char *sheet_dir, struct screening *ret, struct err *err);
bool screening_write(const char *sheet_dir, const struct screening *screening, struct err *err);

/* NULL when all of them are taken. */
struct reading *screening_add_reading(struct screening *screening);
/* Ignores a reason that is already there. */
void screening_add_reason(struct screening *screening, const char *reason);
void screening_add_seconds(struct screening *screening, const char *stage, double seconds);
/* Whether the return's label tells of it: its picture is the return's. */
bool screening_event_by_label(const struct screening_event *event);
/* Whether the code's own check says that it was misread: what it holds is no fact. */
bool screening_code_failed(const struct screening_code *code);
/* The verdict for a sheet that no analysis survived: unsure, reason "not_screened", with a note. */
void screening_not_screened(struct screening *ret, const char *id, const char *why);

/* Reasons are stable keys: ELEMENT_KIND (slogan_missing, logo_altered, sender_text_differs,
 * slogan_moved, ELEMENT_ragged, ELEMENT_fringed, ELEMENT_stepped, ELEMENT_specked,
 * ELEMENT_edge_wide, ELEMENT_screened, ELEMENT_colour_differs, ELEMENT_hidden), or a sheet-wide
 * key: matches_template, no_claim, image_poor, elements_hidden, thin_evidence, format_differs,
 * paper_differs, print_differs, not_screened. */
#endif
