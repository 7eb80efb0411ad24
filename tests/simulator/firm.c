#include "tests/simulator/firm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct format_facts format_facts[FORMATS] = {
    {"C6", 162, 114, false},       {"DL", 220, 110, false},       {"C5", 229, 162, false},
    {"C5-window", 229, 162, true}, {"DL-window", 220, 110, true}, {"C4", 324, 229, false},
};

struct box format_window(enum format format)
{
    if (format == FORMAT_C5W)
        return (struct box){20, 62, 100, 45};
    if (format == FORMAT_DLW)
        return (struct box){20, 50, 90, 35}; /* DIN 680: 20 mm from the left, 15 from the bottom */
    return (struct box){0, 0, 0, 0};
}

struct firm firm_demo(void)
{
    struct firm f = {
        .key = "demo",
        .name = "Duinrand Software",
        .legal = "B.V.",
        .street = "Zeeroosweg 14",
        .town = "1967 DK Heemskerk",
        .contact = "duinrandsoftware.example",
        .slogan = "Helder denken, vlot werken",
        .initials = "DS",
        .logo = LOGO_DUNES,
        .wordmark = true,
        .logo_shape = 0.4,
        .font_name = "Lato Heavy",
        .font_text = "Lato",
        .font_slogan = "Lato Italic",
        .main = {0.05, 0.25, 0.45},
        .accent = {0.91, 0.55, 0.14},
        .slogan_tint = 1,
        .layout = LAYOUT_BLOCK_TOP,
        .logo_mm = 14,
        .text_mm = 2.9,
        .slogan_mm = 5.2,
        .formats = {FORMAT_C5, FORMAT_DL},
        .paper = {0.862, 0.852, 0.836},
    };
    f.rng = rng_make(1, "firm demo");
    return f;
}

struct words {
    const char *name, *legal, *slogan;
};

static const struct words trades[] = {
    {"Kustlijn Advies", "B.V.", "Met beide benen in het zand"},
    {"Nordlicht Elektronik", "GmbH", "Technik mit Weitblick"},
    {"Atelier Brisefer", "SARL", "Le métal au bon endroit"},
    {"Harrow & Finch", "Ltd", "Records kept, promises too"},
    {"Veldhof Zaden", "B.V.", "Groei begint bij aandacht"},
    {"Tandwiel Techniek", "B.V.", "Altijd in beweging"},
    {"Brugwachter Transport", "N.V.", "Over elke rivier"},
    {"Ketelaar Drukwerk", "V.O.F.", "Inkt is ons vak"},
    {"Zonneweide Zorg", "B.V.", "Dichtbij als het telt"},
    {"Papaver Uitgevers", "B.V.", "Boeken die blijven"},
    {"Molenkamp Installatie", "B.V.", "Warmte zonder omweg"},
    {"Oeverzicht Makelaars", "B.V.", "Thuis begint met uitzicht"},
    {"Sterrenwacht Data", "B.V.", "Orde in het onbekende"},
    {"Havenmeester IT", "B.V.", "Veilig afgemeerd"},
};

static const char *const streets[] = {"Kerkstraat",    "Havenkade", "Industrieweg", "Lindelaan",
                                      "Stationsplein", "Molenpad",  "Dorpsstraat",  "Zandhof"};
static const char *const towns[] = {"Alkmaar",  "Beverwijk", "Castricum", "Deventer", "Ede",
                                    "Franeker", "Goes",      "Hoorn",     "Kampen",   "Sneek"};

struct type { /* a house style's three faces */
    const char *name, *text, *slogan;
};
static const struct type types[] = {
    {"Open Sans Bold", "Open Sans", "Open Sans Italic"},
    {"Linux Libertine O Bold", "Linux Libertine O", "Linux Libertine O Italic"},
    {"Roboto Black", "Roboto", "Roboto Light"},
    {"URW Gothic Bold", "URW Gothic", "URW Gothic Oblique"},
    {"C059 Bold", "C059", "C059 Italic"},
    {"Liberation Sans Bold", "Liberation Sans", "Liberation Sans Italic"},
    {"P052 Bold", "P052", "P052 Italic"},
    {"DejaVu Sans Condensed Bold", "DejaVu Sans Condensed", "DejaVu Serif Italic"},
    {"Nimbus Sans Bold", "Nimbus Sans", "Z003"},
    {"Linux Biolinum O Bold", "Linux Biolinum O", "Dancing Script"},
};

static const struct colour spots[] = {
    /* mixed inks of a usual fan, sRGB on uncoated stock */
    {0.05, 0.25, 0.45}, {0.70, 0.10, 0.14}, {0.00, 0.42, 0.30}, {0.36, 0.16, 0.44},
    {0.80, 0.36, 0.08}, {0.10, 0.10, 0.12}, {0.00, 0.48, 0.62}, {0.45, 0.30, 0.16},
    {0.86, 0.58, 0.12}, {0.36, 0.52, 0.14}, {0.55, 0.57, 0.60}, {0.78, 0.16, 0.42},
};
#define COUNT(a) ((int)(sizeof(a) / sizeof *(a)))

static void copy(char *to, size_t size, const char *from)
{
    snprintf(to, size, "%s", from);
}

static void initials(struct firm *f)
{
    size_t n = 0;
    for (const char *c = f->name; *c && n < 2; c++)
        if (c == f->name || c[-1] == ' ')
            if (*c != '&')
                f->initials[n++] = *c;
    f->initials[n] = 0;
}

struct firm firm_classic(unsigned long number)
{
    static const enum format pairs[][2] = {{FORMAT_C5, FORMAT_DL}, {FORMAT_C5W, FORMAT_DLW},
                                           {FORMAT_DL, FORMAT_C6}, {FORMAT_C5, FORMAT_C6},
                                           {FORMAT_DL, FORMAT_C5}, {FORMAT_C5, FORMAT_C4}};
    struct firm f = {0};
    f.rng = rng_make(number, "firm");
    struct rng rng = rng_fork(&f.rng, "design");
    snprintf(f.key, sizeof f.key, "%lu", number);
    const struct words *trade = &trades[(number * 5 + 1) % (unsigned long)COUNT(trades)];
    copy(f.name, sizeof f.name, trade->name);
    copy(f.legal, sizeof f.legal, trade->legal);
    copy(f.slogan, sizeof f.slogan, trade->slogan);
    initials(&f);
    const char *town = towns[rng_int(&rng, COUNT(towns))];
    snprintf(f.street, sizeof f.street, "%s %d", streets[rng_int(&rng, COUNT(streets))],
             1 + rng_int(&rng, 180));
    snprintf(f.town, sizeof f.town, "%d %c%c %s", 1100 + rng_int(&rng, 8800),
             "BCDEGHJKLMNPRTVWX"[rng_int(&rng, 17)], "ABCDEGHJKLMNPRTVWXZ"[rng_int(&rng, 19)],
             town);
    snprintf(f.contact, sizeof f.contact, "www.%s%d.example", f.initials, 10 + rng_int(&rng, 90));
    const struct type *type = &types[rng_int(&rng, COUNT(types))];
    copy(f.font_name, sizeof f.font_name, type->name);
    copy(f.font_text, sizeof f.font_text, type->text);
    copy(f.font_slogan, sizeof f.font_slogan, type->slogan);
    int a = rng_int(&rng, COUNT(spots)),
        b = (a + 1 + rng_int(&rng, COUNT(spots) - 1)) % COUNT(spots);
    f.main = spots[a];
    f.accent = rng_chance(&rng, 0.25) ? f.main : spots[b]; /* a quarter print in one ink */
    f.slogan_tint = 1;
    f.logo = (enum logo_family)(number % LOGO_CLASSIC);
    f.layout = (enum layout)(number % LAYOUT_CLASSIC);
    f.wordmark = rng_chance(&rng, 0.75);
    f.logo_shape = rng_unit(&rng);
    f.logo_mm = rng_range(&rng, 10, 19);
    f.text_mm = rng_range(&rng, 2.3, 3.3);
    f.slogan_mm = rng_range(&rng, 3.8, 6);
    memcpy(f.formats, pairs[f.layout], sizeof f.formats);
    double white = rng_range(&rng, 0.82, 0.88), warm = rng_range(&rng, -0.008, 0.02);
    f.paper = (struct colour){white + warm / 2, white, white - warm};
    return f;
}

struct firm firm_numbered(unsigned long number)
{
    struct firm firm = firm_classic(number);
    if (number >= FIRM_LARGER_SET)
        firm_enlarge(&firm, number);
    return firm;
}

unsigned firm_has(const struct firm *firm)
{
    unsigned has = HAS_LOGO;
    if (firm->layout != LAYOUT_SINGLE)
        has |= HAS_SENDER;
    if (firm->layout != LAYOUT_SINGLE && firm->layout != LAYOUT_NO_SLOGAN)
        has |= HAS_SLOGAN;
    if (firm->franking.has || firm->extras.paid)
        has |= HAS_MARK;
    return has;
}

bool firm_resembles(const struct firm *a, const struct firm *b)
{
    bool same_seal =
        a->extras.seal && b->extras.seal && a->extras.licence % SEALS == b->extras.licence % SEALS;
    return strcmp(a->name, b->name) == 0 || strcmp(a->slogan, b->slogan) == 0 ||
           a->logo == b->logo || same_seal;
}

bool firm_parse(const char *text, struct firm *ret)
{
    char *end = NULL;
    if (strcmp(text, "demo") == 0) {
        *ret = firm_demo();
        return true;
    }
    if (*text < '0' || *text > '9')
        return false;
    unsigned long number = strtoul(text, &end, 10);
    if (*end || number > 1000000)
        return false;
    *ret = firm_numbered(number);
    return true;
}

void firm_address_line(const struct firm *firm, char *ret, unsigned size)
{
    snprintf(ret, size, "%s %s · %s · %s", firm->name, firm->legal, firm->street, firm->town);
}
