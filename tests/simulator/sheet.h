/* sheet: makes one envelope from its plan and scans it; says truthfully what was made. */
#ifndef SIM_SHEET_H
#define SIM_SHEET_H

#include "tests/simulator/dress.h"
#include "tests/simulator/image_out.h"
#include "tests/simulator/nuisance.h"
#include "tests/simulator/sticker.h"

enum kind { KIND_GENUINE, KIND_IMITATION, KIND_OTHER, KINDS };
extern const char *const kind_names[KINDS];

enum cover { /* where a return label goes */
             COVER_ADDRESS,
             COVER_SLOGAN,
             COVER_SLOGAN_PART,
             COVER_LOGO,
             COVER_LOGO_PART,
             COVER_FREE, /* front, beside the firm's elements */
             COVER_BACK,
             COVERS
};

struct plan {
    char id[32];
    enum kind kind;
    struct firm firm; /* whose elements are printed */
    struct firm us;   /* the firm that scans */
    bool elements;    /* false: private mail without any print */
    bool to_us;       /* addressed to us */
    enum format format;
    enum tech tech;
    unsigned long printer; /* number of the press's run or of the forger's machine */
    struct deviations deviations;
    bool used; /* addressed and franked */
    bool returned;
    int sticker; /* index into sticker_kinds */
    enum cover cover;
    bool dots;
    bool strike, note;
    char hidden[ART_NAME_SIZE]; /* element that a label of the carrier lies over; "" none */
    double hidden_share;        /* of that element's box */
    unsigned nuisances;         /* set of bits 1 << enum nuisance */
    double wear;
    struct feed feed;
    bool swapped; /* fed upside down: the scan's front is the envelope's back */
};

struct truth_element {
    char name[ART_NAME_SIZE];
    enum art_side side;
    struct box box; /* mm on the upright side */
    double covered;
};

#define LABELS_MAX 2 /* of the return and of the carrier */
struct truth {
    char files[2][64]; /* as fed: front, back ("" when one side only) */
    double dpi, w_mm, h_mm;
    char deviations[DEVIATION_LIST_SIZE + 16], reason[32], country[3], operator_[32],
        sticker_style[16];
    enum art_side sticker_side;
    struct box sticker_box;
    double sticker_angle;
    int n_elements;
    struct truth_element element[ARTWORK_ELEMENTS_MAX];
    int n_labels;
    struct sticker label[LABELS_MAX]; /* all that may hide something */
    char nuisances[256];
    char dots[48];               /* "P4 serial time" or "" */
    struct affine page_to_px[2]; /* per file */
};

struct settings {
    const char *out;
    double dpi;
    int sides;
    enum image_format image;
    int quality;
    struct scanner scanner;
};

bool sheet_make(const struct plan *plan, const struct settings *settings, struct rng rng,
                struct truth *ret, struct err *err);

#endif
