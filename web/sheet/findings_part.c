/* Part 7: each finding as an observation: feature, what the firm's own envelopes show, what this
 * one shows, and the two pictures; then the tracking dots, which are no finding. Part 8: the
 * photographs with the hashes of the files they were made from. */
#include "web/sheet/sheet.h"

#include "web/text/when.h"

#include <stdio.h>
#include <string.h>

#define VALUE_DECIMALS 2
#define TEXT_WIDTH (PAPER_INNER * 0.5)
#define PAIR_GAP 3.0
#define PICTURE_WIDTH ((PAPER_INNER - TEXT_WIDTH - 2 * PAIR_GAP) / 2)
#define PICTURE_HEIGHT 22.0
#define CAPTION_HEIGHT 3.4
#define CLOSE_UP_WIDTH 76.0 /* 560 px: 190 to the inch, which print keeps */
#define CLOSE_UP_HEIGHT 64.0
#define DOTS_HEIGHT 54.0
#define NUMBER_WIDTH 7.0
#define READINGS_ON_PAPER 4 /* the rest is in screening.json, whose hash is in the register */
#define BLOCK_GAP 2.5

static void range_text(const struct sheet_data *data, const struct reading *reading, char *ret,
                       size_t n)
{
    char low[NUMBER_TEXT_SIZE], high[NUMBER_TEXT_SIZE];
    if (!reading->has_genuine) {
        bool lacking = reading->outcome == OUTCOME_ABSENT;
        snprintf(ret, n, "%s", lacking ? say(data->lang, T_sheet_present) : "–");
        return;
    }
    number_text(data->lang, reading->genuine[0], VALUE_DECIMALS, low);
    number_text(data->lang, reading->genuine[1], VALUE_DECIMALS, high);
    if (strcmp(low, high) == 0)
        snprintf(ret, n, "%.20s (n = %d)", low, reading->genuine_n);
    else
        snprintf(ret, n, "%.20s %s %.20s (n = %d)", low, say(data->lang, T_to), high,
                 reading->genuine_n);
}

static void seen_text(const struct sheet_data *data, const struct reading *reading, char *ret,
                      size_t n)
{
    char value[NUMBER_TEXT_SIZE], unit[64];
    if (reading->outcome != OUTCOME_MEASURED) {
        snprintf(ret, n, "%s", outcome_text(data->lang, reading->outcome));
        return;
    }
    number_text(data->lang, reading->value, VALUE_DECIMALS, value);
    unit_text(data->lang, reading->unit, unit, sizeof unit);
    snprintf(ret, n, "%.20s %s", value, unit);
}

#define CHECK_OF_WORDS "sender_text" /* its note quotes what was expected and what was read */

/* "Rafeligheid van randen (het logo), voorkant: verwacht 0,1 tot 0,3 (n = 20); gezien 0,9 µm" */
static void reading_words(const struct sheet_data *data, const struct reading *reading,
                          struct buf *ret)
{
    char words[128];
    check_text(data->lang, reading->check, words, sizeof words);
    buf_puts(ret, words);
    element_text(data->lang, reading->element, words, sizeof words);
    buf_puts(ret, " (");
    buf_puts(ret, words);
    buf_puts(ret, "): ");
    buf_puts(ret, say(data->lang, T_sheet_expected));
    buf_puts(ret, " ");
    range_text(data, reading, words, sizeof words);
    buf_puts(ret, words);
    buf_puts(ret, "; ");
    buf_puts(ret, say(data->lang, T_sheet_seen));
    buf_puts(ret, " ");
    seen_text(data, reading, words, sizeof words);
    buf_puts(ret, words);
    /* Other checks' notes are for experts and in English: they stay on the page. */
    if (reading->note[0] && strcmp(reading->check, CHECK_OF_WORDS) == 0) {
        buf_puts(ret, ". ");
        buf_puts(ret, reading->note);
    }
}

/* All words of a finding below its sentence. */
static void finding_words(const struct sheet_data *data, const struct finding *finding,
                          struct buf *ret)
{
    for (int i = 0; i < finding->n_readings && i < READINGS_ON_PAPER; i++) {
        if (i)
            buf_puts(ret, "\n");
        reading_words(data, finding->reading[i], ret);
    }
}

static void one_picture(struct paper *paper, const struct sheet_data *data, const double box[4],
                        enum text_key name, const char *crop)
{
    double x = box[0], y = box[1], w = box[2], h = box[3], top = y + CAPTION_HEIGHT;
    paper_text(paper, x, y, w, STYLE_SMALL, say(data->lang, name));
    const struct buf *bytes = sheet_picture(data, item_file(&data->item, crop));
    if (bytes && paper_picture(paper, x, top, w, h, bytes))
        return;
    paper_fill(paper, x, top, w, h, 0.95);
    paper_text(paper, x + 2, top + h / 2 - 1.5, w - 4, STYLE_SMALL,
               say(data->lang, T_nothing_to_show));
}

/* Two pictures side by side, the first one's upper left corner at x, y. */
static void picture_pair(struct paper *paper, const struct sheet_data *data, double x, double y,
                         double w, double h, const enum text_key name[2], const char *const crop[2])
{
    for (int k = 0; k < 2; k++) {
        const double box[4] = {x + k * (w + PAIR_GAP), y, w, h};
        one_picture(paper, data, box, name[k], crop[k]);
    }
}

static void reading_pair(struct paper *paper, const struct sheet_data *data,
                         const struct reading *reading, double x, double y, double w, double h)
{
    bool close_up = reading->crop_shows != CROP_ELEMENT;
    const enum text_key ours = reading->expected_is_mean ? T_print_mean : T_print_ours;
    const enum text_key name[2] = {close_up ? ours : T_expected, T_seen};
    const char *const crop[2] = {reading->crop_expected, reading->crop_seen};
    picture_pair(paper, data, x, y, w, h, name, crop);
}

/* The number of the first finding with the same pictures of print close up; 0 when the finding has
 * none. */
static int close_up_at(const struct sheet_data *data, const struct finding *finding)
{
    const struct screening *screening = &data->item.screening;
    int pair = finding->pictured ? print_pair_number(screening, finding->pictured) : 0;
    for (int i = 0; pair && i < data->n_findings; i++) {
        const struct reading *other = data->finding[i].pictured;
        if (other && print_pair_number(screening, other) == pair)
            return data->finding[i].number;
    }
    return 0;
}

static void refer_to(const struct sheet_data *data, int number, struct buf *ret)
{
    buf_puts(ret, ret->len ? "\n" : "");
    buf_puts(ret, say(data->lang, T_sheet_pictures_at));
    buf_printf(ret, " %d", number);
}

/* Pictures of an element stand beside the words, print close up below them and once. */
static void one_finding(struct paper *paper, const struct sheet_data *data,
                        const struct finding *finding)
{
    char sentence[REASON_SIZE * 4], number[16];
    struct buf words = {0};
    int close_up = close_up_at(data, finding);
    bool beside = finding->pictured && !close_up, below = close_up == finding->number;
    double width = (beside ? TEXT_WIDTH : PAPER_INNER) - NUMBER_WIDTH;
    reason_text(data->lang, finding->reason, sentence, sizeof sentence);
    snprintf(number, sizeof number, "%d", finding->number);
    finding_words(data, finding, &words);
    if (close_up && !below)
        refer_to(data, close_up, &words);
    double head = paper_text_height(paper, width, STYLE_BOLD, sentence) + 0.6;
    double body = words.len ? paper_text_height(paper, width, STYLE_NOTE, words.data) : 0;
    double text = head + body, pictures = beside ? CAPTION_HEIGHT + PICTURE_HEIGHT : 0;
    double height = text > pictures ? text : pictures;
    const char *legend = below ? close_up_explained(data->lang, finding->pictured->crop_shows) : "";
    double close = PAIR_GAP + CAPTION_HEIGHT + CLOSE_UP_HEIGHT + 1;
    double enlarged = below ? close + paper_text_height(paper, width, STYLE_NOTE, legend) : 0;
    paper_need(paper, height + enlarged + BLOCK_GAP);
    double x = PAPER_MARGIN, y = paper->y;
    paper_text(paper, x, y, NUMBER_WIDTH, STYLE_BOLD, number);
    paper_text(paper, x + NUMBER_WIDTH, y, width, STYLE_BOLD, sentence);
    if (words.len)
        paper_text(paper, x + NUMBER_WIDTH, y + head, width, STYLE_NOTE, words.data);
    if (beside)
        reading_pair(paper, data, finding->pictured, x + TEXT_WIDTH + PAIR_GAP, y, PICTURE_WIDTH,
                     PICTURE_HEIGHT);
    if (below) {
        reading_pair(paper, data, finding->pictured, x + NUMBER_WIDTH, y + height + PAIR_GAP,
                     CLOSE_UP_WIDTH, CLOSE_UP_HEIGHT);
        paper_text(paper, x + NUMBER_WIDTH, y + height + close, width, STYLE_NOTE, legend);
    }
    paper->y += height + enlarged + BLOCK_GAP / 2;
    paper_line(paper, PAPER_MARGIN, paper->y, PAPER_WIDTH - PAPER_MARGIN, paper->y, 0.8);
    paper->y += BLOCK_GAP / 2;
    buf_finish(&words);
}

static void tracking_dots(struct paper *paper, const struct sheet_data *data)
{
    static const enum text_key name[2] = {T_dots_scan, T_dots_seen};
    const struct screening *screening = &data->item.screening;
    const char *const crop[2] = {screening->dots.crop_scan, screening->dots.crop_dots};
    double x = PAPER_MARGIN + NUMBER_WIDTH, width = PAPER_INNER - NUMBER_WIDTH;
    char says[DOTS_TEXT_SIZE];
    if (!crop[1][0])
        return;
    dots_text(data->lang, screening, says, sizeof says);
    const char *own = say(data->lang, T_dots_own);
    double head =
        paper_text_height(paper, width, STYLE_BOLD, say(data->lang, T_tracking_dots)) + 0.6;
    double body = paper_text_height(paper, width, STYLE_NOTE, says);
    double note = paper_text_height(paper, width, STYLE_NOTE, own);
    double pictures = PAIR_GAP + CAPTION_HEIGHT + DOTS_HEIGHT;
    paper_need(paper, head + body + note + pictures + BLOCK_GAP);
    double y = paper->y;
    paper_text(paper, x, y, width, STYLE_BOLD, say(data->lang, T_tracking_dots));
    paper_text(paper, x, y + head, width, STYLE_NOTE, says);
    paper_text(paper, x, y + head + body, width, STYLE_NOTE, own);
    picture_pair(paper, data, x, y + head + body + note + PAIR_GAP, CLOSE_UP_WIDTH, DOTS_HEIGHT,
                 name, crop);
    paper->y += head + body + note + pictures + BLOCK_GAP;
}

void sheet_findings(struct paper *paper, const struct sheet_data *data)
{
    char line[256];
    paper_section(paper, data->lang, 7, T_sheet_part_7, 2 * PICTURE_HEIGHT);
    snprintf(line, sizeof line, "%s: %s", say(data->lang, T_sheet_outcome),
             verdict_text(data->lang, data->item.row.verdict));
    paper_paragraph(paper, STYLE_BOLD, line);
    paper->y += 1;
    if (data->n_findings == 0)
        paper_paragraph(paper, STYLE_BODY, say(data->lang, T_no_findings));
    for (int i = 0; i < data->n_findings; i++)
        one_finding(paper, data, &data->finding[i]);
    tracking_dots(paper, data);
}

#define THUMB_WIDTH 62.0
#define THUMB_HEIGHT 44.0

static void file_words(const struct sheet_data *data, const struct reg_file *file,
                       enum text_key name, struct buf *ret)
{
    char size[NUMBER_TEXT_SIZE];
    if (!file)
        return;
    size_text(data->lang, file->size, size);
    buf_puts(ret, say(data->lang, name));
    buf_puts(ret, " ");
    buf_puts(ret, file->name);
    buf_puts(ret, ", ");
    buf_puts(ret, size);
    buf_puts(ret, "\nSHA-256 ");
    buf_puts(ret, file->sha256);
    if (file->sha256_pixels[0]) {
        buf_puts(ret, "\n");
        buf_puts(ret, say(data->lang, T_sheet_pixels));
        buf_puts(ret, " ");
        buf_puts(ret, file->sha256_pixels);
    }
    buf_puts(ret, "\n");
}

static void one_image(struct paper *paper, const struct sheet_data *data, enum text_key name,
                      const struct reg_file *shown, const struct reg_file *kept)
{
    if (!shown && !kept)
        return;
    struct buf words = {0};
    double width = PAPER_INNER - THUMB_WIDTH - 5, x = PAPER_MARGIN + THUMB_WIDTH + 5;
    file_words(data, kept, T_sheet_original, &words);
    file_words(data, shown, T_sheet_thumbnail, &words);
    double text = words.len ? paper_text_height(paper, width, STYLE_MONO, words.data) + 6 : 6;
    double height = text > THUMB_HEIGHT ? text : THUMB_HEIGHT;
    paper_need(paper, height + BLOCK_GAP);
    const struct buf *bytes = sheet_picture(data, shown);
    if (!bytes || !paper_picture(paper, PAPER_MARGIN, paper->y, THUMB_WIDTH, THUMB_HEIGHT, bytes))
        paper_fill(paper, PAPER_MARGIN, paper->y, THUMB_WIDTH, THUMB_HEIGHT, 0.95);
    paper_text(paper, x, paper->y, width, STYLE_BOLD, say(data->lang, name));
    if (words.len)
        paper_text(paper, x, paper->y + 5.5, width, STYLE_MONO, words.data);
    paper->y += height + BLOCK_GAP;
    buf_finish(&words);
}

/* What tells the envelope's way, but for the label: side by side, named by what it tells. */
static void journey_images(struct paper *paper, const struct sheet_data *data)
{
    const struct screening *screening = &data->item.screening;
    double x = PAPER_MARGIN;
    for (int i = 0; i < screening->n_events; i++) {
        const struct screening_event *event = &screening->event[i];
        const struct buf *bytes = sheet_picture(data, item_file(&data->item, event->crop));
        if (screening_event_by_label(event) || !bytes)
            continue;
        if (x + THUMB_WIDTH > PAPER_WIDTH - PAPER_MARGIN) {
            x = PAPER_MARGIN;
            paper->y += THUMB_HEIGHT + CAPTION_HEIGHT + BLOCK_GAP;
        }
        if (x == PAPER_MARGIN)
            paper_need(paper, THUMB_HEIGHT + CAPTION_HEIGHT + BLOCK_GAP);
        paper_text(paper, x, paper->y, THUMB_WIDTH, STYLE_SMALL,
                   stage_text(data->lang, event->stage));
        paper_picture(paper, x, paper->y + CAPTION_HEIGHT, THUMB_WIDTH, THUMB_HEIGHT, bytes);
        x += THUMB_WIDTH + PAIR_GAP;
    }
    if (x > PAPER_MARGIN)
        paper->y += THUMB_HEIGHT + CAPTION_HEIGHT + BLOCK_GAP;
}

void sheet_images(struct paper *paper, const struct sheet_data *data)
{
    static const enum text_key names[SIDE_COUNT] = {T_front, T_back};
    const struct screening *screening = &data->item.screening;
    paper_section(paper, data->lang, 8, T_sheet_part_8, THUMB_HEIGHT);
    for (int i = 0; i < SIDE_COUNT; i++) {
        enum side_name side = side_shown(screening, i);
        one_image(paper, data, names[i], item_file(&data->item, screening->preview[side]),
                  item_image(&data->item, side));
    }
    const struct reg_file *sticker = item_file(&data->item, screening->returned.crop);
    if (sticker)
        one_image(paper, data, T_sticker_alt, sticker, NULL);
    journey_images(paper, data);
}
