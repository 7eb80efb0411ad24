/* feeder: a virtual document feeder as a real SANE backend, for tests and the demo.
 *
 * Stock libsane loads libsane-feeder.so.1 through dll.conf (line "feeder"; SANE_CONFIG_DIR names the
 * folder of dll.conf and feeder.conf, LD_LIBRARY_PATH the folder of the library). Each device feeds
 * the images of one hopper folder in the order of their names: NAME_front.EXT and NAME_back.EXT, or
 * NAME.EXT for a sheet with a blank back (.png, .tif, .tiff, .jpg, .jpeg). A sheet that was fed moves
 * to HOPPER/fed, so a restart goes on where it was; moving it back refills. Whoever fills a hopper
 * that is being scanned puts the back there before the front.
 *
 * feeder.conf, one word and its value a line, # begins a comment; "device" begins the next device:
 *   device NAME          the SANE name is then feeder:NAME
 *   hopper PATH          folder; without it the device does not exist
 *   vendor, model, type  texts        serial TEXT    read-only option "serial"
 *   bed WIDTH HEIGHT     mm           flatbed yes|no      duplex yes|no
 *   crop image|window    the frame is the paper inside the window, or the window padded with backing
 *   backing 0..255       grey level of lid and backing roller
 *   default-dpi N        of an image file that does not tell its own
 *   consume start|end    a sheet is gone when drawn in (as paper is), or when its last side was read
 *   chunk BYTES          most bytes that one sane_read returns
 *   rate BYTES           bytes a second, 0 without limit      warm-up MS   before the first line
 *   cancel-discards yes  sane_cancel with paper in the hopper ejects all of it (as fujitsu does)
 *
 * HOPPER/faults, one fault a line, in the order KIND SHEET [SIDE] [NUMBER] [WORD...]; SHEET is the
 * first number in the file's name or *, SIDE front or back (both when absent). Each line happens once
 * (HOPPER/faults.fired remembers it, remove that to repeat) unless it ends in "always". See the table
 * in faults.c for the kinds, for example:
 *   start 3 SANE_STATUS_JAMMED        read 3 back 500000 SANE_STATUS_IO_ERROR
 *   hang 2 front 1000 deaf            padding 1 13            open * SANE_STATUS_DEVICE_BUSY
 * A file HOPPER/vanished takes the device off the bus until it is removed. */
#ifndef FEEDER_H
#define FEEDER_H

#include "rows.h"

#include <sane/sane.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define FEEDER_PATH_SIZE 4096
#define FEEDER_TEXT_SIZE 64
#define FEEDER_DEVICES_MAX 16

struct feeder_device {
    char name[FEEDER_TEXT_SIZE], vendor[FEEDER_TEXT_SIZE], model[FEEDER_TEXT_SIZE];
    char type[FEEDER_TEXT_SIZE], serial[FEEDER_TEXT_SIZE];
    char hopper[FEEDER_PATH_SIZE];
    double bed_mm[2];
    bool flatbed, duplex, crop_to_image, consume_at_end, cancel_discards;
    uint8_t backing;
    double default_dpi;
    long long chunk, rate, warm_up_ms;
};

/* config.c: devices of the first feeder.conf found along SANE_CONFIG_DIR; returns how many. */
int feeder_config_read(struct feeder_device ret[FEEDER_DEVICES_MAX]);

/* hopper.c */
enum feeder_side { FEEDER_FRONT, FEEDER_BACK, FEEDER_SIDES };
struct feeder_sheet {
    int number; /* first number in the name, 0 without */
    char front[FEEDER_PATH_SIZE], back[FEEDER_PATH_SIZE]; /* paths; back may be "" */
};
bool hopper_next(const char *hopper, struct feeder_sheet *ret); /* false: empty */
void hopper_consume(const char *hopper, struct feeder_sheet *sheet); /* paths then lead into fed/ */
void hopper_discard(const char *hopper);
bool hopper_present(const char *hopper);

/* faults.c */
enum feeder_fault {
    FAULT_OPEN, FAULT_OPEN_HANG, FAULT_START, FAULT_START_HANG, FAULT_READ, FAULT_HANG, FAULT_CRASH,
    FAULT_TRUNCATE, FAULT_STARVE, FAULT_VANISH, FAULT_GREY_TAIL, FAULT_LINES_UNKNOWN, FAULT_PADDING,
    FAULT_SLOW, FAULT_KINDS
};
struct fault {
    enum feeder_fault kind;
    int sheet;               /* 0 any */
    int side;                /* enum feeder_side, or FEEDER_SIDES for both */
    long long number;        /* byte offset, padding, rate: by kind */
    SANE_Status status;
    bool deaf, double_feed, always;
    char line[160];          /* as written: the key in faults.fired */
};
#define FAULTS_MAX 64
struct faults {
    int n;
    struct fault fault[FAULTS_MAX];
};
void faults_read(const char *hopper, struct faults *ret);
/* First fault of that kind for this sheet and side, or NULL. */
const struct fault *faults_find(const struct faults *faults, enum feeder_fault kind, int sheet,
                                int side);
/* Takes it out of faults and, unless it happens always, writes it down in the hopper. */
void faults_fire(struct faults *faults, const struct fault *fault, const char *hopper);

/* frame.c: the bytes of one side, resampled, converted and cut to the window as they are asked for. */
enum feeder_mode { MODE_COLOR, MODE_GRAY, MODE_LINEART };
struct frame_request {
    enum feeder_mode mode;
    int depth;                 /* 8 or 16; 1 follows from lineart */
    int dpi;
    double window_mm[4];       /* left, top, right, bottom */
    bool crop_to_image;
    uint8_t backing;
    double default_dpi;
    int padding;               /* bytes after the pixels of each line */
};
struct frame;
/* path "" is a blank sheet of blank_px (width, height at the request's dpi). */
struct frame *frame_open(const char *path, const int blank_px[2], const struct frame_request *request);
void frame_parameters(const struct frame *frame, SANE_Parameters *ret);
long long frame_bytes(const struct frame *frame); /* bytes_per_line * lines */
/* Returns how many bytes it wrote, 0 at the end, -1 when the image file is broken. */
long long frame_read(struct frame *frame, uint8_t *ret, long long max);
void frame_close(struct frame *frame);

/* options.c: option numbers and the values of one open device. */
enum feeder_option {
    OPT_COUNT, OPT_GROUP_SCAN, OPT_SOURCE, OPT_MODE, OPT_DEPTH, OPT_RESOLUTION, OPT_GROUP_GEOMETRY,
    OPT_PAGE_WIDTH, OPT_PAGE_HEIGHT, OPT_TL_X, OPT_TL_Y, OPT_BR_X, OPT_BR_Y, OPT_GROUP_SENSORS,
    OPT_PAGE_LOADED, OPT_COVER_OPEN, OPT_DOUBLE_FEED, OPT_SIDE, OPT_SERIAL, OPTIONS
};
enum feeder_source { SOURCE_FLATBED, SOURCE_ADF, SOURCE_DUPLEX, SOURCES };
struct options {
    SANE_Option_Descriptor descriptor[OPTIONS];
    SANE_Range x_range, y_range, width_range, height_range;
    SANE_String_Const sources[SOURCES + 1];
    enum feeder_source source;
    enum feeder_mode mode;
    SANE_Word value[OPTIONS]; /* of the numeric ones */
    char serial[FEEDER_TEXT_SIZE];
};
void options_init(struct options *ret, const struct feeder_device *device);
SANE_Status options_control(struct options *options, SANE_Int option, SANE_Action action, void *value,
                            SANE_Int *info);

#endif
