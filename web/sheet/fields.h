/* fields: the parts of a form on paper: numbered sections, rows of fields to read or to fill in by
 * pen, things to tick. Labels stand in both languages, the sheet's own first. */
#ifndef POSTWACHT_FIELDS_H
#define POSTWACHT_FIELDS_H

#include "web/sheet/paper.h"

enum field_kind { FIELD_VALUE, FIELD_LINE, FIELD_CHOICE };
struct field {
    enum field_kind kind;
    enum text_key label;
    const char *value; /* FIELD_VALUE: "" becomes a line; FIELD_CHOICE: options separated by '|' */
    double share;      /* of the width; the shares of a row add up to 1 */
};
/* "Naam / Name": a label in both languages. */
#define LABEL_SIZE 192
void paper_label(enum lang lang, enum text_key key, char ret[LABEL_SIZE]);
/* One row of fields with the labels in two languages; moves paper->y. */
void paper_fields(struct paper *paper, enum lang lang, const struct field *field, int n);

/* "7  Bevindingen  Findings" over a rule; moves paper->y; keeps `with_mm` of what follows on the
 * page. */
void paper_section(struct paper *paper, enum lang lang, int number, enum text_key title,
                   double with_mm);
/* A paragraph of body text over the whole width; moves paper->y. */
void paper_paragraph(struct paper *paper, enum style style, const char *text);

#endif
