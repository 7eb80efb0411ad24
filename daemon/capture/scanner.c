/* The scanner source: one device from sane_init to sane_exit. One sane_cancel at the very end of
 * the batch and never between pages: some drivers throw the paper in the hopper out on it, others
 * need it. */
#define _GNU_SOURCE
#include "daemon/capture/scan_options.h"
#include "daemon/capture/scan_side.h"
#include "daemon/capture/source.h"

#include "schemas/base/err.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MM_PER_INCH 25.4
#define SIDE_BYTES_GUESS (130ull << 20) /* C4 at 600 dpi in colour, when the device does not say   \
                                         */
#define SPACE_RESERVE (64ull << 20)     /* for the register and the system */
#define SPACE_POLL_S 1
#define TRUNCATED_IN_A_ROW_MAX 3 /* one bad page is bad luck, three are a broken cable */

struct scanner {
    const struct capture_request *request;
    struct guard *guard;
    SANE_Handle handle;
    bool initialised;
    struct scan_settings settings;
    struct sheet about; /* device and settings, copied into every sheet */
    int images;         /* sides that came whole */
    int truncated_in_a_row;
};

static void copy_text(char *ret, size_t size, const char *text)
{
    snprintf(ret, size, "%.*s", (int)size - 1, text ? text : "");
}

/* Finds the device in the list, or takes the first one when none was named. Before the device is
 * open: some drivers scan the bus for this and disturb what is open. A device that is not listed
 * (given by its network address) has neither vendor nor model. */
static bool find_device(struct scanner *scanner, struct capture_why *why)
{
    const SANE_Device **list = NULL;
    struct sheet *about = &scanner->about;
    const char *wanted = scanner->request->device;
    copy_text(about->device.sane_name, sizeof about->device.sane_name, wanted);
    SANE_Status status = sane_get_devices(&list, SANE_FALSE);
    for (size_t i = 0; status == SANE_STATUS_GOOD && list && list[i]; i++) {
        if (*wanted && strcmp(list[i]->name, wanted) != 0)
            continue;
        copy_text(about->device.sane_name, sizeof about->device.sane_name, list[i]->name);
        copy_text(about->device.vendor, sizeof about->device.vendor, list[i]->vendor);
        copy_text(about->device.model, sizeof about->device.model, list[i]->model);
        break;
    }
    return *about->device.sane_name ||
           why_set(why, CAPTURE_NO_DEVICE, "No scanner is connected and switched on.");
}

static void read_serial(struct scanner *scanner)
{
    char serial[OPTION_TEXT_SIZE];
    struct sheet *about = &scanner->about;
    if (option_get_text(scanner->handle, "serial", serial) ||
        option_get_text(scanner->handle, "serial-number", serial))
        copy_text(about->device.serial, sizeof about->device.serial, serial);
}

static bool open_device(struct scanner *scanner, struct capture_why *why)
{
    static const struct {
        SANE_Status status;
        enum capture_kind kind;
    } kinds[] = {
        {SANE_STATUS_DEVICE_BUSY, CAPTURE_BUSY},
        {SANE_STATUS_ACCESS_DENIED, CAPTURE_DENIED},
        {SANE_STATUS_INVAL, CAPTURE_NO_DEVICE},
    };
    SANE_Status status = sane_init(NULL, NULL);
    if (status != SANE_STATUS_GOOD)
        return why_set(why, CAPTURE_IO_ERROR, "SANE does not start: %s.", sane_strstatus(status));
    scanner->initialised = true;
    if (!find_device(scanner, why))
        return false;
    const char *name = scanner->about.device.sane_name;
    status = sane_open(name, &scanner->handle);
    enum capture_kind kind = CAPTURE_IO_ERROR;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].status == status)
            kind = kinds[i].kind;
    if (status != SANE_STATUS_GOOD) {
        scanner->handle = NULL;
        return why_set(why, kind, "%s: %s.", name, sane_strstatus(status));
    }
    read_serial(scanner);
    return true;
}

static void scanner_close(void *state)
{
    struct scanner *scanner = state;
    if (!scanner)
        return;
    guard_enter(scanner->guard, GUARD_CLOSE);
    guard_drop_handle(scanner->guard);
    if (scanner->handle) {
        sane_cancel(scanner->handle);
        sane_close(scanner->handle);
    }
    if (scanner->initialised)
        sane_exit();
    guard_enter(scanner->guard, GUARD_OFF);
    free(scanner);
}

static bool scanner_open(const struct capture_request *request, struct guard *guard, void **ret,
                         struct capture_why *ret_why)
{
    char notice[sizeof ret_why->detail];
    struct scanner *scanner = calloc(1, sizeof *scanner);
    if (!scanner)
        return why_set(ret_why, CAPTURE_SPOOL, "Out of memory.");
    scanner->request = request;
    scanner->guard = guard;
    guard_enter(guard, GUARD_OPEN);
    if (!open_device(scanner, ret_why) ||
        !scan_settings_apply(scanner->handle, request, &scanner->settings, notice, ret_why)) {
        scanner_close(scanner);
        return false;
    }
    options_record(scanner->handle, &scanner->about);
    guard_enter(guard, GUARD_OFF);
    guard_set_handle(guard, scanner->handle);
    why_set(ret_why, CAPTURE_SETTINGS, "%s", notice);
    *ret = scanner;
    return true;
}

static unsigned long long bytes_of_side(const struct scanner *scanner)
{
    SANE_Parameters parameters;
    if (sane_get_parameters(scanner->handle, &parameters) != SANE_STATUS_GOOD ||
        parameters.bytes_per_line <= 0 || parameters.lines <= 0)
        return SIDE_BYTES_GUESS;
    return (unsigned long long)parameters.bytes_per_line * (unsigned long long)parameters.lines;
}

/* Paper must not be drawn in when its image has no room: waits before the sheet, never inside it.
 */
static bool wait_for_space(const struct scanner *scanner, struct capture_why *why)
{
    unsigned long long need = bytes_of_side(scanner) * SIDE_COUNT + SPACE_RESERVE, free_bytes = 0;
    for (double waited = 0;; waited += SPACE_POLL_S) {
        if (!disk_free(scanner->request->spool, &free_bytes, NULL) || free_bytes >= need)
            return true;
        if (guard_stop_asked(scanner->guard))
            return why_set(why, CAPTURE_STOPPED, "%s", "");
        if (waited >= scanner->request->space_wait_s)
            return why_set(
                why, CAPTURE_SPACE,
                "A sheet needs up to %llu MB and %llu MB are free. Make room, then go on.",
                need >> 20, free_bytes >> 20);
        nanosleep(&(struct timespec){.tv_sec = SPACE_POLL_S}, NULL);
    }
}

static enum source_result no_paper(struct scanner *scanner, int side, struct capture_why *why)
{
    if (side == SIDE_BACK) {
        why_set(why, CAPTURE_OUT_OF_STEP, "The front has no back.");
        return SOURCE_HALF;
    }
    why_set(why, scanner->images ? CAPTURE_DONE : CAPTURE_EMPTY, "%s", "");
    return SOURCE_END;
}

static enum source_result scanner_next(void *state, const char *dir, struct sheet *sheet,
                                       struct capture_why *ret_why)
{
    struct scanner *scanner = state;
    sheet->device = scanner->about.device;
    sheet->n_settings = scanner->about.n_settings;
    memcpy(sheet->setting, scanner->about.setting, sizeof sheet->setting);
    if (!scanner->settings.feeder && scanner->images) {
        why_set(ret_why, CAPTURE_DONE, "%s", "");
        return SOURCE_END;
    }
    if (!wait_for_space(scanner, ret_why))
        return SOURCE_END;
    clock_format(clock_now_ms(), sheet->captured); /* the pause may have been long */
    bool truncated = false;
    for (int i = 0; i < (scanner->settings.duplex ? SIDE_COUNT : 1); i++) {
        struct sheet_side *side = &sheet->side[i];
        enum side_result result = scan_side(scanner->handle, scanner->guard, &scanner->settings,
                                            dir, (enum side_name)i, side, ret_why);
        if (*side->file && sheet->n_sides == i)
            sheet->n_sides = i + 1;
        if (result == SIDE_NO_PAPER)
            return no_paper(scanner, i, ret_why);
        if (result == SIDE_FAILED && i == 0 && !*side->file && side->bytes_received == 0)
            return SOURCE_END;
        if (result == SIDE_FAILED)
            return SOURCE_HALF;
        truncated = truncated || result == SIDE_TRUNCATED;
        scanner->images++;
    }
    scanner->truncated_in_a_row = truncated ? scanner->truncated_in_a_row + 1 : 0;
    if (!truncated)
        return SOURCE_SHEET;
    why_set(ret_why, CAPTURE_TRUNCATED, "%s", "");
    return scanner->truncated_in_a_row < TRUNCATED_IN_A_ROW_MAX ? SOURCE_HALF_IN_STEP : SOURCE_HALF;
}

static void scanner_taken(void *state)
{
    (void)state;
}

const struct capture_source scanner_source = {
    .kind = "scanner",
    .open = scanner_open,
    .next = scanner_next,
    .taken = scanner_taken,
    .close = scanner_close,
};
