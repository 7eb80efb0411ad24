/* series: finds suspects that share deviations. Works on readings alone, never on pixels: the same
 * register gives the same series. Uses nothing but schemas (library pw_series). */
#ifndef POSTWACHT_CLASSIFIER_SERIES_H
#define POSTWACHT_CLASSIFIER_SERIES_H

#include "schemas/series.h"

/* Beyond, the earliest are left out: the comparison takes time and memory by the square (14 MB). */
#define SERIES_SUSPECTS_MAX 1500

#define SERIES_POSSIBLE 1.0 /* log10: from here on two groups are joined */
#define SERIES_STRONG 2.0   /* log10: from here on the series is called strong */

/* What is compared of all suspects so far: numbers and short words, 2-4 KB a suspect. */
struct series_book;

bool series_book_create(struct series_book **ret, struct err *err);
void series_book_destroy(struct series_book *book);

/* Keeps what the screening says; a sheet that is no suspect (genuine, other, or unsure without a
 * reading against it) is passed over. Items come in any order, each once. */
bool series_book_add(struct series_book *book, int64_t item, const char *captured,
                     const struct screening *screening, struct err *err);
int series_book_count(const struct series_book *book);

/* All series of two members and more. Free with series_set_finish. */
bool series_book_find(const struct series_book *book, struct series_set *ret, struct err *err);

/* Link of two suspects (by their order of item), for tests and for looking closer. */
double series_book_link(const struct series_book *book, int a, int b);

#endif
