/* series_text: what members of a series share, in plain words. */
#ifndef POSTWACHT_SERIES_TEXT_H
#define POSTWACHT_SERIES_TEXT_H

#include "schemas/series.h"
#include "web/text/text.h"

#define SERIES_TEXT_SIZE 320

/* "de slogan staat 5,2 mm te hoog": starts in lower case, no full stop. */
void series_reason_text(enum lang lang, const struct series_reason *reason,
                        char ret[SERIES_TEXT_SIZE]);
/* The same in two or three words, as the head of a column: "Slogan: plaats". */
void series_head_text(enum lang lang, const struct series_reason *reason,
                      char ret[SERIES_TEXT_SIZE]);
/* What one member shows of it: "5,1 mm", "ontbreekt", "zoals echt". */
void series_cell_text(enum lang lang, const struct series_reason *reason,
                      const struct series_cell *cell, char ret[SERIES_TEXT_SIZE]);
/* How many members show the reason of this index: "bij 4 van de 5". */
void series_share_text(enum lang lang, const struct series *series, int reason,
                       char ret[SERIES_TEXT_SIZE]);
/* What a member belongs to: "Deel van reeks 2: 5 enveloppen sinds 3 mei 2026". */
void series_title_text(enum lang lang, const struct series *series, char ret[SERIES_TEXT_SIZE]);

#endif
