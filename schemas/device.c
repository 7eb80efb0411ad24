#include "schemas/device.h"

#include "schemas/base/buf.h"
#include "schemas/base/err.h"
#include "schemas/json.h"

#define DEVICE_SCHEMA "postwacht/device/1"

static const struct json_field device_fields[] = {
    {"name", JSON_KIND_TEXT, JSON_MUST, JSON_AT(struct device, name)},
    {"vendor", JSON_KIND_TEXT, JSON_MUST, JSON_AT(struct device, vendor)},
    {"model", JSON_KIND_TEXT, JSON_MUST, JSON_AT(struct device, model)},
    {"type", JSON_KIND_TEXT, JSON_MUST, JSON_AT(struct device, type)},
    {"serial", JSON_KIND_TEXT, JSON_MUST, JSON_AT(struct device, serial)},
};

bool device_to_json(const struct device *device, struct buf *ret, struct err *err)
{
    json_t *object = json_pack("{s:s}", "schema", DEVICE_SCHEMA);
    if (object && !json_put_fields(object, device_fields, JSON_COUNT_OF(device_fields), device)) {
        json_decref(object);
        object = NULL;
    }
    return json_print(object, ret, err);
}

bool device_from_json(const char *json, size_t n, struct device *ret, struct err *err)
{
    json_t *object = NULL;
    struct device device = {0};
    bool ok = json_parse(json, n, DEVICE_SCHEMA, &object, err) &&
              json_read_fields(object, device_fields, JSON_COUNT_OF(device_fields), &device, err);
    json_decref(object);
    if (ok)
        *ret = device;
    return ok;
}
