/* The order of making is the order of life: paper is cut and folded, the firm's (or the forger's)
 * elements are printed, the office addresses and franks, the post cancels and carries, staff strike
 * and label, the letter comes back worn, and is scanned. */
#include "tests/simulator/sheet.h"
#include "tests/simulator/franking.h"
#include "tests/simulator/label.h"
#include "tests/simulator/truth.h"
#include "tests/simulator/window.h"

#include "schemas/base/err.h"
#include "schemas/base/file.h"

#include <stdio.h>
#include <string.h>

#define OFFICE_MACHINE 77 /* the number under which a firm's own office printer is drawn */
#define WORN 1.5          /* wear beyond what most letters show */
#define ANGLE_MOST 25.0   /* of a label stuck in a hurry */

const char *const kind_names[KINDS] = {"genuine", "imitation", "other"};

/* A forger's machine belongs to the forger, a press to the firm. */
static struct print draw_print(const struct plan *plan, const struct rng *rng)
{
    struct print print;
    struct rng sheet = rng_fork(rng, "print"),
               run = rng_fork_n(&plan->firm.rng, "run", (int)plan->printer);
    if (plan->tech != TECH_OFFSET) {
        struct rng machine =
            rng_make(plan->printer, plan->kind == KIND_IMITATION ? "forger" : "own printer");
        if (plan->tech == TECH_LASER)
            laser_draw(machine, machine, sheet, &print);
        else
            inkjet_draw(machine, machine, sheet, &print);
        return print;
    }
    offset_draw(rng_fork(&plan->firm.rng, "press"), run, sheet, &print);
    return print;
}

static void note_elements(const struct artwork *art, const struct print *print, struct truth *truth)
{
    struct affine to_page = affine_inverse(print->page_to_print);
    for (int i = 0; i < art->n; i++) {
        struct box box;
        struct truth_element *e = &truth->element[truth->n_elements];
        if (!element_box(&art->element[i], &box))
            continue;
        memcpy(e->name, art->element[i].name, sizeof e->name);
        e->side = art->element[i].side;
        e->box = affine_box(&to_page, box);
        truth->n_elements++;
    }
}

static bool print_elements(struct envelope *envelope, const struct plan *plan,
                           const struct rng *rng, struct truth *truth)
{
    struct artwork art;
    struct print print = draw_print(plan, rng);
    if (!artwork_build(&plan->firm, plan->format, &plan->deviations, &art))
        return false;
    bool fine = print_start(&print, &envelope->side[0].canvas);
    bool printed[2] = {false, false};
    for (int i = 0; i < art.n && fine; i++) {
        fine = print_element(&envelope->side[art.element[i].side].canvas, &art.element[i], &print);
        printed[art.element[i].side] = true;
    }
    for (int s = 0; s < 2; s++)
        if (printed[s])
            side_background(&envelope->side[s], &print, rng_fork_n(rng, "background", s));
    if (plan->dots && print.tech == TECH_LASER) {
        struct rng sheet = rng_fork(rng, "dots");
        struct dots dots = dots_draw(rng_make(plan->printer, "dots machine"), &sheet);
        dress_dots(&envelope->side[ART_FRONT], &dots, sheet);
        snprintf(truth->dots, sizeof truth->dots, "P4 %08u 20%02d-%02d-%02dT%02d:%02d", dots.serial,
                 dots.year, dots.month, dots.day, dots.hour, dots.minute);
    }
    note_elements(&art, &print, truth);
    artwork_finish(&art);
    print_finish(&print);
    return fine;
}

/* A printer of the office that addresses letters: mono or colour laser, not the press. */
static bool address_it(struct envelope *envelope, const struct plan *plan, const struct rng *rng,
                       struct box *ret)
{
    struct rng choose = rng_fork(rng, "address"),
               machine = rng_make(OFFICE_MACHINE, plan->firm.key);
    struct recipient to =
        plan->to_us
            ? recipient_firm(&plan->us)
            : recipient_draw(plan->returned ? sticker_kinds[plan->sticker].country : NULL, &choose);
    if (format_facts[plan->format].window) {
        const char *lines[RECIPIENT_LINES];
        for (int i = 0; i < to.n; i++)
            lines[i] = to.line[i];
        if (plan->firm.larger_set)
            window_show(envelope, rng_fork(&plan->firm.rng, "window"), lines, to.n,
                        rng_fork(rng, "letter"));
        else
            envelope_window(envelope, lines, to.n, "Liberation Sans");
        *ret = format_window(plan->format);
        return true;
    }
    static const double weight[ADDRESS_STYLES] = {5, 3, 2};
    enum address_style style =
        plan->elements ? (enum address_style)rng_weighted(&choose, weight, ADDRESS_STYLES)
                       : ADDRESS_HANDWRITTEN;
    struct print office;
    laser_draw(machine, machine, rng_fork(rng, "office"), &office);
    if (!print_start(&office, &envelope->side[0].canvas))
        return false;
    bool fine = dress_address(envelope, &to, style, &office, choose, ret);
    print_finish(&office);
    return fine;
}

static struct truth_element *add_element(struct truth *truth, const char *name, struct box box)
{
    struct truth_element *e = &truth->element[truth->n_elements++];
    snprintf(e->name, sizeof e->name, "%s", name);
    e->side = ART_FRONT;
    e->box = box;
    return e;
}

/* The firm's own imprint, that of another machine, or what anybody puts on a letter. */
static bool frank(struct envelope *envelope, const struct plan *plan, const struct rng *rng,
                  struct truth *truth)
{
    struct rng postage = rng_fork(rng, "postage");
    struct deviations d = plan->deviations;
    struct franking machine = plan->firm.franking;
    struct box box = {0};
    deviations_limit(&d, firm_has(&plan->firm));
    if (!plan->elements || !(firm_has(&plan->firm) & HAS_MARK)) {
        dress_postage(envelope, postage);
        return true;
    }
    if (d.mark_missing)
        dress_stamps(envelope, postage);
    if (d.mark_missing || !machine.has) /* a "port betaald" box is printed with the rest */
        return true;
    struct rng owner = rng_fork(&plan->firm.rng, "franking machine");
    if (d.mark_wrong) {
        owner = rng_make(plan->printer, "another franking machine");
        machine = franking_draw(owner);
    }
    if (!franking_print(envelope, &machine, owner, rng_fork(rng, "franking"), &box))
        return false;
    add_element(truth, "franking", box);
    return true;
}

static const struct truth_element *find_element(const struct truth *truth, const char *name)
{
    for (int i = 0; i < truth->n_elements; i++)
        if (strcmp(truth->element[i].name, name) == 0)
            return &truth->element[i];
    return NULL;
}

/* Label centre for a wish; keeps the label on the sheet. */
static void place_sticker(struct sticker *t, const struct envelope *e, enum cover cover,
                          struct box address, const struct truth *truth, struct rng *rng)
{
    const struct truth_element *target = NULL;
    t->side = cover == COVER_BACK ? ART_BACK : ART_FRONT;
    t->angle =
        fmin(fmax(rng_chance(rng, 0.6) ? 3 * rng_gauss(rng) : 12 * rng_gauss(rng), -ANGLE_MOST),
             ANGLE_MOST);
    t->x = address.x + address.w / 2 + 8 * rng_gauss(rng);
    t->y = address.y + address.h / 2 + 5 * rng_gauss(rng);
    if (t->style == STICKER_STAMP) /* staff stamp where it can be read: above the address */
        t->y = address.y - t->h / 2 - rng_range(rng, 2, 6);
    if (cover == COVER_SLOGAN || cover == COVER_SLOGAN_PART)
        target = find_element(truth, "slogan");
    if (cover == COVER_LOGO || cover == COVER_LOGO_PART)
        target = find_element(truth, "logo");
    if (cover == COVER_BACK || cover == COVER_FREE) {
        t->x = rng_range(rng, 0.3, 0.7) * e->w_mm;
        t->y = rng_range(rng, 0.35, 0.7) * e->h_mm;
        if (cover == COVER_FREE) { /* right half, below the postage */
            t->x = e->w_mm - t->w * 0.55 - rng_range(rng, 0, 20);
            t->y = e->h_mm * rng_range(rng, 0.55, 0.75);
        }
    }
    if (target) {
        struct box b = target->box;
        bool part = cover == COVER_SLOGAN_PART || cover == COVER_LOGO_PART;
        t->side = target->side;
        t->angle *= 0.25; /* a wide element is hidden only by a label that lies along it */
        t->w = part ? t->w : fmax(t->w, b.w + 8);
        t->h = part ? t->h : fmax(t->h, b.h + 8);
        t->x =
            b.x + b.w / 2 + (part ? t->w / 2 + b.w * rng_range(rng, -0.15, 0.2) : rng_gauss(rng));
        t->y = b.y + b.h / 2 + rng_gauss(rng);
        t->opaque = true;
        if (t->style == STICKER_STAMP)
            t->style = STICKER_PLAIN;
    }
    double turn = t->angle * DEGREES; /* nobody sticks a label over the border */
    double half_w = (t->w * fabs(cos(turn)) + t->h * fabs(sin(turn))) / 2 + 1;
    double half_h = (t->w * fabs(sin(turn)) + t->h * fabs(cos(turn))) / 2 + 1;
    t->x = fmin(fmax(t->x, half_w), e->w_mm - half_w);
    t->y = fmin(fmax(t->y, half_h), e->h_mm - half_h);
}

static void return_it(struct envelope *envelope, const struct plan *plan, struct box address,
                      const struct rng *rng, struct truth *truth)
{
    static const char *const styles[STICKER_STYLES] = {"tickbox", "plain", "yellow", "stamp"};
    struct rng choose = rng_fork(rng, "sticker");
    const struct sticker_kind *kind = &sticker_kinds[plan->sticker];
    struct sticker t = sticker_choose(kind, &choose, envelope->w_mm - 30, envelope->h_mm - 20);
    place_sticker(&t, envelope, plan->cover, address, truth, &choose);
    sticker_stick(envelope, &t, choose);
    snprintf(truth->country, sizeof truth->country, "%s", kind->country);
    snprintf(truth->operator_, sizeof truth->operator_, "%s", kind->operator_);
    snprintf(truth->reason, sizeof truth->reason, "%s", kind->row[t.row].reason);
    snprintf(truth->sticker_style, sizeof truth->sticker_style, "%s", styles[t.style]);
    truth->sticker_side = t.side;
    truth->sticker_box = (struct box){t.x - t.w / 2, t.y - t.h / 2, t.w, t.h};
    truth->sticker_angle = t.angle;
    truth->label[truth->n_labels++] = t;
}

/* Lays the carrier's label over its share of an element. */
static void hide_element(struct envelope *envelope, const struct plan *plan, struct rng rng,
                         struct truth *truth)
{
    struct box others[ARTWORK_ELEMENTS_MAX];
    int n = 0;
    const struct truth_element *target = find_element(truth, plan->hidden);
    if (!target || plan->hidden_share <= 0)
        return;
    for (int i = 0; i < truth->n_elements; i++)
        if (truth->element[i].side == target->side && &truth->element[i] != target)
            others[n++] = truth->element[i].box;
    struct sticker t =
        label_over(envelope, target->side, target->box, plan->hidden_share, others, n, &rng);
    label_stick(envelope, &t, rng);
    truth->label[truth->n_labels++] = t;
}

static void note_covered(struct truth *truth)
{
    for (int i = 0; i < truth->n_elements; i++)
        truth->element[i].covered = stickers_cover(truth->label, truth->n_labels,
                                                   truth->element[i].side, truth->element[i].box);
}

static void say(struct truth *truth, const char *name, const char *element)
{
    size_t used = strlen(truth->nuisances);
    snprintf(truth->nuisances + used, sizeof truth->nuisances - used, "%s%s%s%s", used ? "," : "",
             name, *element ? ":" : "", element);
}

/* An own element on the front that a mishap may hit, drawn. */
static const struct truth_element *target_of(const struct truth *truth, struct rng *rng)
{
    static const char *const names[] = {"logo", "sender", "slogan"};
    const struct truth_element *fit[3];
    int n = 0;
    for (int i = 0; i < 3; i++) {
        const struct truth_element *e = find_element(truth, names[i]);
        if (e && e->side == ART_FRONT)
            fit[n++] = e;
    }
    return n ? fit[rng_int(rng, n)] : NULL;
}

/* What lies on the paper is laid; what the scan does, or a label, is in the plan already. */
static void lay_nuisances(struct envelope *envelope, const struct plan *plan, const struct rng *rng,
                          struct truth *truth)
{
    const unsigned on_elements = 1u << NUISANCE_CREASE | 1u << NUISANCE_SMUDGE |
                                 1u << NUISANCE_TAPE | 1u << NUISANCE_POSTMARK | 1u << NUISANCE_PEN;
    for (int i = 0; i < NUISANCES; i++) {
        struct rng own = rng_fork(rng, nuisance_names[i]);
        const struct truth_element *target = target_of(truth, &own);
        struct box middle = {envelope->w_mm * 0.2, envelope->h_mm * 0.2, envelope->w_mm * 0.4,
                             envelope->h_mm * 0.3};
        if (!(plan->nuisances & 1u << i) || i == NUISANCE_COVERED)
            continue;
        bool laid = on_elements & 1u << i;
        if (laid)
            nuisance_lay(envelope, (enum nuisance)i, target ? target->box : middle, own);
        say(truth, nuisance_names[i], laid && target ? target->name : "");
    }
    if (format_facts[plan->format].window)
        say(truth, "window", "");
    if (plan->wear > WORN)
        say(truth, "worn", "");
    for (int i = 0; i < truth->n_elements; i++) {
        char share[ART_NAME_SIZE + 16];
        const struct truth_element *e = &truth->element[i];
        snprintf(share, sizeof share, "%s:%.2f", e->name, e->covered);
        if (e->covered > 0)
            say(truth, "covered", share);
    }
}

static bool make_envelope(struct envelope *envelope, const struct plan *plan, const struct rng *rng,
                          struct truth *truth)
{
    struct box address = {envelope->w_mm * 0.45, envelope->h_mm * 0.5, 70, 25};
    envelope_construct(envelope);
    if (plan->elements && !print_elements(envelope, plan, rng, truth))
        return false;
    if (plan->used) {
        if (!address_it(envelope, plan, rng, &address))
            return false;
        if (!frank(envelope, plan, rng, truth))
            return false;
    } else if (format_facts[plan->format].window) {
        if (plan->firm.larger_set)
            window_show(envelope, rng_fork(&plan->firm.rng, "window"), NULL, 0,
                        rng_fork(rng, "letter"));
        else
            envelope_window(envelope, NULL, 0, "Liberation Sans");
    }
    if (!plan->elements)
        dress_private_sender(envelope, rng_fork(rng, "private"));
    if (plan->strike)
        dress_strike(envelope, address, rng_fork(rng, "strike"));
    if (plan->returned)
        return_it(envelope, plan, address, rng, truth);
    hide_element(envelope, plan, rng_fork(rng, "label"), truth);
    note_covered(truth);
    if (plan->note)
        dress_note(envelope, ART_FRONT, envelope->w_mm * 0.6, envelope->h_mm * 0.36,
                   rng_fork(rng, "note"));
    lay_nuisances(envelope, plan, rng, truth);
    envelope_handle(envelope, plan->wear);
    return true;
}

/* As the camera below sees the same sheet: mirrored about the feed direction. */
static struct feed turned_over(struct feed f)
{
    unsigned sideways = f.crop_edges & (EDGE_LEFT | EDGE_RIGHT);
    if (sideways == EDGE_LEFT || sideways == EDGE_RIGHT)
        f.crop_edges ^= EDGE_LEFT | EDGE_RIGHT;
    f.orientation = (360 - f.orientation) % 360;
    f.skew = -f.skew;
    return f;
}

static bool scan_and_write(const struct envelope *envelope, const struct plan *plan,
                           const struct settings *settings, const struct rng *rng,
                           struct truth *truth, struct err *err)
{
    static const char *const names[2] = {"front", "back"};
    for (int file = 0; file < settings->sides; file++) {
        char path[PATH_SIZE];
        struct scan_image image;
        enum art_side side = (file == 0) == !plan->swapped ? ART_FRONT : ART_BACK;
        struct feed feed = plan->feed;
        struct rng scan = rng_fork_n(rng, "scan", file);
        if (file == 1)
            feed = turned_over(feed);
        snprintf(truth->files[file], sizeof truth->files[file], "%s_%s.%s", plan->id, names[file],
                 image_suffix[settings->image]);
        if (!path_join(path, settings->out, truth->files[file], err))
            return false;
        if (!scan_side(envelope, side, &settings->scanner, &feed, scan, &image,
                       &truth->page_to_px[file], err))
            return false;
        bool fine = image_write(&image, path, settings->image, settings->quality, err);
        scan_image_finish(&image);
        if (!fine)
            return false;
    }
    return true;
}

/* Linear reflectance of the sheet's stock. */
static struct colour tint_of(const struct plan *plan)
{
    static const struct colour stocks[] = {/* cream, recycled grey, bluish: factors on white */
                                           {0.99, 0.93, 0.74},
                                           {0.76, 0.755, 0.73},
                                           {0.86, 0.93, 1.0}};
    struct colour t = plan->firm.paper, f = {1, 1, 1};
    if (plan->deviations.paper_differs) /* another box of envelopes: a creamier white */
        f = (struct colour){1.0, 0.965, 0.88};
    if (plan->deviations.paper_tint_differs)
        f = stocks[plan->deviations.variant % (sizeof stocks / sizeof *stocks)];
    return (struct colour){t.r * f.r, t.g * f.g, t.b * f.b};
}

bool sheet_make(const struct plan *plan, const struct settings *settings, struct rng rng,
                struct truth *ret, struct err *err)
{
    struct truth truth = {.dpi = settings->dpi};
    struct envelope envelope;
    struct colour tint = tint_of(plan);
    struct paper paper =
        paper_draw(tint, rng_fork(&plan->firm.rng, "paper"), rng_fork(&rng, "paper"));
    if (!envelope_init(&envelope, plan->format, &paper, rng_fork(&rng, "envelope"), err))
        return false;
    truth.w_mm = envelope.w_mm;
    truth.h_mm = envelope.h_mm;
    truth_deviations(plan, truth.deviations, sizeof truth.deviations);
    bool fine = make_envelope(&envelope, plan, &rng, &truth) ||
                err_set(err, "out of memory while printing %s", plan->id);
    fine = fine && scan_and_write(&envelope, plan, settings, &rng, &truth, err);
    envelope_finish(&envelope);
    if (fine)
        *ret = truth;
    return fine;
}
