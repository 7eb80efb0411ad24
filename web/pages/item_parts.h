/* item_parts: the sections of an item's page. */
#ifndef POSTWACHT_ITEM_PARTS_H
#define POSTWACHT_ITEM_PARTS_H

#include "web/findings.h"
#include "web/html.h"

void item_photos(struct html *h, const struct reg_item *item, const struct finding *finding, int n);
void item_findings(struct html *h, const struct reg_item *item, const struct finding *finding,
                   int n);
/* How the print was made, as a likelihood ratio; nothing when nobody asked. */
void item_ratio(struct html *h, const struct reg_item *item);
/* has_phrases: the office keeps wording of its own, which can be added to. */
void item_return(struct html *h, const struct reg_item *item, bool has_phrases);
/* Posted, sorted, sent back, received; sender and recipient. */
void item_journey(struct html *h, const struct reg_item *item);
/* "<li>Edge raggedness: 19.8 um; own envelopes 4.8 to 7.3 (n = 20)</li>" */
void item_measured(struct html *h, const struct reading *reading);
/* Print that contradicts, close up, and tracking dots made visible; nothing when there are none. */
void item_print(struct html *h, const struct reg_item *item);
void item_dots(struct html *h, const struct reg_item *item);
/* The series that the item belongs to; nothing when to none. */
void item_series(struct html *h, const struct reg_item *item, const struct series *series);
void item_readings(struct html *h, const struct reg_item *item);
void item_events(struct html *h, const struct reg_item *item);
void item_files(struct html *h, const struct reg_item *item);

#endif
