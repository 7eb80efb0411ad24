/* A postmark stands where stamps and the imprints of franking machines do, so a day read there is
 * the day of posting, unless it is later than the return's. Codes that a sender prints
 * (KIX, Leitcode) tell nothing of the way; orange bars and the Intelligent Mail barcode of a
 * foreign letter are sprayed by sorting machines. A reason such as "not collected" means that
 * somebody was at the door, and so do strokes through the address. */
#include "classifier/journey.h"

#include "classifier/dates.h"
#include "classifier/return_regions.h"
#include "schemas/base/text.h"

#include <stdlib.h>
#include <string.h>

#define DATES_MAX 8
#define DAYS_UNDER_WAY 400 /* a day longer ago is a form's or a house number */

static struct screening_event *add_event(struct screening *screening, enum journey_stage stage,
                                         const char *told_by)
{
    if (screening->n_events == SCREENING_EVENTS_MAX)
        return NULL;
    struct screening_event *event = &screening->event[screening->n_events++];
    *event = (struct screening_event){.stage = stage};
    text_copy_utf8(event->told_by, sizeof event->told_by, told_by);
    return event;
}

static void take_box(struct screening_event *event, enum side_name side, const double box_mm[4])
{
    event->side = side;
    event->has_box = true;
    memcpy(event->box_mm, box_mm, sizeof event->box_mm);
}

/* Days since 2000, near enough for intervals. */
static int day_number(const char *iso)
{
    return (atoi(iso) - 2000) * 365 + (atoi(iso + 5) - 1) * 30 + atoi(iso + 8);
}

static bool is_before(const char *iso, const char *limit)
{
    return !limit[0] ||
           (strcmp(iso, limit) <= 0 && day_number(limit) - day_number(iso) <= DAYS_UNDER_WAY);
}

static void tell_postmarks(const struct return_reading *reading, int n,
                           const struct side *const side[SIDE_COUNT], const int turn[SIDE_COUNT],
                           struct screening *screening)
{
    for (int i = 0; i < n; i++) {
        enum side_name s = reading[i].region.side;
        double box[4];
        struct date_read date[DATES_MAX];
        if (reading[i].evidence >= RETURN_HINT ||
            !return_region_franks(&reading[i].region, side[s], turn[s], box))
            continue;
        int found = dates_find(reading[i].text, "", date, DATES_MAX);
        for (int k = 0; k < found; k++) {
            if (!is_before(date[k].iso, screening->returned.date))
                continue;
            struct screening_event *event = add_event(screening, JOURNEY_POSTED, "postmark");
            if (!event)
                return;
            memcpy(event->date, date[k].iso, sizeof event->date);
            text_copy_utf8(event->text, sizeof event->text, reading[i].text);
            take_box(event, s, box);
            break; /* a postmark has one day; what else it bears is no date */
        }
    }
}

/* What codes on a sheet tell, when they tell it. */
static const struct {
    const char *kind;
    enum journey_stage stage;
    const char *country, *told_by;
} told[] = {
    {"s10", JOURNEY_POSTED, "", "item_number"}, /* its own letters name the country */
    {"3s", JOURNEY_POSTED, "NL", "item_number"},
    {"identcode", JOURNEY_POSTED, "DE", "item_number"},
    {"dea_stamp", JOURNEY_POSTED, "DE", "franking"},
    {"mailmark_c", JOURNEY_POSTED, "GB", "franking"},
    {"mailmark_l", JOURNEY_POSTED, "GB", "franking"},
    {"imb", JOURNEY_SORTED, "US", "code"},
    {"sorting_bars", JOURNEY_SORTED, "", "sorting_bars"},
};

static void tell_codes(struct screening *screening)
{
    for (int i = 0; i < screening->n_codes; i++)
        for (size_t k = 0; k < sizeof told / sizeof *told; k++) {
            const struct screening_code *code = &screening->code[i];
            if (strcmp(code->kind, told[k].kind) != 0 || screening_code_failed(code))
                continue;
            struct screening_event *event = add_event(screening, told[k].stage, told[k].told_by);
            if (!event)
                return;
            const char *country = told[k].country[0] ? told[k].country : code->detail;
            if (strlen(country) == 2)
                memcpy(event->country, country, sizeof event->country);
            text_copy_utf8(event->text, sizeof event->text, code->text);
            take_box(event, code->side, code->box_mm);
        }
}

/* Reasons of somebody who was at the door. */
static bool means_attempt(const char *reason)
{
    static const char *const reasons[] = {"REFUSED", "UNCLAIMED", "INACCESSIBLE",
                                          "VACANT",  "NO_ID",     "TRAVELLING"};
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (strcmp(reason, reasons[i]) == 0)
            return true;
    return false;
}

/* The earliest day on the label beside that of the return. */
static void attempt_day(const struct screening_return *returned, char ret[11])
{
    struct date_read date[DATES_MAX];
    int n = dates_find(returned->text, returned->country, date, DATES_MAX);
    ret[0] = '\0';
    for (int i = 0; i < n; i++)
        if (strcmp(date[i].iso, returned->date) < 0 && is_before(date[i].iso, returned->date) &&
            (!ret[0] || strcmp(date[i].iso, ret) < 0))
            memcpy(ret, date[i].iso, sizeof date[i].iso);
}

static void tell_return(struct screening *screening)
{
    const struct screening_return *returned = &screening->returned;
    static const enum journey_stage stages[] = {JOURNEY_ATTEMPTED, JOURNEY_RETURNED};
    if (!returned->is_return)
        return;
    for (int i = means_attempt(returned->reason) ? 0 : 1; i < 2; i++) {
        struct screening_event *event =
            add_event(screening, stages[i], stages[i] == JOURNEY_RETURNED ? "label" : "reason");
        if (!event)
            return;
        memcpy(event->country, returned->country, sizeof event->country);
        text_copy_utf8(event->text, sizeof event->text, returned->reason);
        if (stages[i] == JOURNEY_RETURNED)
            memcpy(event->date, returned->date, sizeof event->date);
        else
            attempt_day(returned, event->date);
        if (returned->has_box)
            take_box(event, returned->side, returned->box_mm);
    }
}

static int by_stage(const void *a, const void *b)
{
    const struct screening_event *p = a, *q = b;
    return p->stage != q->stage ? (int)p->stage - (int)q->stage : strcmp(p->date, q->date);
}

static void sort_events(struct screening *screening)
{
    qsort(screening->event, (size_t)screening->n_events, sizeof *screening->event, by_stage);
}

void journey_tell(const struct return_reading *reading, int n,
                  const struct side *const side[SIDE_COUNT], const int turn[SIDE_COUNT],
                  struct screening *screening)
{
    screening->n_events = 0;
    tell_return(screening); /* first: it must not be what a full list leaves out */
    tell_postmarks(reading, n, side, turn, screening);
    tell_codes(screening);
    sort_events(screening);
}

void journey_tell_strokes(enum side_name side, const double upright_mm[4],
                          struct screening *screening)
{
    struct screening_event *event = add_event(screening, JOURNEY_ATTEMPTED, "pen_strokes");
    if (!event)
        return;
    take_box(event, side, upright_mm);
    sort_events(screening);
}
