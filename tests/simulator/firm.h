/* firm: fictional senders. A firm is facts (name, address, slogan) and a house style (logo family,
 * fonts, spot colours, layout). "demo" is fixed; every number gives another one. */
#ifndef SIM_FIRM_H
#define SIM_FIRM_H

#include "tests/simulator/art.h"
#include "tests/simulator/deviations.h"
#include "tests/simulator/rng.h"

#include <stdbool.h>

enum logo_family {
    LOGO_DUNES,
    LOGO_MONOGRAM,
    LOGO_ARCS,
    LOGO_HEXAGON,
    LOGO_BARS,
    LOGO_RINGS,
    LOGO_LEAF,
    LOGO_GEAR,
    LOGO_CHEVRONS,
    LOGO_DOTS,
    LOGO_HOUSE, /* from here: firms of the larger set only; three outlines and a text */
    LOGO_WAVES,
    LOGO_SHIELD,
    LOGO_TEXT,
    LOGO_FAMILIES
};
#define LOGO_CLASSIC LOGO_HOUSE

/* Where the sender stands and what goes with it. */
enum layout {
    LAYOUT_BLOCK_TOP,   /* logo top left, sender block below it, slogan bottom left */
    LAYOUT_LINE_WINDOW, /* sender in one line above the window */
    LAYOUT_BACK_FLAP,   /* logo and slogan on the front, sender on the back flap */
    LAYOUT_LOGO_BOTTOM, /* sender top left, logo bottom left, slogan on the flap */
    LAYOUT_LINE_BOTTOM, /* logo with slogan beside it, sender in one line at the bottom */
    LAYOUT_NO_SLOGAN,   /* logo with the sender below it; no slogan anywhere */
    LAYOUT_TIGHT,       /* from here: the larger set; sender beside the logo, slogan below, 2 mm */
    LAYOUT_FAR,         /* logo top left, sender bottom left, slogan bottom right */
    LAYOUT_SINGLE,      /* the logo and nothing else */
    LAYOUT_UPRIGHT,     /* sender in one line along the left edge, read from the right */
    LAYOUTS
};
#define LAYOUT_CLASSIC LAYOUT_TIGHT

enum format { FORMAT_C6, FORMAT_DL, FORMAT_C5, FORMAT_C5W, FORMAT_DLW, FORMAT_C4, FORMATS };
struct format_facts {
    const char *name;
    double w_mm, h_mm;
    bool window;
};
extern const struct format_facts format_facts[FORMATS];
struct box format_window(enum format format); /* empty without window */

struct franking { /* an office's franking machine: what it always prints */
    bool has;
    int frame, sign; /* which of the invented designs */
    struct colour ink;
    unsigned machine, licence;
};

/* What else a firm of the larger set has printed. */
#define SEALS 3 /* drawings of a seal; the licence says which */
struct extras {
    bool rule, seal, paid, band;
    bool band_left; /* else along the bottom */
    double band_mm, rule_mm, seal_mm;
    unsigned licence; /* number in the "port betaald" box */
};

struct firm {
    char key[24]; /* "demo" or the number */
    char name[64], legal[16], street[64], town[64], contact[64], slogan[96], initials[4];
    enum logo_family logo;
    bool wordmark;
    double logo_shape; /* 0..1, varies the drawing within the family */
    char font_name[48], font_text[48], font_slogan[48];
    struct colour main, accent;
    double slogan_tint; /* 1 solid; less: printed as a tint */
    enum layout layout;
    double logo_mm, text_mm, slogan_mm; /* heights */
    enum format formats[2];             /* the two formats it has printed */
    struct colour paper;                /* linear-ish tint of its stock, near white */
    struct rng rng;                     /* its press and paper */
    bool larger_set;                    /* the fields below are in use */
    bool logo_grey;
    struct extras extras;
    struct franking franking;
};

struct firm firm_demo(void);
struct firm firm_numbered(unsigned long number); /* from FIRM_LARGER_SET on: see design.c */
struct firm firm_classic(unsigned long number);  /* never of the larger set */
#define FIRM_LARGER_SET 100

/* Redraws a firm with the larger set of marks, layouts, extras and franking machines. */
void firm_enlarge(struct firm *firm, unsigned long number);
struct franking franking_draw(struct rng rng);
/* Set of enum has. */
unsigned firm_has(const struct firm *firm);
/* Whether an envelope of the one shows what the other is known by: its name, its slogan, its kind
 * of logo, its seal. */
bool firm_resembles(const struct firm *a, const struct firm *b);
/* "demo" or a decimal number. */
bool firm_parse(const char *text, struct firm *ret);

void firm_address_line(const struct firm *firm, char *ret, unsigned size);

/* Draws the mark into a square of `size` mm at (x, y). altered: slightly redrawn, as by somebody
 * who traced it. */
void logo_draw(struct element *element, const struct firm *firm, double x, double y, double size,
               bool altered);

#define ARTWORK_ELEMENTS_MAX 10
struct artwork {
    int n;
    struct element element[ARTWORK_ELEMENTS_MAX]; /* logo, sender, slogan, extras; front or back */
};
/* Appends an element that is drawn next; forger's scale and shift apply. */
struct element *artwork_add(struct artwork *artwork, const char *name, bool back, bool moved,
                            const struct deviations *deviations);
bool artwork_build(const struct firm *firm, enum format format, const struct deviations *deviations,
                   struct artwork *ret);
void artwork_finish(struct artwork *artwork);

#endif
