#include "feeder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_CONFIG_DIR "/etc/sane.d"
#define LINE_SIZE (FEEDER_PATH_SIZE + 64)

/* A bed that takes A3 lengthways, so that no envelope is too big; 600 dpi is what print forensics
 * asks of a scan. */
static const struct feeder_device defaults = {
    .vendor = "Postwacht",
    .model = "Virtual Feeder",
    .type = "sheetfed scanner",
    .serial = "VF0001",
    .bed_mm = {310, 440},
    .flatbed = true,
    .duplex = true,
    .crop_to_image = true,
    .backing = 255,
    .default_dpi = 600,
};

static void set_text(char ret[FEEDER_TEXT_SIZE], const char *value)
{
    snprintf(ret, FEEDER_TEXT_SIZE, "%.*s", FEEDER_TEXT_SIZE - 1, value);
}

static void set_key(struct feeder_device *device, const char *key, const char *value)
{
    bool yes = strcmp(value, "yes") == 0;
    if (strcmp(key, "hopper") == 0)
        snprintf(device->hopper, sizeof device->hopper, "%s", value);
    else if (strcmp(key, "vendor") == 0)
        set_text(device->vendor, value);
    else if (strcmp(key, "model") == 0)
        set_text(device->model, value);
    else if (strcmp(key, "type") == 0)
        set_text(device->type, value);
    else if (strcmp(key, "serial") == 0)
        set_text(device->serial, value);
    else if (strcmp(key, "bed") == 0)
        sscanf(value, "%lf %lf", &device->bed_mm[0], &device->bed_mm[1]);
    else if (strcmp(key, "flatbed") == 0)
        device->flatbed = yes;
    else if (strcmp(key, "duplex") == 0)
        device->duplex = yes;
    else if (strcmp(key, "crop") == 0)
        device->crop_to_image = strcmp(value, "window") != 0;
    else if (strcmp(key, "backing") == 0)
        device->backing = (uint8_t)atoi(value);
    else if (strcmp(key, "default-dpi") == 0)
        device->default_dpi = atof(value);
    else if (strcmp(key, "consume") == 0)
        device->consume_at_end = strcmp(value, "end") == 0;
    else if (strcmp(key, "chunk") == 0)
        device->chunk = atoll(value);
    else if (strcmp(key, "rate") == 0)
        device->rate = atoll(value);
    else if (strcmp(key, "warm-up") == 0)
        device->warm_up_ms = atoll(value);
    else if (strcmp(key, "cancel-discards") == 0)
        device->cancel_discards = yes;
    else if (strcmp(key, "strict-reload") == 0)
        device->strict_reload = yes;
    else
        fprintf(stderr, "feeder.conf: unknown word %s\n", key);
}

static int parse(FILE *file, struct feeder_device ret[FEEDER_DEVICES_MAX])
{
    int n = 0;
    char line[LINE_SIZE];
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "#\r\n")] = '\0';
        for (size_t end = strlen(line); end && strchr(" \t", line[end - 1]); end--)
            line[end - 1] = '\0';
        char *key = line + strspn(line, " \t");
        char *value = key + strcspn(key, " \t");
        if (*value)
            *value++ = '\0';
        value += strspn(value, " \t");
        if (!*key)
            continue;
        if (strcmp(key, "device") == 0) {
            if (n == FEEDER_DEVICES_MAX)
                break;
            ret[n] = defaults;
            set_text(ret[n++].name, value);
        } else if (n) {
            set_key(&ret[n - 1], key, value);
        }
    }
    return n;
}

/* SANE_CONFIG_DIR is a list of folders; a trailing colon adds the default ones. */
static FILE *open_config(void)
{
    const char *listed = getenv("SANE_CONFIG_DIR");
    char dirs[LINE_SIZE];
    snprintf(dirs, sizeof dirs, "%s", listed && *listed ? listed : ".:" DEFAULT_CONFIG_DIR);
    size_t n = strlen(dirs);
    if (n && dirs[n - 1] == ':')
        snprintf(dirs + n, sizeof dirs - n, DEFAULT_CONFIG_DIR);
    char *rest = dirs;
    for (char *dir; (dir = strsep(&rest, ":"));) {
        char path[LINE_SIZE + sizeof "/feeder.conf"];
        snprintf(path, sizeof path, "%s/feeder.conf", dir);
        FILE *file = fopen(path, "re");
        if (file)
            return file;
    }
    return NULL;
}

int feeder_config_read(struct feeder_device ret[FEEDER_DEVICES_MAX])
{
    FILE *file = open_config();
    if (!file)
        return 0;
    int n = parse(file, ret);
    fclose(file);
    return n;
}
