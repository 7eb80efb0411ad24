/* series_traits: what the readings of two sheets say on whether they have one source. For series.c.
 */
#ifndef POSTWACHT_SERIES_TRAITS_H
#define POSTWACHT_SERIES_TRAITS_H

#include "schemas/screening.h"

enum family {
    FAMILY_DESIGN,  /* what is printed; each element a family of its own */
    FAMILY_LAYOUT,  /* where, and how large */
    FAMILY_PRINTER, /* how */
    FAMILY_STOCK,   /* on what */
    FAMILY_COUNT
};

enum manner {
    BY_VALUE,  /* the value itself */
    BY_LOG,    /* its logarithm */
    BY_VECTOR, /* the first `dims` details */
    BY_PLACE,  /* details 2 and 3, against the other elements that both sheets show */
    BY_SCREEN, /* details: lines an inch, degrees, channel */
    BY_SPOT,   /* details 2 and 3: where on the element it is */
    BY_WORDS,  /* the note */
    BY_DOTS    /* tracking dots */
};

struct trait {
    const char *check;
    enum manner manner;
    enum family family;
    bool one_cause;  /* all elements tell the same thing: their mean counts */
    bool redraws;    /* deviating in it, the print has other outlines */
    bool by_outline; /* measured against the genuine outline: not where the print is redrawn */
    int dims;
    double sigma;  /* between two sheets of one source, in the unit (relative with BY_LOG) */
    double tau;    /* between sources, about the genuine value */
    double right;  /* share of imitators who get it right */
    double varies; /* chance that two sheets of one source differ in it all the same */
    double common; /* chance that two independent sources agree in it */
};

enum { TRAIT_MISSING, TRAIT_DOTS, TRAIT_UNKNOWN, TRAIT_PRESENCE };
extern const struct trait traits[];
extern const int n_traits;
/* The row for a check: TRAIT_UNKNOWN when the table has none. */
int trait_of(const char *check);

/* One reading, made ready for comparing. */
#define TRACE_DIMS 3
struct trace {
    int trait, element; /* rows of the table and of the book's names */
    int reason, unit;   /* likewise names */
    enum side_name side;
    bool missing, deviates, has_detail;
    double value, detail[READING_DETAILS];
    float x[TRACE_DIMS], sigma, tau;
    float alone;                 /* log of its density when nothing is known of other sheets */
    char *words;                 /* owned; NULL but for BY_WORDS and BY_DOTS */
    const struct dots_row *dots; /* the book's; BY_DOTS */
};

/* What the dots of two sheets say on their source (series_dots.c). */
enum dots_says {
    DOTS_SAY_NOTHING,
    DOTS_SAY_TWO_MACHINES,
    DOTS_SAY_ONE_CODE, /* of which nobody knows whether it names the machine */
    DOTS_SAY_ONE_MACHINE
};
enum dots_says dots_rows_say(const struct dots_row *a, const struct dots_row *b);

/* Fills numbers and flags from a reading; names and words are the caller's. False when the reading
 * says nothing on the sheet's source. */
bool trace_of(const struct reading *reading, bool sides_swapped, struct trace *ret);

/* log10 units for one source; a and b are of the same trait (not BY_PLACE) and element. */
double trace_link(const struct trace *a, const struct trace *b);

/* n places of elements of one side that both sheets show. */
#define PLACES_MAX 32
void places_link(const struct trace *const *a, const struct trace *const *b, int n, double *ret);

#endif
