/* The thirteen symbols that libsane's dll backend looks up. One handle is one open feeder: the
 * options, the sheet in the paper path and the side that is being read. */
#include "faults.h"
#include "frame.h"
#include "hopper.h"
#include "options.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))
#define BACKEND_BUILD 1
#define NAP_MS 10 /* how often a hanging call looks whether it was cancelled */
#define GREY_TAIL 128
#define CHUNK_MAX (1ll << 30) /* what a SANE_Int can say */

struct device_list {
    int n;
    struct feeder_device device[FEEDER_DEVICES_MAX];
    SANE_Device entry[FEEDER_DEVICES_MAX];
    const SANE_Device *listed[FEEDER_DEVICES_MAX + 1];
};
static struct device_list devices; /* SANE's API keeps the list between init and exit */

struct scanner {
    struct feeder_device device;
    struct options options;
    struct faults faults;
    int lock_fd;
    bool sheet_loaded; /* a sheet is in the path and has a side to come */
    bool scanned_since_cancel;
    bool stale; /* descriptors must be fetched again */
    struct feeder_sheet sheet;
    int side;            /* of frame, or the next one */
    int front_px[2];     /* a blank back is as big as its front */
    struct frame *frame; /* NULL between frames */
    SANE_Parameters parameters;
    long long at, end; /* bytes delivered, bytes of the frame */
    double started_s;
    bool grey;
    atomic_bool cancelled;
};

/* Every exported function is declared here once: the dll backend has no header for them. */
EXPORT SANE_Status sane_feeder_init(SANE_Int *version, SANE_Auth_Callback authorize);
EXPORT void sane_feeder_exit(void);
EXPORT SANE_Status sane_feeder_get_devices(const SANE_Device ***list, SANE_Bool local_only);
EXPORT SANE_Status sane_feeder_open(SANE_String_Const name, SANE_Handle *handle);
EXPORT void sane_feeder_close(SANE_Handle handle);
EXPORT const SANE_Option_Descriptor *sane_feeder_get_option_descriptor(SANE_Handle handle,
                                                                       SANE_Int option);
EXPORT SANE_Status sane_feeder_control_option(SANE_Handle handle, SANE_Int option,
                                              SANE_Action action, void *value, SANE_Int *info);
EXPORT SANE_Status sane_feeder_get_parameters(SANE_Handle handle, SANE_Parameters *parameters);
EXPORT SANE_Status sane_feeder_start(SANE_Handle handle);
EXPORT SANE_Status sane_feeder_read(SANE_Handle handle, SANE_Byte *data, SANE_Int max,
                                    SANE_Int *length);
EXPORT void sane_feeder_cancel(SANE_Handle handle);
EXPORT SANE_Status sane_feeder_set_io_mode(SANE_Handle handle, SANE_Bool non_blocking);
EXPORT SANE_Status sane_feeder_get_select_fd(SANE_Handle handle, SANE_Int *fd);

static void nap(long ms)
{
    nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000}, NULL);
}

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* A device that hangs: until it hears sane_cancel, or for ever when it is deaf. */
static SANE_Status hang(struct scanner *scanner, bool deaf)
{
    while (deaf || !scanner->cancelled)
        nap(NAP_MS);
    return SANE_STATUS_CANCELLED;
}

SANE_Status sane_feeder_init(SANE_Int *version, SANE_Auth_Callback authorize)
{
    (void)authorize;
    if (version)
        *version = SANE_VERSION_CODE(SANE_CURRENT_MAJOR, SANE_CURRENT_MINOR, BACKEND_BUILD);
    devices.n = feeder_config_read(devices.device);
    return SANE_STATUS_GOOD;
}

void sane_feeder_exit(void)
{
    devices.n = 0;
}

SANE_Status sane_feeder_get_devices(const SANE_Device ***list, SANE_Bool local_only)
{
    (void)local_only;
    size_t n = 0;
    for (int i = 0; i < devices.n; i++) {
        struct feeder_device *device = &devices.device[i];
        if (!hopper_present(device->hopper))
            continue;
        devices.entry[n] = (SANE_Device){device->name, device->vendor, device->model, device->type};
        devices.listed[n] = &devices.entry[n];
        n++;
    }
    devices.listed[n] = NULL;
    *list = devices.listed;
    return SANE_STATUS_GOOD;
}

static const struct feeder_device *find_device(const char *name)
{
    for (int i = 0; i < devices.n; i++)
        if ((!*name || strcmp(devices.device[i].name, name) == 0) &&
            hopper_present(devices.device[i].hopper))
            return &devices.device[i];
    return NULL;
}

/* One process at a time has the device, as with a real one. */
static int lock_device(const struct feeder_device *device)
{
    char path[FEEDER_PATH_SIZE + sizeof "/.feeder-lock"];
    snprintf(path, sizeof path, "%s/.feeder-lock", device->hopper);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

SANE_Status sane_feeder_open(SANE_String_Const name, SANE_Handle *handle)
{
    const struct feeder_device *device = find_device(name);
    if (!device)
        return SANE_STATUS_INVAL;
    struct scanner *scanner = calloc(1, sizeof *scanner);
    if (!scanner)
        return SANE_STATUS_NO_MEM;
    scanner->device = *device;
    options_init(&scanner->options, device);
    faults_read(device->hopper, &scanner->faults);
    const struct fault *fault = faults_find(&scanner->faults, FAULT_OPEN_HANG, 0, FEEDER_FRONT);
    if (fault)
        hang(scanner, true);
    SANE_Status status = SANE_STATUS_GOOD;
    fault = faults_find(&scanner->faults, FAULT_OPEN, 0, FEEDER_FRONT);
    if (fault) {
        status = fault->status;
        faults_fire(&scanner->faults, fault, device->hopper);
    } else if ((scanner->lock_fd = lock_device(device)) < 0) {
        status = SANE_STATUS_DEVICE_BUSY;
    }
    if (status != SANE_STATUS_GOOD)
        free(scanner);
    else
        *handle = scanner;
    return status;
}

static void end_frame(struct scanner *scanner)
{
    frame_close(scanner->frame);
    scanner->frame = NULL;
}

void sane_feeder_close(SANE_Handle handle)
{
    struct scanner *scanner = handle;
    if (faults_find(&scanner->faults, FAULT_CLOSE_HANG, 0, FEEDER_FRONT))
        hang(scanner, true);
    end_frame(scanner);
    close(scanner->lock_fd);
    free(scanner);
}

const SANE_Option_Descriptor *sane_feeder_get_option_descriptor(SANE_Handle handle, SANE_Int option)
{
    struct scanner *scanner = handle;
    scanner->stale = false;
    return option >= 0 && option < OPTIONS ? &scanner->options.descriptor[option] : NULL;
}

SANE_Status sane_feeder_control_option(SANE_Handle handle, SANE_Int option, SANE_Action action,
                                       void *value, SANE_Int *info)
{
    struct scanner *scanner = handle;
    struct feeder_sheet sheet;
    SANE_Int changes = 0;
    if (info)
        *info = 0;
    if (scanner->stale)
        return SANE_STATUS_INVAL;
    if (action == SANE_ACTION_SET_VALUE && scanner->frame)
        return SANE_STATUS_DEVICE_BUSY;
    scanner->options.value[OPT_PAGE_LOADED] = hopper_next(scanner->device.hopper, &sheet);
    scanner->options.value[OPT_SIDE] = scanner->side;
    SANE_Status status = options_control(&scanner->options, option, action, value, &changes);
    scanner->stale = scanner->device.strict_reload && (changes & SANE_INFO_RELOAD_OPTIONS);
    if (info)
        *info = changes;
    return status;
}

static struct frame_request make_request(const struct scanner *scanner)
{
    const struct options *options = &scanner->options;
    const struct fault *padding =
        faults_find(&scanner->faults, FAULT_PADDING, scanner->sheet.number, scanner->side);
    return (struct frame_request){
        .mode = options->mode,
        .depth = options->value[OPT_DEPTH],
        .dpi = options->value[OPT_RESOLUTION],
        .window_mm = {SANE_UNFIX(options->value[OPT_TL_X]), SANE_UNFIX(options->value[OPT_TL_Y]),
                      SANE_UNFIX(options->value[OPT_BR_X]), SANE_UNFIX(options->value[OPT_BR_Y])},
        .crop_to_image = scanner->device.crop_to_image,
        .backing = scanner->device.backing,
        .default_dpi = scanner->device.default_dpi,
        .padding = padding ? (int)padding->number : 0,
    };
}

SANE_Status sane_feeder_get_parameters(SANE_Handle handle, SANE_Parameters *parameters)
{
    struct scanner *scanner = handle;
    if (scanner->frame) {
        *parameters = scanner->parameters;
        return SANE_STATUS_GOOD;
    }
    /* Before sane_start only the window is known, not the paper: an estimate, as with real devices.
     */
    struct frame_request request = make_request(scanner);
    request.crop_to_image = false;
    struct frame *frame = frame_open("", (const int[2]){1, 1}, &request);
    if (!frame)
        return SANE_STATUS_INVAL;
    frame_parameters(frame, parameters);
    frame_close(frame);
    return SANE_STATUS_GOOD;
}

static SANE_Status fault_at_start(struct scanner *scanner)
{
    int sheet = scanner->sheet.number, side = scanner->side;
    const struct fault *fault = faults_find(&scanner->faults, FAULT_START_HANG, sheet, side);
    if (fault) {
        bool deaf = fault->deaf;
        faults_fire(&scanner->faults, fault, scanner->device.hopper);
        return hang(scanner, deaf);
    }
    fault = faults_find(&scanner->faults, FAULT_START, sheet, side);
    if (!fault)
        return SANE_STATUS_GOOD;
    SANE_Status status = fault->status;
    scanner->options.value[OPT_DOUBLE_FEED] = fault->double_feed;
    scanner->options.value[OPT_COVER_OPEN] = status == SANE_STATUS_COVER_OPEN;
    faults_fire(&scanner->faults, fault, scanner->device.hopper);
    return status;
}

/* Opens the image, then draws the paper in: a file that cannot be read stays in the hopper. */
static SANE_Status begin_frame(struct scanner *scanner)
{
    struct frame_request request = make_request(scanner);
    bool back = scanner->side == FEEDER_BACK;
    if (back && !*scanner->sheet.back)
        request.crop_to_image = true;
    scanner->frame =
        frame_open(back ? scanner->sheet.back : scanner->sheet.front, scanner->front_px, &request);
    if (!scanner->frame)
        return SANE_STATUS_IO_ERROR;
    frame_parameters(scanner->frame, &scanner->parameters);
    if (!back) {
        scanner->front_px[0] = scanner->parameters.pixels_per_line;
        scanner->front_px[1] = scanner->parameters.lines;
    }
    scanner->end = frame_bytes(scanner->frame);
    scanner->at = 0;
    scanner->grey = false;
    scanner->started_s = 0;
    if (faults_find(&scanner->faults, FAULT_LINES_UNKNOWN, scanner->sheet.number, scanner->side))
        scanner->parameters.lines = -1;
    if (!back && !scanner->device.consume_at_end)
        hopper_consume(scanner->device.hopper, &scanner->sheet);
    return SANE_STATUS_GOOD;
}

SANE_Status sane_feeder_start(SANE_Handle handle)
{
    struct scanner *scanner = handle;
    end_frame(scanner);
    if (scanner->cancelled)
        scanner->sheet_loaded = false;
    scanner->cancelled = false;
    if (!hopper_present(scanner->device.hopper))
        return SANE_STATUS_IO_ERROR;
    scanner->options.value[OPT_DOUBLE_FEED] = scanner->options.value[OPT_COVER_OPEN] = SANE_FALSE;
    if (!scanner->sheet_loaded) {
        if (!hopper_next(scanner->device.hopper, &scanner->sheet))
            return SANE_STATUS_NO_DOCS;
        scanner->side = FEEDER_FRONT;
    }
    SANE_Status status = fault_at_start(scanner);
    if (status == SANE_STATUS_GOOD)
        status = begin_frame(scanner);
    scanner->sheet_loaded = status == SANE_STATUS_GOOD;
    scanner->scanned_since_cancel = scanner->scanned_since_cancel || scanner->sheet_loaded;
    return status;
}

static SANE_Status end_of_side(struct scanner *scanner)
{
    bool last = scanner->side == FEEDER_BACK || scanner->options.source != SOURCE_DUPLEX;
    end_frame(scanner);
    scanner->side = last ? FEEDER_FRONT : FEEDER_BACK;
    scanner->sheet_loaded = !last;
    if (last && scanner->device.consume_at_end)
        hopper_consume(scanner->device.hopper, &scanner->sheet);
    return SANE_STATUS_EOF;
}

/* The first fault of sane_read that lies at or before this byte; *ret_limit is how far the side may
 * be read before the next one. */
static const struct fault *fault_in_read(const struct scanner *scanner, long long *ret_limit)
{
    static const enum feeder_fault order[] = {FAULT_READ,     FAULT_HANG,   FAULT_CRASH,
                                              FAULT_TRUNCATE, FAULT_STARVE, FAULT_VANISH,
                                              FAULT_GREY_TAIL};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        const struct fault *fault =
            faults_find(&scanner->faults, order[i], scanner->sheet.number, scanner->side);
        if (!fault || fault->number > scanner->end)
            continue;
        if (scanner->at >= fault->number)
            return fault;
        if (*ret_limit > fault->number - scanner->at)
            *ret_limit = fault->number - scanner->at;
    }
    return NULL;
}

static void vanish(const char *hopper)
{
    char path[FEEDER_PATH_SIZE + sizeof "/vanished"];
    snprintf(path, sizeof path, "%s/vanished", hopper);
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (fd >= 0)
        close(fd);
}

/* GOOD means: go on reading. A starving device is the one that stays so. */
static SANE_Status happen(struct scanner *scanner, const struct fault *at, bool *ret_starve)
{
    struct fault fault = *at;
    if (fault.kind == FAULT_STARVE) {
        *ret_starve = true;
        return SANE_STATUS_GOOD;
    }
    faults_fire(&scanner->faults, at, scanner->device.hopper);
    switch (fault.kind) {
    case FAULT_HANG:
        fault.status = hang(scanner, fault.deaf);
        break;
    case FAULT_CRASH:
        abort();
    case FAULT_TRUNCATE:
        return end_of_side(scanner);
    case FAULT_VANISH:
        vanish(scanner->device.hopper);
        break;
    case FAULT_GREY_TAIL:
        scanner->grey = true;
        return SANE_STATUS_GOOD;
    default:
        break;
    }
    end_frame(scanner);
    scanner->sheet_loaded = false;
    return fault.status;
}

/* A device delivers at its own speed: waits until the bytes up to `upto` could have come. */
static void keep_pace(struct scanner *scanner, long long upto)
{
    const struct fault *slow =
        faults_find(&scanner->faults, FAULT_SLOW, scanner->sheet.number, scanner->side);
    double rate = (double)(slow ? slow->number : scanner->device.rate);
    while (rate > 0 && !scanner->cancelled && (now_s() - scanner->started_s) * rate < (double)upto)
        nap(NAP_MS);
}

SANE_Status sane_feeder_read(SANE_Handle handle, SANE_Byte *data, SANE_Int max, SANE_Int *length)
{
    struct scanner *scanner = handle;
    *length = 0;
    if (!scanner->frame)
        return scanner->cancelled ? SANE_STATUS_CANCELLED : SANE_STATUS_EOF;
    if (scanner->started_s == 0) {
        for (long long ms = 0; ms < scanner->device.warm_up_ms && !scanner->cancelled; ms += NAP_MS)
            nap(NAP_MS);
        scanner->started_s = now_s();
    }
    long long limit = scanner->device.chunk > 0 ? scanner->device.chunk : CHUNK_MAX;
    if (limit > max)
        limit = max;
    bool starve = false;
    for (const struct fault *fault; !starve && (fault = fault_in_read(scanner, &limit));) {
        SANE_Status status = happen(scanner, fault, &starve);
        if (status != SANE_STATUS_GOOD)
            return status;
    }
    if (scanner->cancelled) {
        end_frame(scanner);
        scanner->sheet_loaded = false;
        return SANE_STATUS_CANCELLED;
    }
    if (starve)
        return SANE_STATUS_GOOD;
    long long n = frame_read(scanner->frame, data, limit);
    if (n < 0) {
        end_frame(scanner);
        scanner->sheet_loaded = false;
        return SANE_STATUS_IO_ERROR;
    }
    if (n == 0)
        return end_of_side(scanner);
    if (scanner->grey)
        memset(data, GREY_TAIL, (size_t)n);
    scanner->at += n;
    keep_pace(scanner, scanner->at);
    *length = (SANE_Int)n;
    return SANE_STATUS_GOOD;
}

/* May come from another thread while sane_read runs: only the flag is set then, and the reader
 * notices. The paper in the path is let out. */
void sane_feeder_cancel(SANE_Handle handle)
{
    struct scanner *scanner = handle;
    scanner->cancelled = true;
    if (scanner->frame)
        return;
    scanner->sheet_loaded = false;
    if (scanner->device.cancel_discards && scanner->scanned_since_cancel)
        hopper_discard(scanner->device.hopper);
    scanner->scanned_since_cancel = false;
}

SANE_Status sane_feeder_set_io_mode(SANE_Handle handle, SANE_Bool non_blocking)
{
    (void)handle;
    return non_blocking ? SANE_STATUS_UNSUPPORTED : SANE_STATUS_GOOD;
}

SANE_Status sane_feeder_get_select_fd(SANE_Handle handle, SANE_Int *fd)
{
    (void)handle;
    (void)fd;
    return SANE_STATUS_UNSUPPORTED;
}
