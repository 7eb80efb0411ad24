/* print_screens_json: the fields of struct screens_learnt, for template.json. */
#ifndef POSTWACHT_PRINT_SCREENS_JSON_H
#define POSTWACHT_PRINT_SCREENS_JSON_H

#include "schemas/json.h"

#define SCREENS_LEARNT_N_FIELDS 2
extern const struct json_field screens_learnt_fields[SCREENS_LEARNT_N_FIELDS];

#endif
