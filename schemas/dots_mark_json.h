/* dots_mark_json: the fields of dots_mark.h, for screening.json and template.json. */
#ifndef POSTWACHT_DOTS_MARK_JSON_H
#define POSTWACHT_DOTS_MARK_JSON_H

#include "schemas/json.h"

#define DOTS_CELLS_N_FIELDS 3
extern const struct json_field dots_cells_fields[DOTS_CELLS_N_FIELDS];
#define DOTS_LEARNT_N_FIELDS 3
extern const struct json_field dots_learnt_fields[DOTS_LEARNT_N_FIELDS];

#endif
