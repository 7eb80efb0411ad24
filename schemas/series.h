/* series: suspect envelopes that share the same deviations, so that one hand may have made them.
 * What classifier/series.h finds and the page and the command line show; never stored, since it
 * follows from the register's screenings. Link strengths are log10 of how much better "one source"
 * explains two sheets than "two imitators who know nothing of each other". */
#ifndef POSTWACHT_SERIES_H
#define POSTWACHT_SERIES_H

#include "schemas/screening.h"

#define SERIES_REASONS_MAX 12

/* What one member shows of a shared deviation. */
enum series_shows {
    SERIES_SHOWS_NOTHING, /* covered, not measurable, not scanned */
    SERIES_SHOWS_GENUINE, /* measured, and like the firm's own */
    SERIES_SHOWS_DEVIATION,
    SERIES_SHOWS_MISSING /* bare paper */
};
struct series_cell {
    enum series_shows shows;
    double value;
    bool has_detail;
    double detail[READING_DETAILS]; /* as in struct reading */
};

/* A deviation that members share. */
struct series_reason {
    char check[32], element[32]; /* element "": seen on all print, or on the sheet */
    char reason[REASON_SIZE];    /* of the readings: "slogan_missing" */
    char unit[16];
    char words[96]; /* what is worded or coded otherwise, "" for measures; hostile text */
    bool missing;
    double weight;    /* what it adds to the link, mean over pairs */
    int n;            /* members that show it */
    double low, high; /* of their values */
    bool has_typical;
    double typical[READING_DETAILS]; /* medians of their details */
};

struct series_member {
    int64_t item;
    char captured[CLOCK_TEXT_SIZE];
    char country[3]; /* where it came back from, "" unknown or not returned */
    enum verdict_class verdict;
    double link; /* mean over the other members */
};

struct series {
    int64_t id; /* its earliest item */
    bool strong;
    double link; /* mean over all pairs */
    int n_members;
    struct series_member *member; /* by item */
    int n_reasons;
    struct series_reason reason[SERIES_REASONS_MAX]; /* strongest first */
    struct series_cell *cell;                        /* n_members rows of n_reasons */
};

struct series_set {
    int n;
    struct series *series; /* by id */
};

/* When its first and its last member were captured; views. Not by item: items are numbered in the
 * order of recording, and captured times may be of another scanner's clock. */
void series_dates(const struct series *series, const char **ret_first, const char **ret_last);
/* Whether the member is the first that came back from its country; false when that is unknown. */
bool series_first_of_country(const struct series *series, int member);
const struct series_cell *series_cell(const struct series *series, int member, int reason);
/* The series that the item belongs to; NULL when to none. */
const struct series *series_find(const struct series_set *set, int64_t item);
bool series_copy(const struct series *series, struct series *ret, struct err *err);
void series_finish(struct series *series);
void series_set_finish(struct series_set *set);

#endif
