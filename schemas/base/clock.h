/* clock: wall-clock time as UTC milliseconds and monotonic time since boot. */
#ifndef POSTWACHT_CLOCK_H
#define POSTWACHT_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#define CLOCK_TEXT_SIZE 25 /* "2026-11-21T19:27:48.123Z" and NUL */

int64_t clock_now_ms(void);  /* UTC, milliseconds since 1970 */
int64_t clock_mono_ms(void); /* CLOCK_BOOTTIME, milliseconds: never steps */
double clock_mono_s(void);   /* CLOCK_MONOTONIC seconds, for durations */

/* ISO 8601 in UTC with milliseconds and Z. */
void clock_format(int64_t utc_ms, char ret[CLOCK_TEXT_SIZE]);
bool clock_parse(const char *text, int64_t *ret_utc_ms); /* exactly the form above */

/* The kernel's boot id (36 characters), or "unknown". */
void clock_boot_id(char ret[37]);

/* Whether the kernel says that the clock is disciplined (adjtimex, no STA_UNSYNC). */
bool clock_synced(void);

#endif
