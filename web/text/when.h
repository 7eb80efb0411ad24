/* when: numbers, sizes and times in words, per language, without the C library's locales (a stock
 * install has none) and without the machine's time zone: times are shown in Dutch legal time,
 * computed from the rule of Directive 2000/84/EC, so that the same register gives the same paper
 * everywhere. */
#ifndef POSTWACHT_WHEN_H
#define POSTWACHT_WHEN_H

#include "web/text/text.h"

#include <stdint.h>

#define WHEN_SIZE 64
#define NUMBER_TEXT_SIZE 48

/* "21 november 2026 om 20:27:48 (MET, UTC+1)"; the text itself (cut) when it is no time. */
void when_zoned(enum lang lang, const char *iso, char ret[WHEN_SIZE]);
void when_long(enum lang lang, const char *iso,
               char ret[WHEN_SIZE]); /* 21 november 2026, 20:27:48 */
void when_day(enum lang lang, const char *iso, char ret[WHEN_SIZE]);   /* 21 november 2026 */
void when_date(enum lang lang, const char *day, char ret[WHEN_SIZE]);  /* of 2026-11-21: the same */
void when_short(enum lang lang, const char *iso, char ret[WHEN_SIZE]); /* 21 nov 20:27 */

/* At most `decimals` (0..6) places, trailing zeros dropped, decimal comma in Dutch; "–" when the
 * value is not finite or beyond what a measurement can be. */
void number_text(enum lang lang, double value, int decimals, char ret[NUMBER_TEXT_SIZE]);
void size_text(enum lang lang, int64_t bytes, char ret[NUMBER_TEXT_SIZE]); /* "29,4 MB" */

#endif
