/* print_samples_json: the fields of struct print_samples, for template.json. */
#ifndef POSTWACHT_PRINT_SAMPLES_JSON_H
#define POSTWACHT_PRINT_SAMPLES_JSON_H

#include "schemas/json.h"

#define PRINT_SAMPLES_N_FIELDS 2
extern const struct json_field print_samples_fields[PRINT_SAMPLES_N_FIELDS];

#endif
