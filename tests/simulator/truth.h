/* truth: one line per sheet in truth.tsv: what was really made. */
#ifndef SIM_TRUTH_H
#define SIM_TRUTH_H

#include "tests/simulator/sheet.h"

struct buf;
extern const char truth_header[];
/* Appends one tab-separated line with newline. */
void truth_line(struct buf *buf, const struct plan *plan, const struct truth *truth);
/* Comma-separated names of deviations. */
void truth_deviations(const struct plan *plan, char *ret, size_t size);

#endif
