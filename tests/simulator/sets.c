#include "tests/simulator/sets.h"

#include "schemas/base/err.h"

#include <stdio.h>
#include <string.h>

#define ENROL_RUNS 3         /* print runs a firm can enrol from */
#define RUNS 5               /* print runs in use */
#define FIRST_STRANGER 1000  /* firm numbers of other senders start here */
#define STRANGERS 5000       /* and are so many */
#define NUISANCE_CHANCE 0.35 /* of an own sheet of the larger set */
#define FORGER 4             /* the demo's forger owns this machine */

const char *const set_names[SETS] = {"enrol", "demo", "test", "stress"};

int set_size(const struct set_options *o)
{
    static const int sizes[SETS] = {6, 30, 30, 30};
    return o->count > 0 ? o->count : sizes[o->set];
}

struct rng set_rng(const struct set_options *o, int number)
{
    char name[96];
    snprintf(name, sizeof name, "%s/%s/%04d", o->firm.key, set_names[o->set], number);
    return rng_make(o->seed, name);
}

static int sticker_of(const char *country, struct rng *rng)
{
    int fit[32], n = 0;
    for (int i = 0; i < n_sticker_kinds && n < 32; i++)
        if (!country || strcmp(sticker_kinds[i].country, country) == 0)
            fit[n++] = i;
    return n ? fit[rng_int(rng, n)] : 0;
}

static struct plan common(const struct set_options *o, int number, struct rng *rng)
{
    struct plan p = {
        .kind = KIND_GENUINE, .firm = o->firm, .us = o->firm, .elements = true, .used = true};
    snprintf(p.id, sizeof p.id, "%04d", number);
    p.format = o->format >= 0 ? (enum format)o->format : o->firm.formats[0];
    p.tech = TECH_OFFSET;
    p.printer = (unsigned long)rng_int(rng, RUNS);
    p.wear = rng_range(rng, 0.2, 1);
    p.feed.skew = fmin(fmax(0.9 * rng_gauss(rng), -3), 3);
    p.feed.margin_mm = rng_range(rng, 4, 9);
    double upright = o->set == SET_ENROL ? 0.7 : 0.55;
    /* always drawn: feeding upright must not change what else is drawn */
    bool turned = !rng_chance(rng, upright), over = rng_chance(rng, 0.1);
    int quarter = 1 + rng_int(rng, 3);
    p.feed.orientation = o->turn && turned ? 90 * quarter : 0;
    p.swapped = o->turn && over && o->set >= SET_TEST;
    return p;
}

static void make_returned(struct plan *p, const char *country, enum cover cover, struct rng *rng)
{
    p->returned = true;
    p->used = true;
    p->sticker = sticker_of(country, rng);
    p->cover = cover;
    p->strike = rng_chance(rng, 0.5);
    p->note = rng_chance(rng, 0.2);
}

static void make_imitation(struct plan *p, unsigned long forger, enum tech tech)
{
    p->kind = KIND_IMITATION;
    p->tech = tech;
    p->printer = forger;
}

/* Firms draw from one list of names and drawings, but nobody else's envelope shows ours: such a one
 * is drawn again, from a stream of its own, so that all other sheets of the set stay as they are.
 */
static struct firm draw_stranger(const struct firm *us, struct rng *rng)
{
    int drawn = rng_int(rng, STRANGERS);
    for (int again = 0;; again++) {
        unsigned long number = (unsigned long)(FIRST_STRANGER + drawn);
        struct firm firm = us->larger_set ? firm_numbered(number) : firm_classic(number);
        if (!firm_resembles(&firm, us))
            return firm;
        struct rng more = rng_fork_n(rng, "stranger", again);
        drawn = rng_int(&more, STRANGERS);
    }
}

/* Mail of others: business post to us, window post, private letters, other firms' returns. */
static void make_other(struct plan *p, struct rng *rng)
{
    static const enum format any[] = {FORMAT_C5, FORMAT_DL, FORMAT_C6, FORMAT_C5W, FORMAT_DLW};
    p->kind = KIND_OTHER;
    p->firm = draw_stranger(&p->us, rng);
    p->elements = rng_chance(rng, 0.75);
    p->format = any[rng_int(rng, p->elements ? 5 : 3)];
    p->tech = rng_chance(rng, 0.7) ? TECH_OFFSET : rng_chance(rng, 0.6) ? TECH_LASER : TECH_INKJET;
    p->printer = (unsigned long)rng_int(rng, 1000);
    p->to_us = true;
    if (p->elements && rng_chance(rng, 0.25)) {
        p->to_us = false;
        make_returned(p, NULL, rng_chance(rng, 0.3) ? COVER_BACK : COVER_ADDRESS, rng);
    }
}

static struct plan plan_enrol(const struct set_options *o, int number, struct rng *rng)
{
    struct plan p = common(o, number, rng);
    p.printer = (unsigned long)((number - 1) % ENROL_RUNS);
    p.used = number % 2 == 0;
    p.wear = p.used ? 0.4 : 0.1;
    return p;
}

/* The demo batch, before mixing: what the first case looks like. */
struct role {
    enum kind kind;
    const char *country; /* NULL: did not come back */
    enum cover cover;
    const char *also; /* deviations besides print and slogan: letters, see below */
};
static const struct role demo_roles[] = {
    {KIND_GENUINE, "DE", COVER_ADDRESS, ""},     {KIND_GENUINE, "DE", COVER_SLOGAN, ""},
    {KIND_GENUINE, "DE", COVER_FREE, ""},        {KIND_GENUINE, "FR", COVER_ADDRESS, ""},
    {KIND_GENUINE, "FR", COVER_SLOGAN_PART, ""}, {KIND_GENUINE, "BE", COVER_SLOGAN, ""},
    {KIND_GENUINE, "AT", COVER_FREE, ""},        {KIND_GENUINE, "GB", COVER_BACK, ""},
    {KIND_GENUINE, "US", COVER_ADDRESS, ""},     {KIND_GENUINE, "CH", COVER_LOGO_PART, ""},
    {KIND_IMITATION, "DE", COVER_ADDRESS, ""},   {KIND_IMITATION, "DE", COVER_ADDRESS, "l"},
    {KIND_IMITATION, "DE", COVER_FREE, "t"},     {KIND_IMITATION, "DE", COVER_BACK, "c"},
    {KIND_IMITATION, "DE", COVER_FREE, ""},      {KIND_IMITATION, "FR", COVER_ADDRESS, "f"},
    {KIND_IMITATION, "BE", COVER_FREE, "m"},     {KIND_IMITATION, "DE", COVER_ADDRESS, "p"},
    {KIND_IMITATION, "IT", COVER_FREE, ""},      {KIND_IMITATION, "PL", COVER_ADDRESS, "lc"},
    {KIND_OTHER, NULL, COVER_ADDRESS, ""},       {KIND_OTHER, NULL, COVER_ADDRESS, ""},
    {KIND_OTHER, NULL, COVER_ADDRESS, ""},       {KIND_OTHER, NULL, COVER_ADDRESS, ""},
    {KIND_OTHER, NULL, COVER_ADDRESS, ""},       {KIND_OTHER, NULL, COVER_ADDRESS, ""},
    {KIND_OTHER, NULL, COVER_ADDRESS, ""},       {KIND_OTHER, NULL, COVER_ADDRESS, ""},
    {KIND_OTHER, NULL, COVER_ADDRESS, ""},       {KIND_OTHER, NULL, COVER_ADDRESS, ""},
};
enum { N_ROLES = (int)(sizeof demo_roles / sizeof *demo_roles) };

static void deviate(struct deviations *d, char letter, struct rng *rng)
{
    d->logo_altered |= letter == 'l';
    d->sender_text_differs |= letter == 't';
    d->colour_differs |= letter == 'c';
    d->font_differs |= letter == 'f';
    d->paper_differs |= letter == 'p';
    d->slogan_missing |= letter == 's';
    d->logo_missing |= letter == 'L';
    d->sender_missing |= letter == 'S';
    if (letter == 'm') {
        int which = rng_int(rng, d->slogan_missing ? 2 : 3);
        d->sender_moved |= which == 0;
        d->logo_moved |= which == 1;
        d->slogan_moved |= which == 2;
        d->moved_mm =
            rng_range(rng, 4, 8); /* a person with a ruler sees it; the press stays within 1 mm */
        d->moved_angle = rng_range(rng, 0, 2 * M_PI);
        if (d->logo_moved) /* never off the paper */
            d->moved_angle = rng_range(rng, 0, M_PI / 2);
    }
    if (letter == 'z') {
        d->scale_differs = true;
        d->scale = rng_chance(rng, 0.6) ? rng_range(rng, 0.96, 0.97) : rng_range(rng, 1.03, 1.05);
    }
}

static struct plan plan_demo(const struct set_options *o, int number, struct rng *rng)
{
    int order[N_ROLES];
    struct rng mix = rng_make(o->seed, "demo order");
    for (int i = 0; i < N_ROLES; i++)
        order[i] = i;
    for (int i = N_ROLES - 1; i > 0; i--) {
        int j = rng_int(&mix, i + 1), keep = order[i];
        order[i] = order[j];
        order[j] = keep;
    }
    const struct role *role = &demo_roles[order[(number - 1) % N_ROLES]];
    struct plan p = common(o, number, rng);
    if (role->kind == KIND_OTHER) {
        make_other(&p, rng);
        return p;
    }
    make_returned(&p, role->country, role->cover, rng);
    if (role->kind == KIND_IMITATION) {
        make_imitation(&p, FORGER, TECH_LASER);
        p.deviations.slogan_missing = true;
        for (const char *c = role->also; *c; c++)
            deviate(&p.deviations, *c, rng);
        p.dots = o->dots == DOTS_ALL || (o->dots == DOTS_SOME && rng_chance(rng, 0.7));
    }
    return p;
}

static struct plan plan_test(const struct set_options *o, int number, struct rng *rng)
{
    struct plan p = common(o, number, rng);
    enum kind kind = (enum kind)rng_weighted(rng, o->mix, KINDS);
    if (kind == KIND_OTHER) {
        make_other(&p, rng);
        return p;
    }
    if (rng_chance(rng, 0.7))
        make_returned(&p, rng_chance(rng, 0.35) ? "DE" : NULL, (enum cover)rng_int(rng, COVERS),
                      rng);
    if (kind == KIND_IMITATION) {
        make_imitation(&p, (unsigned long)rng_int(rng, 1000000),
                       rng_chance(rng, 0.75) ? TECH_LASER : TECH_INKJET);
        p.dots = p.tech == TECH_LASER &&
                 (o->dots == DOTS_ALL || (o->dots == DOTS_SOME && rng_chance(rng, 0.5)));
        static const char letters[] = "slctfmpzLS";
        static const double weight[] = {6, 2, 2, 2, 2, 2, 2, 1, 0.5, 0.5};
        int n = rng_chance(rng, 0.2) ? 0 : 1 + rng_int(rng, 3); /* none: only the print differs */
        for (int i = 0; i < n; i++)
            deviate(&p.deviations, letters[rng_weighted(rng, weight, 10)], rng);
    }
    return p;
}

/* The hard end of everything: heavy wear, full skew, notes, labels over elements. */
static struct plan plan_stress(const struct set_options *o, int number, struct rng *rng)
{
    struct plan p = plan_test(o, number, rng);
    p.wear = rng_range(rng, 2, 4);
    p.feed.skew = rng_range(rng, -3, 3);
    p.strike = p.used && rng_chance(rng, 0.7);
    p.note = rng_chance(rng, 0.6);
    return p;
}

bool set_possible(const struct set_options *o, struct err *err)
{
    const struct wish *w = &o->wish;
    const struct deviations *d = &w->deviations;
    bool own_sheets = w->nuisances_fixed || w->deviations_fixed || w->tech_fixed ||
                      w->returned_fixed || *w->hidden;
    if (own_sheets && o->set != SET_TEST && o->set != SET_STRESS)
        return err_set(err, "what own sheets and imitations are is fixed in test and stress only");
    unsigned has = firm_has(&o->firm);
    const char *cannot = deviations_impossible(d, has);
    if (cannot)
        return err_set(err, "firm %s prints nothing that %s could concern", o->firm.key, cannot);
    if ((strcmp(w->hidden, "slogan") == 0 && !(has & HAS_SLOGAN)) ||
        (strcmp(w->hidden, "sender") == 0 && !(has & HAS_SENDER)))
        return err_set(err, "firm %s has no %s", o->firm.key, w->hidden);
    if (!deviations_leave_a_claim(d, has))
        return err_set(err, "without all that firm %s prints, nothing is imitated", o->firm.key);
    if (w->deviations_fixed && !deviations_any(d) && w->tech_fixed && w->tech == TECH_OFFSET)
        return err_set(err, "an imitation from the firm's press that deviates in nothing is none");
    return true;
}

/* Firms of the larger set meet the larger set of mistakes: half of the imitations have some of all
 * rows; who lacks the franking machine mostly uses stamps. */
static void deviate_more(struct plan *p, struct rng *rng)
{
    bool any = deviations_any(&p->deviations);
    if (any && rng_chance(rng, 0.5)) {
        p->deviations = (struct deviations){0};
        for (int n = 1 + rng_int(rng, 2); n > 0; n--)
            deviations_add(&p->deviations, rng);
        deviations_measure(&p->deviations, rng);
    }
    struct deviations *d = &p->deviations;
    double mark = rng_unit(rng);
    if (any) {
        d->mark_missing |= mark < 0.5;
        d->mark_wrong |= mark > 0.85;
    }
    d->mark_wrong = d->mark_wrong && !d->mark_missing;
}

/* How far the nuisances of the scan go, and which element a label covers. */
static void nuisances_measure(struct plan *p, struct rng *rng)
{
    static const char *const names[] = {"logo", "sender", "slogan"};
    static const unsigned fed_beside[] = {
        EDGE_LEFT,
        EDGE_RIGHT,
        EDGE_TOP,
        EDGE_LOW,
        EDGE_LEFT | EDGE_TOP,
        EDGE_RIGHT | EDGE_TOP,
        EDGE_LEFT | EDGE_LOW,
        EDGE_RIGHT | EDGE_LOW,
    };
    unsigned has = firm_has(&p->firm);
    double slip = rng_range(rng, 0.008, 0.016), fade = rng_range(rng, 0.3, 0.65);
    double crop = rng_range(rng, 2, 7), share = rng_range(rng, 0.1, 1);
    bool shorter = rng_chance(rng, 0.5);
    int beside = rng_int(rng, (int)(sizeof fed_beside / sizeof *fed_beside));
    int which = rng_int(rng, 3);
    if (p->nuisances & 1u << NUISANCE_STRETCH)
        p->feed.stretch = shorter ? -slip : slip;
    if (p->nuisances & 1u << NUISANCE_LOW_CONTRAST)
        p->feed.fade = fade;
    if (p->nuisances & 1u << NUISANCE_CROPPED) {
        p->feed.crop_mm = crop;
        p->feed.crop_edges = fed_beside[beside];
    }
    if (p->nuisances & 1u << NUISANCE_COVERED) {
        bool there =
            (which == 0) || (which == 1 && has & HAS_SENDER) || (which == 2 && has & HAS_SLOGAN);
        snprintf(p->hidden, sizeof p->hidden, "%s", names[there ? which : 0]);
        p->hidden_share = share;
    }
}

static void draw_nuisances(const struct set_options *o, struct plan *p, struct rng rng)
{
    bool some = rng_chance(&rng, NUISANCE_CHANCE), two = rng_chance(&rng, 0.2);
    unsigned first = 1u << rng_int(&rng, NUISANCES), second = 1u << rng_int(&rng, NUISANCES);
    if (o->wish.nuisances_fixed)
        p->nuisances = o->wish.nuisances;
    else if (o->firm.larger_set && o->set >= SET_TEST && some)
        p->nuisances = first | (two ? second : 0);
    nuisances_measure(p, &rng);
}

/* Another format than the two that the firm has printed. */
static enum format other_format(const struct firm *f, enum format used, unsigned variant)
{
    enum format format = (enum format)(variant % FORMAT_C4); /* C4 is no letter of his */
    while (format == used || format == f->formats[0] || format == f->formats[1])
        format = (enum format)((format + 1) % FORMAT_C4);
    return format;
}

/* A press that isolates the deviations: the firm's own, at one of its runs. */
static void fix_imitation(const struct wish *w, struct plan *p, struct rng *rng)
{
    if (w->tech_fixed) {
        p->tech = w->tech;
        p->dots = p->dots && p->tech == TECH_LASER;
        if (p->tech == TECH_OFFSET)
            p->printer = (unsigned long)rng_int(rng, RUNS);
    }
    if (w->deviations_fixed) {
        p->deviations = w->deviations;
        deviations_measure(&p->deviations, rng);
    }
}

static void fix(const struct set_options *o, struct plan *p, struct rng rng)
{
    const struct wish *w = &o->wish;
    if (w->skew_fixed)
        p->feed.skew = w->skew;
    if (w->wear_fixed)
        p->wear = w->wear;
    bool own = p->kind != KIND_OTHER;
    if (own) {
        struct rng more = rng_fork(&rng, "more"), mishaps = rng_fork(&rng, "nuisances");
        if (o->firm.larger_set && o->set >= SET_TEST && p->kind == KIND_IMITATION)
            deviate_more(p, &more);
        draw_nuisances(o, p, mishaps);
    }
    p->feed.blur_px = w->blur_px;
    if (w->fade > 0)
        p->feed.fade = w->fade;
    if (!own)
        return;
    if (p->kind == KIND_IMITATION)
        fix_imitation(w, p, &rng);
    if (!deviations_leave_a_claim(&p->deviations, firm_has(&p->firm)))
        p->deviations.logo_missing = false;
    if (p->deviations.format_differs)
        p->format = other_format(&p->firm, p->format, p->deviations.variant);
    if (w->returned_fixed && w->returned && !p->returned)
        make_returned(p, NULL, (enum cover)rng_int(&rng, COVERS), &rng);
    if (w->returned_fixed && !w->returned)
        p->returned = p->strike = p->note = false;
    if (*w->hidden) { /* the return's label then leaves the elements alone */
        memcpy(p->hidden, w->hidden, sizeof p->hidden);
        p->hidden_share = w->hidden_share;
        if (p->cover != COVER_BACK)
            p->cover = COVER_ADDRESS;
    }
}

struct plan set_plan(const struct set_options *o, int number)
{
    static struct plan (*const plans[SETS])(const struct set_options *, int, struct rng *) = {
        plan_enrol, plan_demo, plan_test, plan_stress};
    struct rng sheet = set_rng(o, number), rng = rng_fork(&sheet, "plan");
    struct plan plan = plans[o->set](o, number, &rng);
    fix(o, &plan, rng_fork(&sheet, "wish"));
    return plan;
}
