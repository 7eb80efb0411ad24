#define _GNU_SOURCE
#include "daemon/capture/enumerate.h"

#include "schemas/base/buf.h"
#include "schemas/base/err.h"
#include "schemas/device.h"

#include <sane/sane.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void copy_text(char *ret, size_t size, const char *text)
{
    snprintf(ret, size, "%.*s", (int)size - 1, text ? text : "");
}

/* Drivers that know the serial number put it behind the model: "fujitsu:fi-8170:123456". */
static void serial_from_name(struct device *device)
{
    const char *model = strstr(device->name, device->model);
    const char *last = strrchr(device->name, ':');
    if (*device->model && model && last && last >= model + strlen(device->model))
        copy_text(device->serial, sizeof device->serial, last + 1);
}

static bool put_line(const SANE_Device *entry, struct buf *ret, struct err *err)
{
    struct device device = {0};
    copy_text(device.name, sizeof device.name, entry->name);
    copy_text(device.vendor, sizeof device.vendor, entry->vendor);
    copy_text(device.model, sizeof device.model, entry->model);
    copy_text(device.type, sizeof device.type, entry->type);
    serial_from_name(&device);
    if (!device_to_json(&device, ret, err))
        return false;
    buf_putc(ret, '\n');
    return true;
}

bool enumerate_devices(int fd, struct err *err)
{
    const SANE_Device **list = NULL;
    SANE_Status status = sane_init(NULL, NULL);
    if (status == SANE_STATUS_GOOD)
        status = sane_get_devices(&list, SANE_FALSE);
    if (status != SANE_STATUS_GOOD)
        return err_set(err, "SANE cannot list the scanners: %s", sane_strstatus(status));
    struct buf text = {0};
    bool ok = true;
    for (size_t i = 0; ok && list && list[i]; i++)
        ok = put_line(list[i], &text, err);
    ok = ok && buf_ok(&text, err);
    size_t done = 0;
    while (ok && done < text.len) {
        ssize_t n = write(fd, text.data + done, text.len - done);
        if (n < 0)
            ok = err_errno(err, "cannot write the list of scanners");
        else
            done += (size_t)n;
    }
    buf_finish(&text);
    sane_exit(); /* after the list is out: a driver may crash here */
    return ok;
}
