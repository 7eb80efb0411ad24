/* series_book: the inside of struct series_book, for the files series*.c. */
#ifndef POSTWACHT_SERIES_BOOK_H
#define POSTWACHT_SERIES_BOOK_H

#include "classifier/series.h"
#include "classifier/series_traits.h"

#define ELEMENTS_MAX 64 /* different names in one register; readings of more are left out */

struct suspect {
    int64_t item;
    char captured[CLOCK_TEXT_SIZE], country[3];
    enum verdict_class verdict;
    int template_name; /* row of names */
    int n;
    struct trace *trace; /* by trait, then element */
};

struct name {
    char text[REASON_SIZE];
};

struct names {
    int n, room;
    struct name *name;
};

/* Different marks of tracking dots, each a machine's as far as one can tell. */
struct dots_rows {
    int n;
    struct dots_row **row;
};

struct series_book {
    int n, room;
    struct suspect *suspect; /* by item */
    struct names elements;   /* row 0 is "" */
    struct names others;     /* reasons, units, templates */
    struct dots_rows dots;
};

/* The row of a mark, or of another of the same machine; it is added when it is new. */
bool dots_rows_find(struct dots_rows *rows, const struct dots_mark *mark,
                    const struct dots_row **ret, struct err *err);
void dots_rows_finish(struct dots_rows *rows);

/* Adds what each trait and element contributes to the link of two suspects: [trait * ELEMENTS_MAX +
 * element], element 0 for those of one cause. */
struct tally {
    double *sum;
    int pairs;
};
#define TALLY_SIZE(traits) ((size_t)(traits)*ELEMENTS_MAX)

/* tally may be NULL. */
double suspects_link(const struct suspect *a, const struct suspect *b, struct tally *tally);

/* Average linkage: joins the two closest groups as long as the mean link of their pairs is at least
 * `least`. link is n x n, symmetric; it is overwritten. ret_group[i] is the lowest index of i's
 * group. */
bool cluster_average(float *link, int n, double least, int *ret_group, struct err *err);

/* Fills the reasons and cells of a series whose members are the suspects member[0..n-1]. */
bool series_explain(const struct series_book *book, const int *member, int n, struct series *ret,
                    struct err *err);

#endif
