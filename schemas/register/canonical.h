/* canonical: JSON in the one form that is hashed, RFC 8785 narrowed to what the log needs: objects,
 * lists, strings, booleans and integers below 2^53; keys are ASCII. No floats, so that no two
 * programs can print a value differently. */
#ifndef POSTWACHT_CANONICAL_H
#define POSTWACHT_CANONICAL_H

#include <jansson.h>
#include <stdbool.h>

struct buf;
struct err;

/* Appends; fails on a value outside the profile. */
bool canonical_json(const json_t *value, struct buf *ret, struct err *err);

#endif
