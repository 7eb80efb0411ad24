/* dates: the days that stand in text read from stickers, stamps and postmarks. */
#ifndef POSTWACHT_DATES_H
#define POSTWACHT_DATES_H

#include <stdbool.h>

struct date_read {
    char iso[11];   /* 2026-02-15 */
    int at, n;      /* bytes of the text */
    bool ambiguous; /* day and month could be the other way round, and the country does not tell */
};

/* Days from 2000 to 2099 in text: 15.02.2026, 15-02-26, 15/02/26, 2026-02-15, 15 FEB 2026 (months
 * in the languages of our neighbours), Feb 15, 2026. country "US" reads 02/15/26; "" does not know.
 * Returns how many, at most max. */
int dates_find(const char *text, const char *country, struct date_read *ret, int max);

#endif
