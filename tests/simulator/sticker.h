/* sticker: return labels and stamps of post operators. What a label says is a table of facts
 * (operator, languages, printed reasons); how it looks is one of a few styles. */
#ifndef SIM_STICKER_H
#define SIM_STICKER_H

#include "tests/simulator/envelope.h"

enum sticker_style {
    STICKER_TICKBOX, /* bilingual list, one box ticked */
    STICKER_PLAIN,   /* white label, one reason */
    STICKER_YELLOW,  /* machine label on yellow stock, typewriter face */
    STICKER_STAMP,   /* rubber stamp */
    STICKER_STYLES
};

#define STICKER_ROWS_MAX 8
struct sticker_row {
    const char *native, *second; /* second language, or NULL */
    const char *reason;          /* as in the table of return reasons */
};

struct sticker_kind {
    const char *country, *operator_;
    const char *heading, *subheading;
    unsigned styles; /* bit set of styles this post uses */
    struct colour ink, paper;
    struct sticker_row row[STICKER_ROWS_MAX];
};
extern const struct sticker_kind sticker_kinds[];
extern const int n_sticker_kinds;

struct sticker {
    const struct sticker_kind *kind;
    enum sticker_style style;
    int row; /* the reason that applies */
    enum art_side side;
    double x, y, angle; /* centre in mm, degrees clockwise */
    double w, h;        /* mm */
    bool opaque;
};

/* Chooses style and reason and the size that follows; the place is the caller's. */
struct sticker sticker_choose(const struct sticker_kind *kind, struct rng *rng, double w_most,
                              double h_most);
void sticker_stick(struct envelope *envelope, const struct sticker *sticker, struct rng rng);

/* From the label's own mm to the page's. */
struct affine sticker_place(const struct sticker *sticker);

/* Share of the box that the stickers hide together (0 for a rubber stamp). */
double stickers_cover(const struct sticker *list, int n, enum art_side side, struct box box);

#endif
