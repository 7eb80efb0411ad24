#include "daemon/capture/scan_options.h"

#include "schemas/base/err.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define OPTIONS_MAX 1000     /* no device has more; a driver's rubbish must not loop */
#define VALUE_SIZE_MAX 65536 /* gamma tables; the value of a text option is far smaller */
#define MM_PER_INCH 25.4

static int count_options(SANE_Handle handle)
{
    SANE_Int n = 0;
    /* After an option set that changed others, `net` has no descriptors until one is asked for, and
     * refuses every other call. */
    if (!sane_get_option_descriptor(handle, 0))
        return 0;
    if (sane_control_option(handle, 0, SANE_ACTION_GET_VALUE, &n, NULL) != SANE_STATUS_GOOD ||
        n < 0)
        return 0;
    return n < OPTIONS_MAX ? n : OPTIONS_MAX;
}

static bool is_scalar(const SANE_Option_Descriptor *descriptor)
{
    switch (descriptor->type) {
    case SANE_TYPE_STRING:
        return descriptor->size > 0 && descriptor->size <= VALUE_SIZE_MAX;
    case SANE_TYPE_BOOL:
    case SANE_TYPE_INT:
    case SANE_TYPE_FIXED:
        return descriptor->size == (SANE_Int)sizeof(SANE_Word);
    default:
        return false;
    }
}

/* Number of the active scalar option with that name, or 0. The descriptor is a view, valid until an
 * option is set. */
static SANE_Int find(SANE_Handle handle, const char *name, const SANE_Option_Descriptor **ret)
{
    int n = count_options(handle);
    for (SANE_Int i = 1; i < n; i++) {
        const SANE_Option_Descriptor *descriptor = sane_get_option_descriptor(handle, i);
        if (descriptor && descriptor->name && strcmp(descriptor->name, name) == 0 &&
            SANE_OPTION_IS_ACTIVE(descriptor->cap) && is_scalar(descriptor)) {
            *ret = descriptor;
            return i;
        }
    }
    return 0;
}

bool option_is_settable(SANE_Handle handle, const char *name)
{
    const SANE_Option_Descriptor *descriptor;
    return find(handle, name, &descriptor) && SANE_OPTION_IS_SETTABLE(descriptor->cap);
}

bool option_is_readable(SANE_Handle handle, const char *name)
{
    const SANE_Option_Descriptor *descriptor;
    return find(handle, name, &descriptor) && (descriptor->cap & SANE_CAP_SOFT_DETECT);
}

static bool set_value(SANE_Handle handle, SANE_Int option, const char *name, void *value,
                      struct err *err)
{
    SANE_Int info = 0;
    SANE_Status status = sane_control_option(handle, option, SANE_ACTION_SET_VALUE, value, &info);
    if (status != SANE_STATUS_GOOD)
        return err_set(err, "the scanner refuses its option %s: %s", name, sane_strstatus(status));
    return true;
}

static SANE_Word within(const SANE_Option_Descriptor *descriptor, SANE_Word value)
{
    if (descriptor->constraint_type == SANE_CONSTRAINT_RANGE && descriptor->constraint.range) {
        const SANE_Range *range = descriptor->constraint.range;
        if (value < range->min)
            return range->min;
        if (value > range->max)
            value = range->max;
        if (range->quant > 0) /* the nearest step that is not beyond the end */
            value = range->min + (SANE_Word)(((long long)value - range->min + range->quant / 2) /
                                             range->quant * range->quant);
        return value > range->max ? value - range->quant : value;
    }
    if (descriptor->constraint_type == SANE_CONSTRAINT_WORD_LIST &&
        descriptor->constraint.word_list) {
        const SANE_Word *list = descriptor->constraint.word_list;
        SANE_Word best = list[0] > 0 ? list[1] : value;
        for (SANE_Word i = 1; i <= list[0]; i++)
            if (llabs((long long)list[i] - value) < llabs((long long)best - value))
                best = list[i];
        return best;
    }
    return value;
}

static SANE_Word word_of(const SANE_Option_Descriptor *descriptor, double value)
{
    double scale = descriptor->type == SANE_TYPE_FIXED ? 1 << SANE_FIXED_SCALE_SHIFT : 1;
    double word = round(value * scale);
    return word >= INT32_MAX ? INT32_MAX : word <= INT32_MIN ? INT32_MIN : (SANE_Word)word;
}

static double number_of(const SANE_Option_Descriptor *descriptor, SANE_Word word)
{
    return descriptor->type == SANE_TYPE_FIXED ? SANE_UNFIX(word) : word;
}

static bool set_number(SANE_Handle handle, SANE_Int option,
                       const SANE_Option_Descriptor *descriptor, const char *name, double wanted,
                       struct err *err)
{
    SANE_Word word = descriptor->type == SANE_TYPE_BOOL
                         ? wanted != 0
                         : within(descriptor, word_of(descriptor, wanted));
    return set_value(handle, option, name, &word, err);
}

bool option_set_number(SANE_Handle handle, const char *name, double wanted, struct err *err)
{
    const SANE_Option_Descriptor *descriptor;
    SANE_Int option = find(handle, name, &descriptor);
    if (!option || !SANE_OPTION_IS_SETTABLE(descriptor->cap) ||
        descriptor->type == SANE_TYPE_STRING)
        return err_set(err, "the scanner has no option %s that can be set to a number", name);
    return set_number(handle, option, descriptor, name, wanted, err);
}

static bool set_string(SANE_Handle handle, SANE_Int option,
                       const SANE_Option_Descriptor *descriptor, const char *name,
                       const char *wanted, struct err *err)
{
    const char *chosen = wanted;
    if (descriptor->constraint_type == SANE_CONSTRAINT_STRING_LIST &&
        descriptor->constraint.string_list) {
        chosen = NULL;
        for (const SANE_String_Const *text = descriptor->constraint.string_list; *text; text++)
            if (strcmp(*text, wanted) == 0 || (!chosen && strcasecmp(*text, wanted) == 0))
                chosen = *text;
        if (!chosen)
            return err_set(err, "the scanner's option %s cannot be \"%s\"", name, wanted);
    }
    size_t size = (size_t)descriptor->size;
    if (strlen(chosen) >= size)
        return err_set(err, "\"%s\" is too long for the scanner's option %s", chosen, name);
    char *value = calloc(1, size); /* the driver may write into all of it */
    if (!value)
        return err_set(err, "out of memory");
    memcpy(value, chosen, strlen(chosen));
    bool ok = set_value(handle, option, name, value, err);
    free(value);
    return ok;
}

bool option_set_text(SANE_Handle handle, const char *name, const char *wanted, struct err *err)
{
    const SANE_Option_Descriptor *descriptor;
    SANE_Int option = find(handle, name, &descriptor);
    if (!option || !SANE_OPTION_IS_SETTABLE(descriptor->cap))
        return err_set(err, "the scanner has no option %s that can be set", name);
    if (descriptor->type == SANE_TYPE_STRING)
        return set_string(handle, option, descriptor, name, wanted, err);
    bool yes = strcasecmp(wanted, "yes") == 0 || strcasecmp(wanted, "true") == 0;
    bool no = strcasecmp(wanted, "no") == 0 || strcasecmp(wanted, "false") == 0;
    char *end;
    double number = strtod(wanted, &end);
    if (descriptor->type == SANE_TYPE_BOOL && (yes || no))
        number = yes;
    else if (end == wanted || *end || !isfinite(number))
        return err_set(err, "the scanner's option %s cannot be \"%s\"", name, wanted);
    return set_number(handle, option, descriptor, name, number, err);
}

bool option_set_mm(SANE_Handle handle, const char *name, double mm, double dpi, struct err *err)
{
    const SANE_Option_Descriptor *descriptor;
    SANE_Int option = find(handle, name, &descriptor);
    if (!option || !SANE_OPTION_IS_SETTABLE(descriptor->cap) ||
        descriptor->type == SANE_TYPE_STRING)
        return err_set(err, "the scanner has no option %s that can be set to a length", name);
    double value = descriptor->unit == SANE_UNIT_PIXEL ? mm / MM_PER_INCH * dpi : mm;
    return set_number(handle, option, descriptor, name, value, err);
}

bool option_max_mm(SANE_Handle handle, const char *name, double dpi, double *ret)
{
    const SANE_Option_Descriptor *descriptor;
    if (!find(handle, name, &descriptor) || descriptor->constraint_type != SANE_CONSTRAINT_RANGE ||
        !descriptor->constraint.range)
        return false;
    double max = number_of(descriptor, descriptor->constraint.range->max);
    *ret = descriptor->unit == SANE_UNIT_PIXEL ? max * MM_PER_INCH / dpi : max;
    return true;
}

static bool get_text(SANE_Handle handle, SANE_Int option, const SANE_Option_Descriptor *descriptor,
                     char ret[OPTION_TEXT_SIZE])
{
    if (descriptor->type == SANE_TYPE_STRING) {
        size_t size = (size_t)descriptor->size;
        char *value = calloc(1, size + 1);
        bool ok = value && sane_control_option(handle, option, SANE_ACTION_GET_VALUE, value,
                                               NULL) == SANE_STATUS_GOOD;
        if (ok)
            snprintf(ret, OPTION_TEXT_SIZE, "%.*s", OPTION_TEXT_SIZE - 1, value);
        free(value);
        return ok;
    }
    SANE_Word word = 0;
    if (sane_control_option(handle, option, SANE_ACTION_GET_VALUE, &word, NULL) != SANE_STATUS_GOOD)
        return false;
    if (descriptor->type == SANE_TYPE_BOOL)
        snprintf(ret, OPTION_TEXT_SIZE, "%s", word ? "yes" : "no");
    else
        snprintf(ret, OPTION_TEXT_SIZE, "%.6g", number_of(descriptor, word));
    return true;
}

bool option_get_text(SANE_Handle handle, const char *name, char ret[OPTION_TEXT_SIZE])
{
    const SANE_Option_Descriptor *descriptor;
    SANE_Int option = find(handle, name, &descriptor);
    return option && get_text(handle, option, descriptor, ret);
}

bool option_get_number(SANE_Handle handle, const char *name, double *ret)
{
    const SANE_Option_Descriptor *descriptor;
    SANE_Int option = find(handle, name, &descriptor);
    SANE_Word word = 0;
    if (!option || descriptor->type == SANE_TYPE_STRING ||
        sane_control_option(handle, option, SANE_ACTION_GET_VALUE, &word, NULL) != SANE_STATUS_GOOD)
        return false;
    *ret = number_of(descriptor, word);
    return true;
}

int option_choices(SANE_Handle handle, const char *name, char (*ret)[OPTION_TEXT_SIZE], int max)
{
    const SANE_Option_Descriptor *descriptor;
    int n = 0;
    if (!find(handle, name, &descriptor) || !SANE_OPTION_IS_SETTABLE(descriptor->cap) ||
        descriptor->constraint_type != SANE_CONSTRAINT_STRING_LIST)
        return 0;
    const SANE_String_Const *text = descriptor->constraint.string_list;
    for (; text && *text && n < max; text++)
        if (strlen(*text) < OPTION_TEXT_SIZE)
            strcpy(ret[n++], *text);
    return n;
}

static void record(SANE_Handle handle, SANE_Int option, struct sheet *sheet)
{
    char value[OPTION_TEXT_SIZE];
    const SANE_Option_Descriptor *descriptor = sane_get_option_descriptor(handle, option);
    if (!descriptor || !descriptor->name || !*descriptor->name || !is_scalar(descriptor) ||
        !SANE_OPTION_IS_ACTIVE(descriptor->cap) || !SANE_OPTION_IS_SETTABLE(descriptor->cap) ||
        sheet->n_settings == SHEET_SETTINGS_MAX)
        return;
    struct sheet_setting *setting = &sheet->setting[sheet->n_settings];
    snprintf(setting->name, sizeof setting->name, "%.*s", (int)sizeof setting->name - 1,
             descriptor->name);
    for (int i = 0; i < sheet->n_settings; i++)
        if (strcmp(sheet->setting[i].name, setting->name) == 0)
            return;
    if (get_text(handle, option, descriptor, value)) {
        snprintf(setting->value, sizeof setting->value, "%.*s", (int)sizeof setting->value - 1,
                 value);
        sheet->n_settings++;
    }
}

void options_record(SANE_Handle handle, struct sheet *sheet)
{
    static const char *const first[] = {
        "source",     "mode",        "depth", "resolution", "x-resolution", "y-resolution",
        "page-width", "page-height", "tl-x",  "tl-y",       "br-x",         "br-y",
    };
    const SANE_Option_Descriptor *descriptor;
    for (size_t i = 0; i < sizeof first / sizeof *first; i++) {
        SANE_Int option = find(handle, first[i], &descriptor);
        if (option)
            record(handle, option, sheet);
    }
    int n = count_options(handle);
    for (SANE_Int i = 1; i < n; i++)
        record(handle, i, sheet);
}
