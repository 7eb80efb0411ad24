/* feeder: a virtual document feeder as a real SANE backend, for tests and the demo.
 *
 * Stock libsane loads libsane-feeder.so.1 through dll.conf (line "feeder"; SANE_CONFIG_DIR names
 * the folder of dll.conf and feeder.conf, LD_LIBRARY_PATH the folder of the library). Each device
 * feeds the images of one hopper folder in the order of their names: NAME_front.EXT and
 * NAME_back.EXT, or NAME.EXT for a sheet with a blank back (.png, .tif, .tiff, .jpg, .jpeg). A
 * sheet that was fed moves to HOPPER/fed, so a restart goes on where it was; moving it back
 * refills. Whoever fills a hopper that is being scanned puts the back there before the front.
 *
 * feeder.conf, one word and its value a line, # begins a comment; "device" begins the next device:
 *
 *   device NAME            the SANE name is then feeder:NAME
 *   hopper PATH            folder; without it the device does not exist
 *   vendor, model, type, serial
 *                          texts; serial becomes a read-only option
 *   bed WIDTH HEIGHT       mm
 *   flatbed, duplex        yes or no
 *   crop image | window    the frame is the paper inside the window, or the window with backing
 *   backing 0..255         grey level of lid and backing roller
 *   default-dpi N          of an image file that does not tell its own
 *   consume start | end    a sheet is gone when drawn in (as paper is), or after its last side
 *   chunk BYTES            most bytes that one sane_read returns
 *   rate BYTES             bytes a second, 0 without limit
 *   warm-up MS             before the first line
 *   strict-reload yes      after a set that changes other options nothing works until a
 *                          descriptor was fetched again (as in net)
 *   cancel-discards yes    sane_cancel with paper in the hopper ejects all of it (as fujitsu)
 *
 * HOPPER/faults, one fault a line: KIND SHEET [front|back] [NUMBER] [WORD...]. The kinds stand in
 * faults.c. SHEET is the first number in the file's name, or *. Each line happens once
 * (HOPPER/faults.fired remembers it; remove that to repeat) unless it ends in "always". Examples:
 *
 *   start 3 SANE_STATUS_JAMMED
 *   read 3 back 500000 SANE_STATUS_IO_ERROR
 *   hang 2 front 1000 deaf
 *   padding 1 13
 *   open * SANE_STATUS_DEVICE_BUSY
 *
 * A file HOPPER/vanished takes the device off the bus until it is removed. */
#ifndef FEEDER_H
#define FEEDER_H

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
    bool flatbed, duplex, crop_to_image, consume_at_end, cancel_discards, strict_reload;
    uint8_t backing;
    double default_dpi;
    long long chunk, rate, warm_up_ms;
};

/* config.c: devices of the first feeder.conf found along SANE_CONFIG_DIR; returns how many. */
int feeder_config_read(struct feeder_device ret[FEEDER_DEVICES_MAX]);

#endif
