/* postwacht show: one item of the register in plain text. */
#include "daemon/cli/item.h"
#include "web/web.h"

#include <stdio.h>
#include <string.h>

#define VALUE_COLUMNS 78 /* 100 less the label */
#define TEXT_SIZE 512

static void print_fact(const char *label, const char *value)
{
    if (!value[0])
        return;
    printf("%-20s  ", label);
    command_print_text(value, VALUE_COLUMNS, false);
    putchar('\n');
}

/* Broken at blanks, so that nothing of it is cut off. */
static void print_wrapped(const char *label, char *text)
{
    while (strlen(text) > VALUE_COLUMNS) {
        char *end = text + VALUE_COLUMNS;
        while (end > text && *end != ' ')
            end--;
        if (end == text)
            break;
        *end = '\0';
        print_fact(label, text);
        label = "";
        text = end + 1;
    }
    print_fact(label, text);
}

static void print_return(const struct screening *screening)
{
    char text[TEXT_SIZE];
    const struct screening_return *back = &screening->returned;
    if (!back->is_return)
        return;
    snprintf(text, sizeof text, "from %s%s%s: %s",
             back->country[0] ? back->country : "unknown country", back->operator_[0] ? ", " : "",
             back->operator_,
             back->reason[0] ? web_return_reason_text("en", back->reason) : "no reason read");
    print_fact("returned", text);
}

/* One sentence a line. */
static void print_ratio(const struct screening *screening)
{
    char text[2 * TEXT_SIZE];
    web_ratio_text("en", screening, text, sizeof text);
    print_wrapped("likelihood of print", text);
    if (!screening->technology.has_log10_lr)
        return;
    web_ratio_basis_text("en", screening, text, sizeof text);
    print_wrapped("", text);
}

static void print_readings(const struct screening *screening)
{
    printf("\n%-18s %-10s %-6s %-12s %12s %-6s %-22s %s\n", "CHECK", "ELEMENT", "SIDE", "OUTCOME",
           "VALUE", "UNIT", "GENUINE SHOW", "POINTS TO");
    for (int i = 0; i < screening->n_readings; i++) {
        const struct reading *reading = &screening->reading[i];
        char value[32] = "", genuine[64] = "";
        if (reading->outcome == OUTCOME_MEASURED)
            snprintf(value, sizeof value, "%.4g", reading->value);
        if (reading->has_genuine)
            snprintf(genuine, sizeof genuine, "%.4g to %.4g", reading->genuine[0],
                     reading->genuine[1]);
        command_print_text(reading->check, 18, true);
        putchar(' ');
        command_print_text(reading->element, 10, true);
        printf(" %-6s %-12s %12s ", side_names[reading->side], outcome_names[reading->outcome],
               value);
        command_print_text(reading->unit, 6, true);
        printf(" %-22s %s\n", genuine, points_names[reading->points]);
    }
}

static void print_party(const char *name, const struct screening_party *party)
{
    char text[TEXT_SIZE];
    if (!party->known)
        return;
    snprintf(text, sizeof text, "%s, %s, %s %s%s%s", party->name, party->street, party->postcode,
             party->place, party->country[0] ? ", " : "", party->country);
    print_fact(name, text);
}

static void print_journey(const struct screening *screening)
{
    for (int i = 0; i < screening->n_events; i++) {
        const struct screening_event *event = &screening->event[i];
        char text[TEXT_SIZE];
        snprintf(text, sizeof text, "%-10s %-10s %-2s by %s", journey_stage_names[event->stage],
                 event->date[0] ? event->date : "?", event->country, event->told_by);
        print_fact(i ? "" : "journey", text);
    }
}

static void print_item(const struct reg_item *item)
{
    const struct screening *screening = &item->screening;
    char text[TEXT_SIZE];
    snprintf(text, sizeof text, "%lld, sheet %d of batch %s", (long long)item->row.item,
             item->row.seq, item->row.batch);
    print_fact("item", text);
    print_fact("captured", item->row.captured);
    print_fact("recorded", item->row.recorded);
    print_fact("verdict", verdict_names[screening->verdict]);
    for (int i = 0; i < screening->n_reasons; i++) {
        web_reason_text("en", screening->reason[i], text, sizeof text);
        print_fact(i ? "" : "because", text);
    }
    print_fact("template", screening->template_name);
    print_return(screening);
    print_fact("print", screening->technology.estimate);
    print_ratio(screening);
    web_dots_text("en", screening, text, sizeof text);
    print_fact("tracking dots", text);
    if (screening->dots.crop_dots[0]) {
        snprintf(text, sizeof text, "%s/%s, beside the plain scan %s/%s", CROPS_DIR,
                 screening->dots.crop_dots, CROPS_DIR, screening->dots.crop_scan);
        print_fact("dots made visible", text);
    }
    print_party("sender", &screening->sender);
    print_party("recipient", &screening->recipient);
    print_fact("sender, as read", screening->text_sender);
    for (int i = 0; i < screening->n_codes; i++) {
        bool failed = screening_code_failed(&screening->code[i]);
        snprintf(text, sizeof text, "%s: %s%s", screening->code[i].symbology,
                 screening->code[i].text, failed ? " (check fails: not a fact)" : "");
        print_fact("code", text);
    }
    print_journey(screening);
    print_readings(screening);
    printf("\n%-10s %-28s %12s  %s\n", "FILE", "NAME", "BYTES", "SHA-256");
    for (int i = 0; i < item->n_files; i++)
        printf("%-10s %-28s %12lld  %.40s...\n", item->file[i].role, item->file[i].name,
               (long long)item->file[i].size, item->file[i].sha256);
    printf("\n%-8s %-24s  %-24s %s\n", "ENTRY", "TIME", "TYPE", "BY");
    for (int i = 0; i < item->n_events; i++) {
        printf("%-8lld %-24s  %-24s ", (long long)item->event[i].seq, item->event[i].time,
               item->event[i].type);
        command_print_text(item->event[i].actor, 40, false);
        putchar('\n');
    }
}

static enum command_status run(int argc, char **argv)
{
    struct item_options options;
    static struct reg_item item; /* holds a whole screening */
    struct err err;
    struct reg *reg;
    if (!item_parse(argc, argv, false, false, &options, &err))
        return command_usage(argv[0], "%s", err.text);
    if (!command_open_register(options.state, &reg, &err))
        return command_problem(&err);
    bool ok = reg_item(reg, options.item, &item, &err);
    if (ok) {
        print_item(&item);
        reg_item_finish(&item);
    }
    reg_close(reg);
    return ok ? COMMAND_OK : command_problem(&err);
}

const struct command command_show = {
    .name = "show",
    .arguments = "[--state DIR] ITEM",
    .summary = "show one item: verdict, readings, files, log",
    .help = "",
    .run = run,
};
