/* options: option numbers, descriptors and values of one open device. */
#ifndef FEEDER_OPTIONS_H
#define FEEDER_OPTIONS_H

#include "feeder.h"
#include "frame.h"

#include <sane/sane.h>

enum feeder_option {
    OPT_COUNT,
    OPT_GROUP_SCAN,
    OPT_SOURCE,
    OPT_MODE,
    OPT_DEPTH,
    OPT_RESOLUTION,
    OPT_GROUP_GEOMETRY,
    OPT_PAGE_WIDTH,
    OPT_PAGE_HEIGHT,
    OPT_TL_X,
    OPT_TL_Y,
    OPT_BR_X,
    OPT_BR_Y,
    OPT_GROUP_SENSORS,
    OPT_PAGE_LOADED,
    OPT_COVER_OPEN,
    OPT_DOUBLE_FEED,
    OPT_SIDE,
    OPT_SERIAL,
    OPTIONS
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
SANE_Status options_control(struct options *options, SANE_Int option, SANE_Action action,
                            void *value, SANE_Int *info);

#endif
