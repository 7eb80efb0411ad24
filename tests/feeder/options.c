#include "options.h"

#include <math.h>
#include <sane/saneopts.h>
#include <stdio.h>
#include <string.h>

#define DPI_MIN 75
#define DPI_MAX 1200
#define DPI_DEFAULT 300
#define SETTABLE (SANE_CAP_SOFT_SELECT | SANE_CAP_SOFT_DETECT)

static const char *const source_names[SOURCES] = {"Flatbed", "ADF", "ADF Duplex"};
static const SANE_String_Const mode_names[] = {"Color", "Gray", "Lineart", NULL};
static const SANE_Word depths[] = {2, 8, 16};
static const SANE_Range dpi_range = {DPI_MIN, DPI_MAX, 1};

static void describe(struct options *options, enum feeder_option option, const char *name,
                     const char *title, SANE_Value_Type type, SANE_Unit unit, SANE_Int cap)
{
    options->descriptor[option] = (SANE_Option_Descriptor){
        .name = name,
        .title = title,
        .desc = title,
        .type = type,
        .unit = unit,
        .size = type == SANE_TYPE_GROUP    ? 0
                : type == SANE_TYPE_STRING ? FEEDER_TEXT_SIZE
                                           : (SANE_Int)sizeof(SANE_Word),
        .cap = cap,
    };
}

static void constrain(struct options *options, enum feeder_option option, const SANE_Range *range)
{
    options->descriptor[option].constraint_type = SANE_CONSTRAINT_RANGE;
    options->descriptor[option].constraint.range = range;
}

static void describe_scan(struct options *options)
{
    describe(options, OPT_COUNT, SANE_NAME_NUM_OPTIONS, "Number of options", SANE_TYPE_INT,
             SANE_UNIT_NONE, SANE_CAP_SOFT_DETECT);
    describe(options, OPT_GROUP_SCAN, NULL, "Scan mode", SANE_TYPE_GROUP, SANE_UNIT_NONE, 0);
    describe(options, OPT_SOURCE, SANE_NAME_SCAN_SOURCE, "Scan source", SANE_TYPE_STRING,
             SANE_UNIT_NONE, SETTABLE);
    options->descriptor[OPT_SOURCE].constraint_type = SANE_CONSTRAINT_STRING_LIST;
    options->descriptor[OPT_SOURCE].constraint.string_list = options->sources;
    describe(options, OPT_MODE, SANE_NAME_SCAN_MODE, "Scan mode", SANE_TYPE_STRING, SANE_UNIT_NONE,
             SETTABLE);
    options->descriptor[OPT_MODE].constraint_type = SANE_CONSTRAINT_STRING_LIST;
    options->descriptor[OPT_MODE].constraint.string_list = mode_names;
    describe(options, OPT_DEPTH, SANE_NAME_BIT_DEPTH, "Bit depth", SANE_TYPE_INT, SANE_UNIT_BIT,
             SETTABLE);
    options->descriptor[OPT_DEPTH].constraint_type = SANE_CONSTRAINT_WORD_LIST;
    options->descriptor[OPT_DEPTH].constraint.word_list = depths;
    describe(options, OPT_RESOLUTION, SANE_NAME_SCAN_RESOLUTION, "Scan resolution", SANE_TYPE_INT,
             SANE_UNIT_DPI, SETTABLE);
    constrain(options, OPT_RESOLUTION, &dpi_range);
}

static void describe_geometry(struct options *options)
{
    static const struct {
        enum feeder_option option;
        const char *name;
    } rows[] = {
        {OPT_PAGE_WIDTH, SANE_NAME_PAGE_WIDTH}, {OPT_PAGE_HEIGHT, SANE_NAME_PAGE_HEIGHT},
        {OPT_TL_X, SANE_NAME_SCAN_TL_X},        {OPT_TL_Y, SANE_NAME_SCAN_TL_Y},
        {OPT_BR_X, SANE_NAME_SCAN_BR_X},        {OPT_BR_Y, SANE_NAME_SCAN_BR_Y},
    };
    describe(options, OPT_GROUP_GEOMETRY, NULL, "Geometry", SANE_TYPE_GROUP, SANE_UNIT_NONE, 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        describe(options, rows[i].option, rows[i].name, rows[i].name, SANE_TYPE_FIXED, SANE_UNIT_MM,
                 SETTABLE);
    constrain(options, OPT_PAGE_WIDTH, &options->width_range);
    constrain(options, OPT_PAGE_HEIGHT, &options->height_range);
    constrain(options, OPT_TL_X, &options->x_range);
    constrain(options, OPT_BR_X, &options->x_range);
    constrain(options, OPT_TL_Y, &options->y_range);
    constrain(options, OPT_BR_Y, &options->y_range);
}

static void describe_sensors(struct options *options)
{
    const SANE_Int sensor = SANE_CAP_SOFT_DETECT | SANE_CAP_HARD_SELECT;
    describe(options, OPT_GROUP_SENSORS, NULL, "Sensors", SANE_TYPE_GROUP, SANE_UNIT_NONE, 0);
    describe(options, OPT_PAGE_LOADED, "page-loaded", "Page loaded", SANE_TYPE_BOOL, SANE_UNIT_NONE,
             sensor);
    describe(options, OPT_COVER_OPEN, "cover-open", "Cover open", SANE_TYPE_BOOL, SANE_UNIT_NONE,
             sensor);
    describe(options, OPT_DOUBLE_FEED, "double-feed", "Double feed", SANE_TYPE_BOOL, SANE_UNIT_NONE,
             sensor);
    describe(options, OPT_SIDE, "side", "Side: 0 front, 1 back", SANE_TYPE_BOOL, SANE_UNIT_NONE,
             SANE_CAP_SOFT_DETECT);
    describe(options, OPT_SERIAL, "serial", "Serial number", SANE_TYPE_STRING, SANE_UNIT_NONE,
             SANE_CAP_SOFT_DETECT);
}

/* As in fujitsu, the paper's size bounds the window when the feeder is the source. */
static void update_ranges(struct options *options)
{
    bool feeder = options->source != SOURCE_FLATBED;
    SANE_Int hidden = feeder ? 0 : SANE_CAP_INACTIVE;
    options->x_range.max = feeder ? options->value[OPT_PAGE_WIDTH] : options->width_range.max;
    options->y_range.max = feeder ? options->value[OPT_PAGE_HEIGHT] : options->height_range.max;
    options->descriptor[OPT_PAGE_WIDTH].cap = SETTABLE | hidden;
    options->descriptor[OPT_PAGE_HEIGHT].cap = SETTABLE | hidden;
    options->descriptor[OPT_DEPTH].cap =
        SETTABLE | (options->mode == MODE_LINEART ? SANE_CAP_INACTIVE : 0);
    static const enum feeder_option x[] = {OPT_TL_X, OPT_BR_X}, y[] = {OPT_TL_Y, OPT_BR_Y};
    for (size_t i = 0; i < 2; i++) {
        if (options->value[x[i]] > options->x_range.max)
            options->value[x[i]] = options->x_range.max;
        if (options->value[y[i]] > options->y_range.max)
            options->value[y[i]] = options->y_range.max;
    }
}

void options_init(struct options *ret, const struct feeder_device *device)
{
    *ret = (struct options){.source = SOURCE_ADF};
    size_t n = 0;
    if (device->flatbed)
        ret->sources[n++] = source_names[SOURCE_FLATBED];
    ret->sources[n++] = source_names[SOURCE_ADF];
    if (device->duplex)
        ret->sources[n++] = source_names[SOURCE_DUPLEX];
    snprintf(ret->serial, sizeof ret->serial, "%s", device->serial);
    ret->width_range.max = SANE_FIX(device->bed_mm[0]);
    ret->height_range.max = SANE_FIX(device->bed_mm[1]);
    ret->value[OPT_COUNT] = OPTIONS;
    ret->value[OPT_DEPTH] = 8;
    ret->value[OPT_RESOLUTION] = DPI_DEFAULT;
    ret->value[OPT_PAGE_WIDTH] = ret->value[OPT_BR_X] = ret->width_range.max;
    ret->value[OPT_PAGE_HEIGHT] = ret->value[OPT_BR_Y] = ret->height_range.max;
    describe_scan(ret);
    describe_geometry(ret);
    describe_sensors(ret);
    update_ranges(ret);
}

static const char *text_of(const struct options *options, SANE_Int option)
{
    if (option == OPT_SOURCE)
        return source_names[options->source];
    return option == OPT_MODE ? mode_names[options->mode] : options->serial;
}

static SANE_Status set_text(struct options *options, SANE_Int option, const char *text)
{
    const SANE_String_Const *list = options->descriptor[option].constraint.string_list;
    bool listed = false;
    for (size_t i = 0; list[i]; i++)
        listed = listed || strcmp(list[i], text) == 0;
    if (!listed)
        return SANE_STATUS_INVAL;
    for (int i = 0; option == OPT_SOURCE && i < SOURCES; i++)
        if (strcmp(source_names[i], text) == 0)
            options->source = (enum feeder_source)i;
    for (int i = 0; option == OPT_MODE && mode_names[i]; i++)
        if (strcmp(mode_names[i], text) == 0)
            options->mode = (enum feeder_mode)i;
    return SANE_STATUS_GOOD;
}

static SANE_Status set_number(struct options *options, SANE_Int option, SANE_Word wanted,
                              SANE_Int *info)
{
    const SANE_Option_Descriptor *descriptor = &options->descriptor[option];
    SANE_Word value = wanted;
    if (descriptor->constraint_type == SANE_CONSTRAINT_RANGE) {
        const SANE_Range *range = descriptor->constraint.range;
        value = value < range->min ? range->min : value > range->max ? range->max : value;
    } else if (value != depths[1] && value != depths[2]) {
        return SANE_STATUS_INVAL;
    }
    if (value != wanted)
        *info |= SANE_INFO_INEXACT;
    options->value[option] = value;
    return SANE_STATUS_GOOD;
}

SANE_Status options_control(struct options *options, SANE_Int option, SANE_Action action,
                            void *value, SANE_Int *info)
{
    SANE_Int changes = 0;
    if (option < 0 || option >= OPTIONS)
        return SANE_STATUS_INVAL;
    const SANE_Option_Descriptor *descriptor = &options->descriptor[option];
    if (descriptor->type == SANE_TYPE_GROUP || !SANE_OPTION_IS_ACTIVE(descriptor->cap))
        return SANE_STATUS_INVAL;
    if (action == SANE_ACTION_GET_VALUE) {
        if (descriptor->type == SANE_TYPE_STRING)
            strcpy(value, text_of(options, option));
        else
            *(SANE_Word *)value = options->value[option];
        return SANE_STATUS_GOOD;
    }
    if (action != SANE_ACTION_SET_VALUE || !SANE_OPTION_IS_SETTABLE(descriptor->cap))
        return SANE_STATUS_INVAL;
    SANE_Status status = descriptor->type == SANE_TYPE_STRING
                             ? set_text(options, option, value)
                             : set_number(options, option, *(SANE_Word *)value, &changes);
    if (status == SANE_STATUS_GOOD) {
        changes |= SANE_INFO_RELOAD_PARAMS;
        if (option == OPT_SOURCE || option == OPT_MODE || option == OPT_PAGE_WIDTH ||
            option == OPT_PAGE_HEIGHT)
            changes |= SANE_INFO_RELOAD_OPTIONS;
        update_ranges(options);
        *info = changes;
    }
    return status;
}
