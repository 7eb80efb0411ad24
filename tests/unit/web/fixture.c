#define _GNU_SOURCE
#include "fixture.h"

#include "envelope.h"

#include "schemas/base/err.h"
#include "schemas/base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RAW_DPI 100.0 /* the tests' "scan": small on purpose */
#define PREVIEW_DPI 110.0
#define CROP_DPI 200.0
#define BATCH "2026-11-21-1"

/* The sanitizers ask these functions by name. fontconfig keeps a few hundred bytes of its
 * configuration for the life of a program; Pango hands fonts from a thread of its own by locks of
 * GLib, which ThreadSanitizer cannot see as they are not instrumented. */
const char *__lsan_default_options(void);
const char *__lsan_default_options(void)
{
    return "print_suppressions=0";
}

const char *__tsan_default_suppressions(void);
const char *__tsan_default_suppressions(void)
{
    return "race:libpangoft2\nrace:libglib-2.0\n";
}

const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig\n";
}

static void copy(char *ret, size_t n, const char *text)
{
    snprintf(ret, n, "%s", text);
}
#define SET(field, text) copy(field, sizeof(field), text)

static bool write_png(cairo_surface_t *surface, const char *dir, const char *name, struct err *err)
{
    char path[PATH_SIZE];
    if (!path_join(path, dir, name, err))
        return false;
    cairo_status_t status = cairo_surface_write_to_png(surface, path);
    return status == CAIRO_STATUS_SUCCESS ||
           err_set(err, "cannot write %s: %s", path, cairo_status_to_string(status));
}

static void hash_pixels(cairo_surface_t *surface, char ret[SHA256_HEX_SIZE])
{
    int width = cairo_image_surface_get_width(surface);
    int height = cairo_image_surface_get_height(surface);
    struct sha256 hash;
    uint8_t digest[SHA256_SIZE];
    sheet_pixels_hash_start(&hash, width, height, 3, 8);
    for (int y = 0; y < height; y++) {
        const unsigned char *row = cairo_image_surface_get_data(surface) +
                                   (ptrdiff_t)y * cairo_image_surface_get_stride(surface);
        for (int x = 0; x < width; x++) {
            uint32_t pixel;
            memcpy(&pixel, row + (ptrdiff_t)x * 4, sizeof pixel);
            const uint8_t rgb[3] = {(uint8_t)(pixel >> 16), (uint8_t)(pixel >> 8), (uint8_t)pixel};
            sha256_update(&hash, rgb, sizeof rgb);
        }
    }
    sha256_final(&hash, digest);
    hex_encode(digest, sizeof digest, ret);
}

static bool write_side(const char *dir, const char *crops, enum fixture_kind kind, int back,
                       unsigned seed, struct sheet *sheet, struct screening *screening,
                       struct err *err)
{
    struct sheet_side *side = &sheet->side[back];
    char path[PATH_SIZE];
    uint8_t digest[SHA256_SIZE];
    SET(side->file, back ? "back.png" : "front.png");
    cairo_surface_t *raw = envelope_side(kind, back, RAW_DPI, seed);
    side->width = cairo_image_surface_get_width(raw);
    side->height = cairo_image_surface_get_height(raw);
    side->channels = 3;
    side->depth = 8;
    side->dpi_x = side->dpi_y = RAW_DPI;
    side->bytes_received = (uint64_t)side->width * (uint64_t)side->height * 3;
    SET(side->status, "ok");
    hash_pixels(raw, side->sha256_pixels);
    bool fine = write_png(raw, dir, side->file, err) && path_join(path, dir, side->file, err) &&
                sha256_file(path, digest, err);
    cairo_surface_destroy(raw);
    if (!fine)
        return false;
    hex_encode(digest, sizeof digest, side->sha256_file);
    cairo_surface_t *preview = envelope_side(kind, back, PREVIEW_DPI, seed);
    SET(screening->preview[back], back ? "preview_back.jpg" : "preview_front.jpg");
    fine = path_join(path, crops, screening->preview[back], err) &&
           (envelope_write_jpeg(preview, path) || err_set(err, "cannot write %s", path));
    cairo_surface_destroy(preview);
    return fine;
}

/* One reading that gives a reason, with its picture pair. */
struct planned {
    const char *check, *element, *reason, *unit;
    enum outcome outcome;
    enum points points;
    double value, low, high;
    double box[4];
    const char *note;
};

static const struct planned imitation[] = {
    {"presence", "slogan", "slogan_missing", "ncc", OUTCOME_ABSENT, POINTS_IMITATION, 0, 0.91, 0.97,
     ENVELOPE_SLOGAN, ""},
    {"presence", "logo", "logo_altered", "ncc", OUTCOME_MEASURED, POINTS_IMITATION, 0.41, 0.91,
     0.98, ENVELOPE_LOGO, ""},
    {"edge_raggedness", "logo", "logo_ragged", "um", OUTCOME_MEASURED, POINTS_IMITATION, 31.25, 6.1,
     11.8, ENVELOPE_LOGO, ""},
    {"edge_width", "logo", "logo_edge_wide", "um", OUTCOME_MEASURED, POINTS_IMITATION, 91.5, 60.1,
     71.8, ENVELOPE_LOGO, ""},
    {"sender_text", "sender", "sender_text_differs", "share", OUTCOME_MEASURED, POINTS_IMITATION,
     0.93, 1, 1, ENVELOPE_SENDER, "verwacht 8071 AA, gelezen 8071 AB"},
};
static const struct planned unsure[] = {
    {"presence", "slogan", "slogan_hidden", "ncc", OUTCOME_OCCLUDED, POINTS_NEITHER, 0, 0.91, 0.97,
     ENVELOPE_SLOGAN, "retoursticker"},
    {"presence", "logo", "", "ncc", OUTCOME_MEASURED, POINTS_NEITHER, 0.88, 0.91, 0.98,
     ENVELOPE_LOGO, ""},
};
static const struct planned genuine[] = {
    {"presence", "slogan", "matches_template", "ncc", OUTCOME_MEASURED, POINTS_GENUINE, 0.95, 0.91,
     0.97, ENVELOPE_SLOGAN, ""},
    {"presence", "logo", "matches_template", "ncc", OUTCOME_MEASURED, POINTS_GENUINE, 0.96, 0.91,
     0.98, ENVELOPE_LOGO, ""},
};
static const struct planned hard[] = {
    {"sender_text", /* its note goes onto the sheet */
     "mark_1",
     "mark_1_edge_wide",
     "share",
     OUTCOME_MEASURED,
     POINTS_IMITATION,
     88,
     31,
     42,
     {-20, -20, 1000, 30},
     FIXTURE_HOSTILE},
    {"screened_solid", "logo", "logo_screened", "ratio", OUTCOME_MEASURED, POINTS_IMITATION, 4.2,
     0.1, 0.4, ENVELOPE_LOGO, ""},
    {"colour", "logo", "logo_colour_differs", "dE76", OUTCOME_MEASURED, POINTS_IMITATION, 9.4, 0,
     2.1, ENVELOPE_LOGO, ""},
    {"place", "slogan", "slogan_moved", "mm", OUTCOME_MEASURED, POINTS_IMITATION, 6.5, -0.6, 0.7,
     ENVELOPE_SLOGAN, ""},
    {"something_new",
     "crest",
     "crest_in_a_new_way",
     "bananas",
     OUTCOME_UNMEASURABLE,
     POINTS_NEITHER,
     0,
     0,
     0,
     {300, 300, 5, 5},
     ""},
};

static bool add_reading(const char *crops, const struct planned *plan, enum fixture_kind kind,
                        unsigned seed, struct screening *screening, struct err *err)
{
    struct reading *reading = screening_add_reading(screening);
    SET(reading->check, plan->check);
    SET(reading->element, plan->element);
    SET(reading->reason, plan->reason);
    SET(reading->unit, plan->unit);
    SET(reading->note, plan->note);
    reading->outcome = plan->outcome;
    reading->points = plan->points;
    reading->value = plan->value;
    reading->has_genuine = plan->high > 0;
    reading->genuine[0] = plan->low;
    reading->genuine[1] = plan->high;
    reading->genuine_n = 20;
    reading->has_box = true;
    memcpy(reading->box_mm, plan->box, sizeof reading->box_mm);
    if (plan->reason[0])
        screening_add_reason(screening, plan->reason);
    if (plan->box[0] < 0 || plan->box[0] > ENVELOPE_WIDTH_MM)
        return true;
    bool of_edges = strncmp(plan->check, "edge_", strlen("edge_")) == 0;
    const char *shown = of_edges ? "_edges" : "";
    reading->crop_shows = of_edges ? CROP_EDGES : CROP_ELEMENT;
    snprintf(reading->crop_expected, sizeof reading->crop_expected, "%s%s_expected.png",
             plan->element, shown);
    cairo_surface_t *crop = envelope_crop(FIXTURE_GENUINE, plan->box, CROP_DPI, seed);
    bool fine = write_png(crop, crops, reading->crop_expected, err);
    cairo_surface_destroy(crop);
    if (!fine || plan->outcome == OUTCOME_ABSENT)
        return fine;
    snprintf(reading->crop_seen, sizeof reading->crop_seen, "%s%s_seen.png", plan->element, shown);
    crop = envelope_crop(kind, plan->box, CROP_DPI, seed);
    fine = write_png(crop, crops, reading->crop_seen, err);
    cairo_surface_destroy(crop);
    return fine;
}

/* Two pictures of one place; what they show is of no matter here. */
static bool add_dots(const char *crops, unsigned seed, struct screening *s, struct err *err)
{
    const double place[4] = ENVELOPE_LOGO;
    SET(s->dots.crop_scan, "dots_scan.png");
    SET(s->dots.crop_dots, "dots_seen.png");
    cairo_surface_t *crop = envelope_crop(FIXTURE_IMITATION, place, CROP_DPI, seed);
    bool fine = write_png(crop, crops, s->dots.crop_scan, err) &&
                write_png(crop, crops, s->dots.crop_dots, err);
    cairo_surface_destroy(crop);
    return fine;
}

static void add_event(struct screening *s, enum journey_stage stage, const char *told_by,
                      const char *date, const char *country, const char *text)
{
    struct screening_event *event = &s->event[s->n_events++];
    event->stage = stage;
    SET(event->told_by, told_by);
    SET(event->date, date);
    SET(event->country, country);
    SET(event->text, text);
}

/* Posted, sorted, returned; the hard one has hostile text wherever text was read. */
static void add_journey(enum fixture_kind kind, const double sticker[4], struct screening *s)
{
    const char *odd = kind == FIXTURE_HARD ? FIXTURE_HOSTILE : NULL;
    s->sender.known = s->recipient.known = true;
    SET(s->sender.name, odd ? odd : "Van Dalen Zaden");
    SET(s->sender.street, odd ? odd : "Molenweg 12");
    SET(s->sender.postcode, "8071 AA");
    SET(s->sender.place, odd ? odd : "Nunspeet");
    SET(s->sender.country, "NL");
    s->sender.by_template = kind == FIXTURE_GENUINE;
    SET(s->recipient.name, odd ? odd : "Erika Muster");
    SET(s->recipient.street, "Lindenweg 14");
    SET(s->recipient.postcode, "48143");
    SET(s->recipient.place, "Münster");
    SET(s->recipient.country, "DE");
    add_event(s, JOURNEY_POSTED, "postmark", "2026-10-12", "", odd ? odd : "12.10.2026");
    add_event(s, JOURNEY_POSTED, "item_number", "", "NL", odd ? odd : "RR473124829NL");
    add_event(s, JOURNEY_SORTED, "sorting_bars", "", "", "27");
    add_event(s, JOURNEY_RETURNED, "label", "2026-11-02", s->returned.country, s->returned.reason);
    struct screening_event *last = &s->event[s->n_events - 1];
    last->has_box = true;
    memcpy(last->box_mm, sticker, sizeof last->box_mm);
    SET(last->crop, s->returned.crop);
}

static bool fill_screening(const char *crops, enum fixture_kind kind, unsigned seed,
                           struct screening *s, struct err *err)
{
    static const struct {
        enum verdict_class verdict;
        const struct planned *plan;
        int n;
    } plans[FIXTURE_KINDS] = {
        {VERDICT_GENUINE, genuine, 2}, {VERDICT_IMITATION, imitation, 5},
        {VERDICT_UNSURE, unsure, 2},   {VERDICT_OTHER, NULL, 0},
        {VERDICT_IMITATION, hard, 5},
    };
    s->verdict = plans[kind].verdict;
    s->size_mm[0] = ENVELOPE_WIDTH_MM;
    s->size_mm[1] = ENVELOPE_HEIGHT_MM;
    s->dpi = 600;
    SET(s->version, "0.1.0");
    SET(s->technology.estimate, kind == FIXTURE_GENUINE ? "offset" : "laser");
    if (kind == FIXTURE_IMITATION) {
        s->technology.has_log10_lr = true;
        s->technology.log10_lr = 1.3011;
        s->technology.lr_genuine = 24;
        s->technology.lr_imitations = 20;
        s->technology.lr_printers = 3;
    } else if (kind != FIXTURE_OTHER) {
        SET(s->technology.lr_lack, "no_imitations");
    }
    SET(s->dots.status, kind == FIXTURE_IMITATION ? "detected" : "none");
    screening_add_seconds(s, "prepare", 0.21);
    screening_add_seconds(s, "checks", 0.56);
    for (int i = 0; i < plans[kind].n; i++)
        if (!add_reading(crops, &plans[kind].plan[i], kind, seed, s, err))
            return false;
    if (kind == FIXTURE_OTHER) {
        screening_add_reason(s, "no_claim");
        return true;
    }
    SET(s->template_name, "van-dalen");
    if (kind == FIXTURE_IMITATION && !add_dots(crops, seed, s, err))
        return false;
    const double sticker[4] = ENVELOPE_STICKER;
    s->returned.is_return = true;
    SET(s->returned.country, seed % 3 == 2 ? "AT" : "DE");
    SET(s->returned.operator_, seed % 3 == 2 ? "Österreichische Post" : "Deutsche Post");
    SET(s->returned.reason, seed % 2 ? "MOVED" : "UNKNOWN");
    SET(s->returned.text, "Zurück / Retour\nEmpfänger unbekannt / Inconnu");
    if (kind == FIXTURE_HARD)
        SET(s->returned.text, FIXTURE_HOSTILE);
    s->returned.has_box = true;
    memcpy(s->returned.box_mm, sticker, sizeof sticker);
    SET(s->returned.crop, "sticker.png");
    s->n_codes = kind == FIXTURE_IMITATION ? 3 : 1;
    SET(s->code[1].symbology, "sorting_bars");
    SET(s->code[1].text, "27");
    SET(s->code[1].check_result, "none");
    SET(s->code[2].symbology, "rm4scc");
    SET(s->code[2].text, "AFTFTFDTADTAFDTFAFTADTFADTDAFDADADADAF");
    SET(s->code[2].check_result, "failed");
    SET(s->code[0].symbology, "code128");
    SET(s->code[0].text, "RR473124829NL");
    SET(s->code[0].check_result, "ok");
    SET(s->code[0].kind, "s10");
    SET(s->code[0].detail, "NL");
    add_journey(kind, sticker, s);
    cairo_surface_t *crop = envelope_crop(kind, sticker, CROP_DPI, seed);
    bool fine = write_png(crop, crops, s->returned.crop, err);
    cairo_surface_destroy(crop);
    return fine;
}

bool fixture_sheet(const char *dir, const char *id, int seq, enum fixture_kind kind,
                   struct err *err)
{
    char folder[PATH_SIZE], crops[PATH_SIZE];
    struct sheet *sheet = calloc(1, sizeof *sheet);
    struct screening *screening = calloc(1, sizeof *screening);
    bool fine = sheet && screening && path_join(folder, dir, id, err) &&
                path_join(crops, folder, CROPS_DIR, err) && dir_make(crops, err);
    if (fine) {
        SET(sheet->id, id);
        SET(sheet->batch, BATCH);
        sheet->seq = seq;
        SET(sheet->source, "scanner");
        clock_format(INT64_C(1795287600000) + seq * INT64_C(4000), sheet->captured);
        SET(sheet->device.model, "Duplex 600");
        SET(sheet->device.vendor, "Test");
        SET(sheet->software, "0.1.0");
        sheet->n_sides = 2;
        SET(screening->id, id);
        fine = write_side(folder, crops, kind, 0, (unsigned)seq, sheet, screening, err) &&
               write_side(folder, crops, kind, 1, (unsigned)seq, sheet, screening, err) &&
               fill_screening(crops, kind, (unsigned)seq, screening, err) &&
               sheet_write(folder, sheet, err) && screening_write(folder, screening, err);
    }
    free(sheet);
    free(screening);
    return fine;
}

bool fixture_folder(char ret[4096], struct err *err)
{
    const char *tmp = getenv("TMPDIR");
    snprintf(ret, 4096, "%s/postwacht-web-XXXXXX", tmp ? tmp : "/tmp");
    return mkdtemp(ret) || err_errno(err, "cannot make %s", ret);
}

void fixture_remove(const char *folder)
{
    struct err err;
    dir_remove(folder, &err);
}

bool fixture_register(const char *folder, int n, struct err *err)
{
    static const struct reg_firm firm = {
        .name = "Van Dalen Zaden & Bloembollen B.V.",
        .kvk = "12345678",
        .address = "Molenweg 12, 8071 AA Nunspeet",
        .contact = "M. van Dalen, 0341-000000",
    };
    char dir[PATH_SIZE], sheets[PATH_SIZE], sheet[PATH_SIZE], id[32];
    struct reg *reg = NULL;
    if (!path_join(dir, folder, "register", err) || !path_join(sheets, folder, "sheets", err) ||
        !dir_make(sheets, err) || !reg_open(dir, REG_WRITE, &reg, err))
        return false;
    bool fine = reg_firm_set(reg, &firm, err);
    for (int i = 0; fine && i < n; i++) {
        struct reg_recorded recorded;
        snprintf(id, sizeof id, "sheet-%04d", i + 1);
        fine = fixture_sheet(sheets, id, i + 1, (enum fixture_kind)(i % FIXTURE_KINDS), err) &&
               path_join(sheet, sheets, id, err) && reg_record_sheet(reg, sheet, &recorded, err);
    }
    fine = fine && reg_close_batch(reg, BATCH, err);
    reg_close(reg);
    return fine;
}
