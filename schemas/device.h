/* device: a scanner as enumeration found it, one JSON object a line (postwacht/device/1), from the
 * throw-away process that asks libsane to whoever wants to know. USB names change when a plug is
 * pulled and put back: know a device again by vendor, model and serial. */
#ifndef POSTWACHT_DEVICE_H
#define POSTWACHT_DEVICE_H

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct err;

struct device {
    char name[128]; /* SANE's: "fujitsu:fi-8170:123456" */
    char vendor[64], model[64], type[64];
    char serial[64]; /* "" unknown */
};

bool device_to_json(const struct device *device, struct buf *ret,
                    struct err *err); /* no line break */
bool device_from_json(const char *json, size_t n, struct device *ret, struct err *err);

#endif
