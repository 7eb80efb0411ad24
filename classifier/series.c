/* Which suspects come from one source. The link of two sheets is the sum over what both show of the
 * logarithms of likelihood ratios (series_traits.c): positive where they share what is wrong,
 * negative where they differ, nothing where one of them is covered or cannot be measured. Groups
 * are joined by average linkage (series_cluster.c).
 *
 * Readings that tell the same thing twice must not count twice: rough edges are wide edges, an
 * element in another size stands elsewhere. Within a family the furthest counts whole and the
 * others half. Between families independence is assumed, which a sum of logarithms needs.
 *
 * What the links mean: 1 is ten to one for a common source over two independent imitators, 2 a
 * hundred to one; the ENFSI guideline for evaluative reporting (2015) calls these limits the begin
 * of "moderate" and "moderately strong" support. They are an ordering aid for the police, not a
 * calibrated ratio: the chances behind them are set by reasoning and not measured on forgers. A
 * link never changes when other sheets arrive, so neither do a series' reasons; its name is its
 * earliest item. Two series become one when a new sheet brings them close enough; the lower name
 * stays. */
#include "classifier/series.h"

#include "classifier/series_book.h"
#include "schemas/base/err.h"
#include "schemas/base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OTHER_TEMPLATE -9.0 /* another firm or design: never one series */

/* ---- the book ---- */

bool series_book_create(struct series_book **ret, struct err *err)
{
    *ret = calloc(1, sizeof **ret);
    return *ret || err_set(err, "out of memory");
}

static void suspect_finish(struct suspect *suspect)
{
    for (int i = 0; i < suspect->n; i++)
        free(suspect->trace[i].words);
    free(suspect->trace);
    *suspect = (struct suspect){0};
}

void series_book_destroy(struct series_book *book)
{
    if (!book)
        return;
    for (int i = 0; i < book->n; i++)
        suspect_finish(&book->suspect[i]);
    free(book->suspect);
    dots_rows_finish(&book->dots);
    free(book->elements.name);
    free(book->others.name);
    free(book);
}

int series_book_count(const struct series_book *book)
{
    return book->n;
}

/* Row of the name, which is added when it is new. */
static bool name_row(struct names *names, const char *text, int *ret, struct err *err)
{
    for (int i = 0; i < names->n; i++)
        if (strcmp(names->name[i].text, text) == 0) {
            *ret = i;
            return true;
        }
    if (names->n == names->room) {
        int room = names->room ? 2 * names->room : ELEMENTS_MAX;
        struct name *more = realloc(names->name, (size_t)room * sizeof *more);
        if (!more)
            return err_set(err, "out of memory");
        names->name = more;
        names->room = room;
    }
    text_copy_utf8(names->name[names->n].text, sizeof names->name->text, text);
    *ret = names->n++;
    return true;
}

static int by_key(const void *a, const void *b)
{
    const struct trace *x = a, *y = b;
    int order = (x->trait > y->trait) - (x->trait < y->trait);
    return order ? order : (x->element > y->element) - (x->element < y->element);
}

static bool add_trace(struct series_book *book, struct suspect *suspect, struct trace trace,
                      const struct reading *reading, struct err *err)
{
    if (!name_row(&book->elements, reading->element, &trace.element, err) ||
        !name_row(&book->others, reading->reason, &trace.reason, err) ||
        !name_row(&book->others, reading->unit, &trace.unit, err))
        return false;
    if (trace.element >= ELEMENTS_MAX)
        return true;
    enum manner manner = traits[trace.trait].manner;
    if ((manner == BY_WORDS || manner == BY_DOTS) && trace.deviates) {
        trace.words = strdup(reading->note);
        if (!trace.words)
            return err_set(err, "out of memory");
    }
    suspect->trace[suspect->n++] = trace;
    return true;
}

/* Tracking dots name the very machine when they can be read; when not, two sheets' may agree. */
static bool add_dots(struct series_book *book, struct suspect *suspect,
                     const struct screening *screening, struct err *err)
{
    struct reading reading = {.points = POINTS_IMITATION};
    struct trace trace = {.trait = TRAIT_DOTS, .deviates = true};
    struct dots_mark mark;
    screening_dots_mark(screening, &mark);
    if (!mark.serial[0] && !mark.code[0] && !mark.cells.site[0])
        return true;
    snprintf(reading.note, sizeof reading.note, "%s%s%s", mark.pattern, mark.pattern[0] ? " " : "",
             mark.serial[0] ? mark.serial : mark.code);
    snprintf(reading.reason, sizeof reading.reason, "%s", traits[TRAIT_DOTS].check);
    return dots_rows_find(&book->dots, &mark, &trace.dots, err) &&
           add_trace(book, suspect, trace, &reading, err);
}

static bool is_suspect(const struct screening *screening)
{
    if (screening->verdict == VERDICT_IMITATION)
        return true;
    bool against = false;
    for (int i = 0; i < screening->n_readings; i++)
        against = against || screening->reading[i].points == POINTS_IMITATION;
    return screening->verdict == VERDICT_UNSURE && against;
}

/* Whether the element is there, but with other outlines than the genuine. */
static bool is_redrawn(const struct screening *screening, const char *element)
{
    for (int i = 0; i < screening->n_readings; i++) {
        const struct reading *reading = &screening->reading[i];
        if (reading->points == POINTS_IMITATION && reading->outcome == OUTCOME_MEASURED &&
            traits[trait_of(reading->check)].redraws && strcmp(reading->element, element) == 0)
            return true;
    }
    return false;
}

static bool suspect_make(struct series_book *book, const struct screening *screening,
                         struct suspect *suspect, struct err *err)
{
    int none; /* row 0 of the elements is the sheet */
    suspect->trace = calloc((size_t)screening->n_readings + 1, sizeof *suspect->trace);
    if (!suspect->trace)
        return err_set(err, "out of memory");
    if (!name_row(&book->elements, "", &none, err) ||
        !name_row(&book->others, screening->template_name, &suspect->template_name, err) ||
        !add_dots(book, suspect, screening, err))
        return false;
    for (int i = 0; i < screening->n_readings; i++) {
        const struct reading *reading = &screening->reading[i];
        struct trace trace;
        if (!trace_of(reading, screening->sides_swapped, &trace) ||
            (traits[trace.trait].by_outline && is_redrawn(screening, reading->element)))
            continue;
        if (!add_trace(book, suspect, trace, reading, err))
            return false;
    }
    qsort(suspect->trace, (size_t)suspect->n, sizeof *suspect->trace, by_key);
    return true;
}

static bool make_room(struct series_book *book, struct err *err)
{
    if (book->n < book->room)
        return true;
    int room = book->room ? 2 * book->room : 32;
    struct suspect *more = realloc(book->suspect, (size_t)room * sizeof *more);
    if (!more)
        return err_set(err, "out of memory");
    book->suspect = more;
    book->room = room;
    return true;
}

bool series_book_add(struct series_book *book, int64_t item, const char *captured,
                     const struct screening *screening, struct err *err)
{
    if (!is_suspect(screening))
        return true;
    struct suspect suspect = {.item = item, .verdict = screening->verdict};
    text_copy_utf8(suspect.captured, sizeof suspect.captured, captured);
    text_copy_utf8(suspect.country, sizeof suspect.country, screening->returned.country);
    if (!make_room(book, err) || !suspect_make(book, screening, &suspect, err)) {
        suspect_finish(&suspect);
        return false;
    }
    int at = book->n;
    for (; at > 0 && book->suspect[at - 1].item > item; at--)
        book->suspect[at] = book->suspect[at - 1];
    book->suspect[at] = suspect;
    book->n++;
    return true;
}

/* ---- two suspects ---- */

/* Sum of links of which the furthest counts whole and the others half. */
struct family_sum {
    double sum, furthest;
};

static void family_add(struct family_sum *family, double link)
{
    family->sum += link;
    if (fabs(link) > fabs(family->furthest))
        family->furthest = link;
}

static double family_total(const struct family_sum *family)
{
    return (family->sum + family->furthest) / 2;
}

struct pair_sums {
    struct family_sum family[FAMILY_COUNT];
    struct family_sum design[ELEMENTS_MAX]; /* each element for itself */
    int designs;                            /* elements 0..designs-1 are in use */
    struct tally *tally;
};

static void pair_add(struct pair_sums *sums, int trait, int element, double link)
{
    if (link == 0)
        return;
    if (sums->tally)
        sums->tally->sum[trait * ELEMENTS_MAX + element] += link;
    if (traits[trait].family != FAMILY_DESIGN) {
        family_add(&sums->family[traits[trait].family], link);
        return;
    }
    while (sums->designs <= element)
        sums->design[sums->designs++] = (struct family_sum){0};
    family_add(&sums->design[element], link);
}

/* What both show of one trait. */
struct shared {
    int n;
    const struct trace *a[ELEMENTS_MAX], *b[ELEMENTS_MAX];
};

static void add_places(struct pair_sums *sums, const struct shared *shared)
{
    for (int side = 0; side < SIDE_COUNT; side++) {
        const struct trace *a[PLACES_MAX], *b[PLACES_MAX];
        double link[PLACES_MAX];
        int n = 0;
        for (int i = 0; i < shared->n && n < PLACES_MAX; i++)
            if ((int)shared->a[i]->side == side && (int)shared->b[i]->side == side) {
                a[n] = shared->a[i];
                b[n++] = shared->b[i];
            }
        places_link(a, b, n, link);
        for (int i = 0; i < n; i++)
            pair_add(sums, a[i]->trait, a[i]->element, link[i]);
    }
}

static void add_shared(struct pair_sums *sums, const struct shared *shared)
{
    int trait = shared->n ? shared->a[0]->trait : 0, told = 0;
    double sum = 0;
    bool deviates = false;
    for (int i = 0; i < shared->n; i++)
        deviates = deviates || shared->a[i]->deviates || shared->b[i]->deviates;
    if (!deviates) /* the genuine links nothing */
        return;
    if (traits[trait].manner == BY_PLACE) {
        add_places(sums, shared);
        return;
    }
    for (int i = 0; i < shared->n; i++) {
        double link = trace_link(shared->a[i], shared->b[i]);
        if (!traits[trait].one_cause)
            pair_add(sums, trait, shared->a[i]->element, link);
        sum += link;
        told += link != 0;
    }
    if (told && traits[trait].one_cause)
        pair_add(sums, trait, 0, sum / told);
}

double suspects_link(const struct suspect *a, const struct suspect *b, struct tally *tally)
{
    if (a->template_name != b->template_name)
        return OTHER_TEMPLATE;
    struct pair_sums sums;
    memset(sums.family, 0, sizeof sums.family);
    sums.designs = 0;
    sums.tally = tally;
    struct shared shared = {.n = 0};
    for (int i = 0, k = 0; i < a->n && k < b->n;) {
        int order = by_key(&a->trace[i], &b->trace[k]);
        if (order < 0) {
            i++;
        } else if (order > 0) {
            k++;
        } else {
            if (shared.n && (shared.a[0]->trait != a->trace[i].trait || shared.n == ELEMENTS_MAX)) {
                add_shared(&sums, &shared);
                shared.n = 0;
            }
            shared.a[shared.n] = &a->trace[i++];
            shared.b[shared.n++] = &b->trace[k++];
        }
    }
    add_shared(&sums, &shared);
    double total = 0;
    for (int i = 0; i < FAMILY_COUNT; i++)
        total += family_total(&sums.family[i]);
    for (int i = 0; i < sums.designs; i++)
        total += family_total(&sums.design[i]);
    if (tally)
        tally->pairs++;
    return total;
}

double series_book_link(const struct series_book *book, int a, int b)
{
    return suspects_link(&book->suspect[a], &book->suspect[b], NULL);
}

/* ---- all ---- */

/* The links of the newest suspects, each pair once. */
struct links {
    int first, n;
    float *pair;
};

static float *link_at(const struct links *links, int a, int b)
{
    size_t high = (size_t)(a > b ? a : b), low = (size_t)(a > b ? b : a);
    return &links->pair[high * (high - 1) / 2 + low];
}

static bool make_links(const struct series_book *book, struct links *ret, struct err *err)
{
    struct links links = {.n = book->n < SERIES_SUSPECTS_MAX ? book->n : SERIES_SUSPECTS_MAX};
    links.first = book->n - links.n;
    links.pair = calloc((size_t)links.n * (size_t)links.n / 2 + 1, sizeof *links.pair);
    if (!links.pair)
        return err_set(err, "out of memory while looking for series");
    const struct suspect *suspect = book->suspect + links.first;
    for (int i = 0; i < links.n; i++)
        for (int k = 0; k < i; k++)
            *link_at(&links, i, k) = (float)suspects_link(&suspect[i], &suspect[k], NULL);
    *ret = links;
    return true;
}

static bool group_suspects(const struct links *links, int *ret_group, struct err *err)
{
    size_t n = (size_t)links->n;
    float *square = calloc(n * n + 1, sizeof *square);
    if (!square)
        return err_set(err, "out of memory while looking for series");
    for (int i = 0; i < links->n; i++)
        for (int k = 0; k < links->n; k++)
            if (i != k)
                square[(size_t)i * n + (size_t)k] = *link_at(links, i, k);
    bool ok = cluster_average(square, links->n, SERIES_POSSIBLE, ret_group, err);
    free(square);
    return ok;
}

/* member[0..n-1] are suspects of the book, in order. */
static bool make_series(const struct series_book *book, const struct links *links,
                        const int *member, int n, struct series *ret, struct err *err)
{
    struct series series = {.id = book->suspect[member[0]].item, .n_members = n};
    series.member = calloc((size_t)n, sizeof *series.member);
    if (!series.member)
        return err_set(err, "out of memory");
    for (int i = 0; i < n; i++) {
        const struct suspect *suspect = &book->suspect[member[i]];
        struct series_member *one = &series.member[i];
        one->item = suspect->item;
        one->verdict = suspect->verdict;
        memcpy(one->captured, suspect->captured, sizeof one->captured);
        memcpy(one->country, suspect->country, sizeof one->country);
        for (int k = 0; k < n; k++)
            if (k != i)
                one->link +=
                    (double)*link_at(links, member[i] - links->first, member[k] - links->first) /
                    (n - 1);
        series.link += one->link / n;
    }
    series.strong = series.link >= SERIES_STRONG;
    if (!series_explain(book, member, n, &series, err)) {
        series_finish(&series);
        return false;
    }
    *ret = series;
    return true;
}

/* Groups of two and more become series, in the order of their first members. */
static bool collect(const struct series_book *book, const struct links *links, const int *group,
                    struct series_set *set, struct err *err)
{
    size_t n = (size_t)links->n;
    int *member = calloc(n + 1, sizeof *member);
    set->series = calloc(n / 2 + 1, sizeof *set->series);
    bool ok = (member && set->series) || err_set(err, "out of memory while looking for series");
    for (int i = 0; ok && i < links->n; i++) {
        int members = 0;
        if (group[i] != i)
            continue;
        for (int k = i; k < links->n; k++)
            if (group[k] == i)
                member[members++] = links->first + k;
        if (members < 2)
            continue;
        ok = make_series(book, links, member, members, &set->series[set->n], err);
        set->n += ok;
    }
    free(member);
    return ok;
}

bool series_book_find(const struct series_book *book, struct series_set *ret, struct err *err)
{
    struct links links = {0};
    struct series_set set = {0};
    if (!make_links(book, &links, err))
        return false;
    int *group = calloc((size_t)links.n + 1, sizeof *group);
    bool ok = group || err_set(err, "out of memory while looking for series");
    ok = ok && group_suspects(&links, group, err) && collect(book, &links, group, &set, err);
    free(group);
    free(links.pair);
    if (ok)
        *ret = set;
    else
        series_set_finish(&set);
    return ok;
}
