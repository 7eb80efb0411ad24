/* The likelihood ratio of print in words. The words are those of the series that the Netherlands
 * Forensic Institute prints in its reports (De reeks waarschijnlijkheidstermen, 2017), which Dutch
 * police and courts know, and which follows the ENFSI guideline for evaluative reporting (2015):
 * they say how much more likely the observations are under one explanation than under the other,
 * never how likely an explanation is. */
#include "web/text/when.h"
#include "web/web.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define TIMES_EXACT                                                                                \
    10.0 /* below, a decimal is told; above, two figures are all that it carries                   \
          */

static const struct {
    double from; /* times */
    enum text_key words;
} scale[] = {
    {1e6, T_ratio_extremely}, {1e4, T_ratio_far},    {100, T_ratio_much},
    {10, T_ratio_more},       {2, T_ratio_slightly},
};

static enum text_key words_of(double times)
{
    for (size_t i = 0; i < sizeof scale / sizeof *scale; i++)
        if (times >= scale[i].from)
            return scale[i].words;
    return T_ratio_equal;
}

/* Two figures, rounded down. */
static void times_text(enum lang lang, double times, char ret[NUMBER_TEXT_SIZE])
{
    double unit = pow(10, floor(log10(times)) - 1);
    number_text(lang, floor(times / unit + 1e-6) * unit, times < TIMES_EXACT ? 1 : 0, ret);
}

void ratio_text(enum lang lang, const struct screening *screening, char *ret, size_t n)
{
    char times_words[NUMBER_TEXT_SIZE], value[NUMBER_TEXT_SIZE];
    if (!screening->technology.has_log10_lr) {
        const char *lack = screening->technology.lr_lack;
        snprintf(ret, n, "%s%s", lack[0] ? say(lang, T_ratio_none) : "",
                 lack[0] ? term_text(lang, lack) : "");
        return;
    }
    double log10_lr = screening->technology.log10_lr, times = pow(10, fabs(log10_lr));
    enum text_key words = words_of(times);
    const char *first = say(lang, log10_lr > 0 ? T_ratio_if_printer : T_ratio_if_press);
    const char *second = say(lang, log10_lr > 0 ? T_ratio_if_press : T_ratio_if_printer);
    number_text(lang, log10_lr, 1, value);
    if (words == T_ratio_equal) {
        snprintf(ret, n, "%s %s %s, %s %s (log10\u00a0LR\u00a0=\u00a0%s).", say(lang, T_ratio_seen),
                 say(lang, words), first, say(lang, T_ratio_as), second, value);
        return;
    }
    times_text(lang, times, times_words);
    snprintf(ret, n, "%s %s (%s %s %s) %s, %s %s (log10\u00a0LR\u00a0=\u00a0%s).",
             say(lang, T_ratio_seen), say(lang, words), say(lang, T_ratio_about), times_words,
             say(lang, T_ratio_times), first, say(lang, T_ratio_than), second, value);
}

void ratio_basis_text(enum lang lang, const struct screening *screening, char *ret, size_t n)
{
    snprintf(ret, n, "%s %d %s %d %s %d %s. %s", say(lang, T_ratio_rests),
             screening->technology.lr_genuine, say(lang, T_ratio_genuine),
             screening->technology.lr_imitations, say(lang, T_ratio_prints),
             screening->technology.lr_printers, say(lang, T_ratio_printers),
             say(lang, T_ratio_limits));
}

void web_ratio_text(const char *lang, const struct screening *screening, char *ret, size_t n)
{
    ratio_text(lang_from_code(lang), screening, ret, n);
}

void web_ratio_basis_text(const char *lang, const struct screening *screening, char *ret, size_t n)
{
    ratio_basis_text(lang_from_code(lang), screening, ret, n);
}
