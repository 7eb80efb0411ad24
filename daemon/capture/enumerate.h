/* enumerate: which scanners there are, as JSON lines (schemas/device.h). Drivers may hang or crash
 * in this: run it in a process that can be thrown away, with a time limit. */
#ifndef POSTWACHT_ENUMERATE_H
#define POSTWACHT_ENUMERATE_H

#include <stdbool.h>

struct err;

bool enumerate_devices(int fd, struct err *err);

#endif
