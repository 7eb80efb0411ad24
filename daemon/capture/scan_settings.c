#define _GNU_SOURCE
#include "daemon/capture/scan_settings.h"

#include "daemon/capture/scan_options.h"
#include "schemas/base/err.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define CHOICES_MAX 32
#define SAME_DPI 0.5 /* what a device rounds away */

/* C4 is 324 mm long; a crooked one takes a little more. Feeders often allow 3 m, which would be
 * padded or wait for paper that does not come. */
#define FEEDER_HEIGHT_MM 340.0

/* Names of sources differ from driver to driver; what they have in common are these words. */
static const struct {
    const char *word;
    bool duplex, feeder, flatbed, single_back;
} source_words[] = {
    {"duplex", .duplex = true, .feeder = true},
    {"front/back", .duplex = true, .feeder = true},
    {"both sides", .duplex = true, .feeder = true},
    {"double-sided", .duplex = true, .feeder = true},
    {"adf", .feeder = true},
    {"feeder", .feeder = true},
    {"flatbed", .flatbed = true},
    {"platen", .flatbed = true},
    {"back", .single_back = true}, /* "ADF Back" images the back only */
    {"card", .single_back = true}, /* a tray for plastic cards */
    {"transparency", .single_back = true},
    {"negative", .single_back = true},
    {"slide", .single_back = true},
};

struct source_traits {
    bool duplex, feeder, flatbed, unfit;
};

static struct source_traits traits_of(const char *name)
{
    struct source_traits traits = {0};
    for (size_t i = 0; i < sizeof source_words / sizeof *source_words; i++) {
        if (!strcasestr(name, source_words[i].word))
            continue;
        traits.duplex = traits.duplex || source_words[i].duplex;
        traits.feeder = traits.feeder || source_words[i].feeder;
        traits.flatbed = traits.flatbed || source_words[i].flatbed;
        traits.unfit = traits.unfit || source_words[i].single_back;
    }
    if (traits.duplex)
        traits.unfit = false; /* "Front/Back" holds the word back */
    return traits;
}

/* Other drivers keep the second side in an option beside the source. */
static bool set_separate_duplex(SANE_Handle handle, bool duplex)
{
    static const struct {
        const char *option, *both, *one;
    } rows[] = {
        {"duplex", "yes", "no"},
        {"adf-mode", "Duplex", "Simplex"},
        {"adf_mode", "Duplex", "Simplex"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (option_set_text(handle, rows[i].option, duplex ? rows[i].both : rows[i].one, NULL))
            return duplex;
    return false;
}

/* How well a source serves what is wanted; negative: not at all. The first of equals wins. */
static int score(const struct source_traits *traits, const char *wanted)
{
    bool automatic = strcasecmp(wanted, "auto") == 0;
    if (traits->unfit)
        return -1;
    if (automatic || strcasecmp(wanted, "duplex") == 0)
        return traits->duplex ? 3 : traits->feeder ? 2 : traits->flatbed && automatic ? 1 : -1;
    if (strcasecmp(wanted, "adf") == 0)
        return traits->feeder && !traits->duplex ? 3 : -1;
    if (strcasecmp(wanted, "flatbed") == 0)
        return traits->flatbed ? 3 : -1;
    return -1;
}

static const char *choose_source(char (*choices)[OPTION_TEXT_SIZE], int n, const char *wanted)
{
    const char *best = NULL;
    int best_score = -1;
    for (int i = 0; i < n; i++) {
        struct source_traits traits = traits_of(choices[i]);
        int points = strcasecmp(choices[i], wanted) == 0 ? 4 : score(&traits, wanted);
        if (points > best_score) {
            best_score = points;
            best = choices[i];
        }
    }
    return best;
}

static bool set_source(SANE_Handle handle, const char *wanted, struct scan_settings *settings,
                       struct capture_why *why)
{
    char choices[CHOICES_MAX][OPTION_TEXT_SIZE];
    struct err err;
    int n = option_choices(handle, "source", choices, CHOICES_MAX);
    bool wants_duplex = strcasecmp(wanted, "auto") == 0 || strcasecmp(wanted, "duplex") == 0;
    if (n == 0) { /* one source only: a feeder exactly when told so, or when it can do two sides */
        settings->duplex = set_separate_duplex(handle, wants_duplex);
        settings->feeder = settings->duplex || strcasecmp(wanted, "adf") == 0 ||
                           option_is_readable(handle, "page-loaded");
        return true;
    }
    const char *name = choose_source(choices, n, wanted);
    if (!name)
        return why_set(why, CAPTURE_SETTINGS, "the scanner has no source that fits \"%s\"", wanted);
    if (!option_set_text(handle, "source", name, &err))
        return why_set(why, CAPTURE_SETTINGS, "%s", err.text);
    struct source_traits traits = traits_of(name);
    settings->feeder =
        traits.feeder || (!traits.flatbed && option_is_readable(handle, "page-loaded"));
    settings->duplex = traits.duplex;
    if (!traits.duplex && settings->feeder)
        settings->duplex = set_separate_duplex(handle, wants_duplex);
    if (strcasecmp(wanted, "duplex") == 0 && !settings->duplex)
        return why_set(why, CAPTURE_SETTINGS, "the scanner cannot image both sides");
    return true;
}

/* "Color", "24bit Color", "True Gray", "Grayscale", "Black & White", ...; never a halftone. */
static bool set_mode(SANE_Handle handle, const char *wanted, struct capture_why *why)
{
    static const struct {
        const char *wanted, *word;
    } rows[] = {
        {"color", "color"}, {"color", "colour"}, {"color", "rgb"},         {"gray", "gray"},
        {"gray", "grey"},   {"lineart", "line"}, {"lineart", "black & w"}, {"lineart", "binary"},
    };
    char choices[CHOICES_MAX][OPTION_TEXT_SIZE];
    struct err err;
    if (!option_is_settable(handle, "mode") || option_set_text(handle, "mode", wanted, NULL))
        return true;
    int n = option_choices(handle, "mode", choices, CHOICES_MAX);
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
        for (int i = 0; strcasecmp(rows[r].wanted, wanted) == 0 && i < n; i++)
            if (strcasestr(choices[i], rows[r].word) && !strcasestr(choices[i], "half"))
                return option_set_text(handle, "mode", choices[i], &err) ||
                       why_set(why, CAPTURE_SETTINGS, "%s", err.text);
    return why_set(why, CAPTURE_SETTINGS, "the scanner has no mode \"%s\"", wanted);
}

static bool set_resolution(SANE_Handle handle, double dpi, struct scan_settings *settings)
{
    option_set_number(handle, "resolution", dpi, NULL);
    option_set_number(handle, "x-resolution", dpi, NULL);
    option_set_number(handle, "y-resolution", dpi, NULL);
    double x = 0, y = 0;
    if (!option_get_number(handle, "x-resolution", &x))
        option_get_number(handle, "resolution", &x);
    if (!option_get_number(handle, "y-resolution", &y))
        y = x;
    settings->dpi_x = x;
    settings->dpi_y = y;
    return fabs(x - dpi) < SAME_DPI && fabs(y - dpi) < SAME_DPI;
}

static double smaller(double wanted, double max)
{
    return max > 0 && max < wanted ? max : wanted;
}

/* The order matters: fujitsu bounds br-y by page-height, and options appear and vanish with it. */
static void set_geometry(SANE_Handle handle, const struct capture_request *request,
                         const struct scan_settings *settings)
{
    double width = 0, height = 0, dpi_x = settings->dpi_x, dpi_y = settings->dpi_y;
    if (!option_max_mm(handle, "page-width", dpi_x, &width))
        option_max_mm(handle, "br-x", dpi_x, &width);
    if (!option_max_mm(handle, "page-height", dpi_y, &height))
        option_max_mm(handle, "br-y", dpi_y, &height);
    if (request->width_mm > 0)
        width = smaller(request->width_mm, width);
    if (request->height_mm > 0)
        height = smaller(request->height_mm, height);
    else if (settings->feeder)
        height = smaller(FEEDER_HEIGHT_MM, height);
    if (width <= 0 || height <= 0)
        return; /* a device without geometry scans what it has */
    option_set_mm(handle, "page-width", width, dpi_x, NULL);
    option_set_mm(handle, "page-height", height, dpi_y, NULL);
    option_set_mm(handle, "tl-x", 0, dpi_x, NULL);
    option_set_mm(handle, "tl-y", 0, dpi_y, NULL);
    option_set_mm(handle, "br-x", width, dpi_x, NULL);
    option_set_mm(handle, "br-y", height, dpi_y, NULL);
}

/* Capture raw: cropping, deskewing, despeckling and skipping "blank" pages change evidence or lose
 * it. Paper protection and the ultrasonic double-feed sensor trip on envelopes (glue, layers, air).
 * Absent options and refusals are fine: what was set is read back into sheet.json. */
static void switch_off_helpers(SANE_Handle handle)
{
    static const struct {
        const char *option, *value;
    } rows[] = {
        {"swdeskew", "no"},
        {"swcrop", "no"},
        {"swdespeck", "0"},
        {"swskip", "0"},
        {"ald", "no"},
        {"hwdeskewcrop", "no"},
        {"paper-protect", "Off"},
        {"df-thickness", "no"},
        {"dropout-color", "Default"},
        {"dropout-front", "None"},
        {"dropout-back", "None"},
        {"rollerdeskew", "no"},
        {"stapledetect", "no"},
        {"prepick", "Off"},
        {"compression", "None"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (option_is_settable(handle, rows[i].option))
            option_set_text(handle, rows[i].option, rows[i].value, NULL);
}

static bool set_extra(SANE_Handle handle, const struct capture_request *request,
                      struct capture_why *why)
{
    for (int i = 0; i < request->n_options; i++) {
        char name[OPTION_TEXT_SIZE];
        struct err err;
        const char *equals = strchr(request->option[i], '=');
        if (!equals || (size_t)(equals - request->option[i]) >= sizeof name)
            return why_set(why, CAPTURE_SETTINGS, "write --option NAME=VALUE, not \"%s\"",
                           request->option[i]);
        snprintf(name, sizeof name, "%.*s", (int)(equals - request->option[i]), request->option[i]);
        if (!option_set_text(handle, name, equals + 1, &err))
            return why_set(why, CAPTURE_SETTINGS, "%s", err.text);
    }
    return true;
}

bool scan_settings_apply(SANE_Handle handle, const struct capture_request *request,
                         struct scan_settings *ret, char ret_notice[256],
                         struct capture_why *ret_why)
{
    struct scan_settings settings = {0};
    if (!set_source(handle, request->source, &settings, ret_why) ||
        !set_mode(handle, request->mode, ret_why))
        return false;
    option_set_number(handle, "depth", strcasecmp(request->mode, "Lineart") == 0 ? 1 : 8, NULL);
    bool exact = set_resolution(handle, request->dpi, &settings);
    set_geometry(handle, request, &settings);
    switch_off_helpers(handle);
    if (!set_extra(handle, request, ret_why))
        return false;
    *ret_notice = '\0';
    if (settings.dpi_x <= 0 || settings.dpi_y <= 0)
        snprintf(ret_notice, 256, "The scanner does not tell its resolution.");
    else if (!exact)
        snprintf(ret_notice, 256, "The scanner cannot do %g dpi and scans at %g dpi.", request->dpi,
                 settings.dpi_x);
    *ret = settings;
    return true;
}
