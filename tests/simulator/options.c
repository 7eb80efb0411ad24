#include "tests/simulator/options.h"

#include "schemas/base/err.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <stdio.h>

#define COUNT_MOST 100000
#define SKEW_MOST 15.0 /* degrees; what a careless hand gives a flatbed */
#define WEAR_MOST 10.0
#define BLUR_MOST_PX 8.0

const char options_help[] =
    "postwacht-simulate --out DIR [options]: scans of simulated envelopes and a truth.tsv\n"
    "\n"
    "  --set NAME      enrol: genuine, used and unused, 3 print runs (default count 6)\n"
    "                  demo: 10 own returned, 10 imitations, 10 other mail, mixed\n"
    "                  test: random of everything (--count, --mix)\n"
    "                  stress: like test, worn, skewed and covered\n"
    "  --count N       number of sheets\n"
    "  --mix G:I:O     shares of genuine, imitation and other sheets in test (default 40:40:20)\n"
    "  --firm NAME     demo, or a number from which a firm is made (default demo); from 100 on\n"
    "                  firms have more kinds of print, half have a franking machine, and test\n"
    "                  draws more kinds of mistakes and nuisances\n"
    "  --format NAME   C6, DL, C5, C5-window, DL-window, C4 (default: the firm's first)\n"
    "  --seed N        default 1; the same seed gives the same bytes\n"
    "  --scanner N     which scanner (default 1); enrol and screen on the same\n"
    "  --backing NAME  black, grey, white, or scanner: as that scanner has it (default black)\n"
    "  --dpi N         75 to 1200 (default 600)\n"
    "  --sides N       1 or 2 (default 2)\n"
    "  --dots NAME     tracking dots on laser prints: none, some, all (default some)\n"
    "  --upright       feed every sheet upright\n"
    "  --type NAME     png, tif or jpg (default png); --quality N for jpg (default 92)\n"
    "  --only N        make only sheet N of the set\n"
    "  --jobs N        processes (default 1)\n"
    "  --list          print the truth's plan columns, make nothing\n"
    "\n"
    "What a sheet is, fixed instead of drawn (the first five: test and stress only):\n"
    "  --deviation L   all imitations deviate in exactly these (comma list; none: only in print);\n"
    "                  names as in truth.tsv: slogan_missing, logo_missing, sender_missing,\n"
    "                  logo_altered, font_differs, sender_text_differs, slogan_moved, logo_moved,\n"
    "                  sender_moved, scale_differs, colour_differs, paper_differs,\n"
    "                  weight_differs, slogan_font_differs, sender_font_differs,\n"
    "                  slogan_text_differs, extra_print, format_differs, paper_tint_differs,\n"
    "                  mark_missing, mark_wrong\n"
    "  --tech NAME     what imitations are printed with: laser, inkjet, or offset (the firm's own\n"
    "                  press: only the content differs)\n"
    "  --cover E:S     a label hides share S (0 to 1) of element E (logo, sender, slogan) of own\n"
    "                  sheets, coming in from a random side\n"
    "  --nuisance L    own sheets carry exactly these (comma list or none): crease, cropped,\n"
    "                  smudge, tape, stretch, postmark_over, pen_over, low_contrast, covered\n"
    "  --returned N    own sheets came back: 0 none, 1 all\n"
    "  --skew DEG      -15 to 15; --wear X: creases and dirt, 0 none, 0.2 to 1 usual, to 10\n"
    "  --blur PX       extra blur, standard deviation in scanner pixels, to 8\n"
    "  --contrast X    1 all, 0.3 faded towards the paper's level\n"
    "\n"
    "Files: DIR/0001_front.png, DIR/0001_back.png, ..., DIR/truth.tsv. Boxes in truth.tsv are mm "
    "on the\n"
    "upright side; front_px and back_px map mm to pixels of the file (x' = ax+by+e, y' = cx+dy+f "
    "as a,b,c,d,e,f).\n"
    "Exit status: 0 made, 1 failed, 2 usage.\n";

static bool whole_number(const char *text, unsigned long most, unsigned long *ret)
{
    char *end = NULL;
    if (*text < '0' || *text > '9')
        return false;
    *ret = strtoul(text, &end, 10);
    return *end == 0 && *ret <= most;
}

static int name_index(const char *name, const char *const *names, int n)
{
    for (int i = 0; i < n; i++)
        if (strcmp(name, names[i]) == 0)
            return i;
    return -1;
}

static int format_index(const char *name)
{
    for (int i = 0; i < FORMATS; i++)
        if (strcmp(name, format_facts[i].name) == 0)
            return i;
    return -1;
}

static bool parse_mix(const char *text, double mix[KINDS])
{
    char rest;
    double sum = 0;
    if (sscanf(text, "%lf:%lf:%lf%c", &mix[0], &mix[1], &mix[2], &rest) != 3)
        return false;
    for (int i = 0; i < KINDS; i++) {
        if (!(mix[i] >= 0))
            return false;
        sum += mix[i];
    }
    return sum > 0 && sum < 1e6;
}

enum {
    OPT_OUT = 1,
    OPT_SET,
    OPT_COUNT,
    OPT_MIX,
    OPT_FIRM,
    OPT_FORMAT,
    OPT_SEED,
    OPT_SCANNER,
    OPT_BACKING,
    OPT_DPI,
    OPT_SIDES,
    OPT_DOTS,
    OPT_UPRIGHT,
    OPT_TYPE,
    OPT_QUALITY,
    OPT_ONLY,
    OPT_JOBS,
    OPT_LIST,
    OPT_DEVIATION,
    OPT_TECH,
    OPT_COVER,
    OPT_RETURNED,
    OPT_SKEW,
    OPT_WEAR,
    OPT_BLUR,
    OPT_CONTRAST,
    OPT_NUISANCE,
    OPT_HELP
};

static const struct option long_options[] = {{"out", 1, NULL, OPT_OUT},
                                             {"set", 1, NULL, OPT_SET},
                                             {"count", 1, NULL, OPT_COUNT},
                                             {"mix", 1, NULL, OPT_MIX},
                                             {"firm", 1, NULL, OPT_FIRM},
                                             {"format", 1, NULL, OPT_FORMAT},
                                             {"seed", 1, NULL, OPT_SEED},
                                             {"scanner", 1, NULL, OPT_SCANNER},
                                             {"backing", 1, NULL, OPT_BACKING},
                                             {"dpi", 1, NULL, OPT_DPI},
                                             {"sides", 1, NULL, OPT_SIDES},
                                             {"dots", 1, NULL, OPT_DOTS},
                                             {"upright", 0, NULL, OPT_UPRIGHT},
                                             {"type", 1, NULL, OPT_TYPE},
                                             {"quality", 1, NULL, OPT_QUALITY},
                                             {"only", 1, NULL, OPT_ONLY},
                                             {"jobs", 1, NULL, OPT_JOBS},
                                             {"list", 0, NULL, OPT_LIST},
                                             {"deviation", 1, NULL, OPT_DEVIATION},
                                             {"tech", 1, NULL, OPT_TECH},
                                             {"cover", 1, NULL, OPT_COVER},
                                             {"returned", 1, NULL, OPT_RETURNED},
                                             {"skew", 1, NULL, OPT_SKEW},
                                             {"wear", 1, NULL, OPT_WEAR},
                                             {"blur", 1, NULL, OPT_BLUR},
                                             {"contrast", 1, NULL, OPT_CONTRAST},
                                             {"nuisance", 1, NULL, OPT_NUISANCE},
                                             {"help", 0, NULL, OPT_HELP},
                                             {NULL, 0, NULL, 0}};

static bool real_number(const char *text, double least, double most, double *ret)
{
    char *end = NULL;
    double v = strtod(text, &end);
    if (end == text || *end || !(v >= least && v <= most))
        return false;
    *ret = v;
    return true;
}

/* ELEMENT:SHARE */
static bool parse_cover(const char *text, struct wish *wish)
{
    static const char *const names[] = {"logo", "sender", "slogan"};
    const char *colon = strchr(text, ':');
    for (int i = 0; colon && i < 3; i++)
        if (strlen(names[i]) == (size_t)(colon - text) &&
            strncmp(names[i], text, strlen(names[i])) == 0) {
            strcpy(wish->hidden, names[i]);
            return real_number(colon + 1, 0, 1, &wish->hidden_share);
        }
    return false;
}

/* Options that fix what is drawn otherwise. */
static bool take_wish(struct wish *w, int option, const char *value, struct err *err)
{
    double contrast = 1;
    int index = -1;
    switch (option) {
    case OPT_DEVIATION:
        w->deviations_fixed = true;
        return deviations_parse(value, &w->deviations, err);
    case OPT_TECH:
        index = name_index(value, tech_names, TECH_COUNT);
        w->tech_fixed = true;
        w->tech = (enum tech)index;
        return index >= 0 || err_set(err, "--tech is offset, laser or inkjet, not '%s'", value);
    case OPT_COVER:
        return parse_cover(value, w) ||
               err_set(err, "--cover is logo, sender or slogan and a share to 1, as logo:0.5");
    case OPT_NUISANCE:
        w->nuisances_fixed = true;
        return nuisance_parse(value, &w->nuisances, err);
    case OPT_RETURNED:
        w->returned_fixed = true;
        w->returned = strcmp(value, "1") == 0;
        return w->returned || strcmp(value, "0") == 0 || err_set(err, "--returned is 0 or 1");
    case OPT_SKEW:
        w->skew_fixed = true;
        return real_number(value, -SKEW_MOST, SKEW_MOST, &w->skew) ||
               err_set(err, "--skew is -%g to %g degrees", SKEW_MOST, SKEW_MOST);
    case OPT_WEAR:
        w->wear_fixed = true;
        return real_number(value, 0, WEAR_MOST, &w->wear) ||
               err_set(err, "--wear is 0 to %g", WEAR_MOST);
    case OPT_BLUR:
        return real_number(value, 0, BLUR_MOST_PX, &w->blur_px) ||
               err_set(err, "--blur is 0 to %g pixels", BLUR_MOST_PX);
    case OPT_CONTRAST:
        if (!real_number(value, 0, 1, &contrast))
            return err_set(err, "--contrast is 0 to 1");
        w->fade = 1 - contrast;
        return true;
    default:
        return err_set(err, "unknown option; see --help");
    }
}

static bool take(struct options *o, int option, const char *value, struct err *err)
{
    static const char *const lids[] = {"black", "grey", "white"}, *const any = "scanner";
    static const char *const dots[] = {"none", "some", "all"};
    unsigned long n = 0;
    bool number = value && whole_number(value, 1000000000, &n);
    int index = -1;
    switch (option) {
    case OPT_OUT:
        o->settings.out = value;
        return *value || err_set(err, "--out needs a folder");
    case OPT_SET:
        index = name_index(value, set_names, SETS);
        o->set.set = (enum set_name)index;
        return index >= 0 || err_set(err, "--set is enrol, demo, test or stress, not '%s'", value);
    case OPT_COUNT:
        o->set.count = (int)n;
        return (number && n >= 1 && n <= COUNT_MOST) ||
               err_set(err, "--count is 1 to %d", COUNT_MOST);
    case OPT_MIX:
        return parse_mix(value, o->set.mix) || err_set(err, "--mix is three shares, as 40:40:20");
    case OPT_FIRM:
        return firm_parse(value, &o->set.firm) ||
               err_set(err, "--firm is demo or a number up to 1000000");
    case OPT_FORMAT:
        o->set.format = format_index(value);
        return o->set.format >= 0 || err_set(err, "--format '%s' is unknown; see --help", value);
    case OPT_SEED:
        o->set.seed = n;
        return number || err_set(err, "--seed is a number up to 1000000000");
    case OPT_SCANNER:
        o->scanner = n;
        return number || err_set(err, "--scanner is a number");
    case OPT_BACKING:
        o->backing = name_index(value, lids, BACKINGS);
        return o->backing >= 0 || strcmp(value, any) == 0 ||
               err_set(err, "--backing is black, grey, white or scanner");
    case OPT_DPI:
        o->settings.dpi = (double)n;
        return (number && n >= 75 && n <= 1200) || err_set(err, "--dpi is 75 to 1200");
    case OPT_SIDES:
        o->settings.sides = (int)n;
        return (number && (n == 1 || n == 2)) || err_set(err, "--sides is 1 or 2");
    case OPT_DOTS:
        index = name_index(value, dots, 3);
        o->set.dots = index == 0 ? DOTS_NONE : index == 1 ? DOTS_SOME : DOTS_ALL;
        return index >= 0 || err_set(err, "--dots is none, some or all");
    case OPT_UPRIGHT:
        o->set.turn = false;
        return true;
    case OPT_TYPE:
        index = name_index(value, image_suffix, IMAGE_FORMATS);
        o->settings.image = (enum image_format)index;
        return index >= 0 || err_set(err, "--type is png, tif or jpg");
    case OPT_QUALITY:
        o->settings.quality = (int)n;
        return (number && n >= 1 && n <= 100) || err_set(err, "--quality is 1 to 100");
    case OPT_ONLY:
        o->only = (int)n;
        return (number && n >= 1 && n <= COUNT_MOST) ||
               err_set(err, "--only is the number of a sheet");
    case OPT_JOBS:
        o->jobs = (int)n;
        return (number && n >= 1 && n <= JOBS_MOST) || err_set(err, "--jobs is 1 to %d", JOBS_MOST);
    case OPT_LIST:
        o->list = true;
        return true;
    default:
        return take_wish(&o->set.wish, option, value, err);
    }
}

bool options_parse(int argc, char **argv, struct options *ret, bool *ret_help, struct err *err)
{
    struct options o = {.set = {.set = SET_ENROL,
                                .seed = 1,
                                .firm = firm_demo(),
                                .format = -1,
                                .mix = {40, 40, 20},
                                .dots = DOTS_SOME,
                                .turn = true},
                        .settings = {.dpi = 600, .sides = 2, .image = IMAGE_PNG, .quality = 92},
                        .backing = BACKING_BLACK,
                        .jobs = 1,
                        .scanner = 1};
    optind = 1;
    for (int option; (option = getopt_long(argc, argv, "", long_options, NULL)) != -1;) {
        if (option == OPT_HELP) {
            *ret_help = true;
            return true;
        }
        if (option == '?' || !take(&o, option, optarg, err))
            return false;
    }
    if (optind < argc)
        return err_set(err, "unexpected argument; see --help");
    if (!o.settings.out && !o.list)
        return err_set(err, "--out DIR is missing; see --help");
    if (!set_possible(&o.set, err))
        return false;
    *ret = o;
    return true;
}
