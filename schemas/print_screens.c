#include "schemas/print_screens.h"

#include "schemas/print_screens_json.h"

#define LINES_MAX 1000.0  /* an inch: finer than anybody prints */
#define STRENGTH_MAX 1e12 /* a bound against nonsense */
#define DEGREES_MAX 180.0
#define CHANNEL_LAST 2
#define SAMPLES_MAX 100000

const char *const screen_kind_names[SCREEN_KIND_COUNT] = {"dots", "lines", "untold"};

static const struct json_field learnt_fields[] = {
    {"kind", JSON_KIND_ENUM, JSON_MUST, .offset = offsetof(struct screen_learnt, screen.kind),
     .max = SCREEN_KIND_COUNT, .names = screen_kind_names},
    {"channel", JSON_KIND_INT, JSON_MUST, JSON_AT(struct screen_learnt, screen.channel), .min = 0,
     .max = CHANNEL_LAST},
    {"lines", JSON_KIND_NUMBER, JSON_MUST, JSON_AT(struct screen_learnt, screen.lines), .min = 1,
     .max = LINES_MAX},
    {"degrees", JSON_KIND_NUMBER, JSON_MUST, JSON_AT(struct screen_learnt, screen.degrees),
     .min = 0, .max = DEGREES_MAX},
    {"strength", JSON_KIND_NUMBER, JSON_MUST, JSON_AT(struct screen_learnt, screen.strength),
     .min = 1, .max = STRENGTH_MAX},
    {"sd_lines", JSON_KIND_NUMBER, JSON_MUST, JSON_AT(struct screen_learnt, sd_lines), .min = 0,
     .max = LINES_MAX},
    {"n_seen", JSON_KIND_INT, JSON_MUST, JSON_AT(struct screen_learnt, n_seen), .min = 1,
     .max = SAMPLES_MAX},
};

const struct json_field screens_learnt_fields[SCREENS_LEARNT_N_FIELDS] = {
    {"n_looked", JSON_KIND_INT, JSON_MUST, JSON_AT(struct screens_learnt, n_looked), .min = 0,
     .max = SAMPLES_MAX},
    {"screens", JSON_KIND_LIST, JSON_MUST, .offset = offsetof(struct screens_learnt, learnt),
     .size = sizeof(struct screen_learnt), .max = PRINT_SCREENS_MAX,
     .count = offsetof(struct screens_learnt, n), JSON_FIELDS(learnt_fields)},
};
