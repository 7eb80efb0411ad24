/* pile: which complete sheets stand in the spool, and how far each of them is. It is only a
 * memory of what the folder says: after a crash it is made again from the folder. */
#ifndef POSTWACHT_PILE_H
#define POSTWACHT_PILE_H

#include "schemas/sheet.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;

enum pile_state {
    PILE_WAITING, /* to be given to the analysis */
    PILE_GIVEN,
    PILE_SCREENED, /* screening.json is there: to be recorded */
};

struct pile_sheet {
    char id[SHEET_ID_SIZE], batch[SHEET_ID_SIZE]; /* batch "" when sheet.json cannot be read */
    enum pile_state state;
    bool started;       /* a process of its own works on it */
    int kills;          /* times the analysis died while it was at it */
    int failures;       /* times that screening or recording said no */
    int64_t not_before; /* clock_mono_ms: rest after a failure */
};

struct pile {
    struct pile_sheet *sheet; /* in the order of capture */
    size_t n, size;
};

/* Takes in what is new in the spool folder. */
bool pile_scan(struct pile *pile, const char *spool, struct err *err);
void pile_finish(struct pile *pile);

struct pile_sheet *pile_find(struct pile *pile, const char *id);
struct pile_sheet *pile_next_waiting(struct pile *pile, int64_t now);

/* The next one to record. Sheets are recorded in the order in which they were fed, so that item
 * numbers follow the pile on the desk; only a sheet that failed before is not waited for. */
struct pile_sheet *pile_next_screened(struct pile *pile, int64_t now);

void pile_remove(struct pile *pile, struct pile_sheet *sheet);
bool pile_holds_batch(const struct pile *pile, const char *batch);
size_t pile_given(const struct pile *pile);

/* Counts one more failure and sets the rest before the next try. */
void pile_failed(struct pile_sheet *sheet, int64_t now);

/* The analysis died: what it had goes back to waiting; sheets it was at work on count a kill. */
void pile_take_back(struct pile *pile);

#endif
