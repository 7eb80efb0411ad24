/* template_edit: corrections that a person makes to what enrolment learnt. They change the data in
 * memory; template_store.h makes a version of it. Marks that people added (struct template_mark)
 * are found by name like elements. On false the data is as it was.
 *
 * Boxes are not among them: all that was learnt of an element belongs to the print in its box, and
 * the scans that showed it are not kept. Remove the element, or enrol again with the part marked
 * (enrol.h). */
#ifndef POSTWACHT_TEMPLATE_EDIT_H
#define POSTWACHT_TEMPLATE_EDIT_H

#include "schemas/template.h"

/* Whether `name` can stand in reason keys, and is not taken. */
bool template_name_allowed(const struct template_data *data, const char *name, struct err *err);

bool template_rename(struct template_data *data, const char *name, const char *to, struct err *err);

/* logo, sender, slogan or mark. A mark's name begins with "mark_" and no other's does, since
 * verdicts are recomputed from names alone: the name is changed along; ret_name is the one it has
 * then. */
bool template_set_kind(struct template_data *data, const char *name, const char *kind,
                       char ret_name[32], struct err *err);

/* The wording that OCR misread. What genuine sheets showed of the old wording is forgotten
 * (*ret_forgotten) unless the two differ only in letters that OCR takes for each other: it was
 * measured against that wording. */
bool template_set_text(struct template_data *data, const char *name, const char *text,
                       bool *ret_forgotten, struct err *err);

/* The last element cannot be removed. */
bool template_remove(struct template_data *data, const char *name, struct err *err);

#endif
