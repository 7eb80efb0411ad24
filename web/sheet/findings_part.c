/* Part 7: each finding as an observation: feature, what the firm's own envelopes show, what this
 * one shows, and the two pictures. Part 8: the photographs with the hashes of the files they were
 * made from. */
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

static void one_picture(struct paper *paper, const struct sheet_data *data, double x, double y,
                        enum text_key name, const char *crop)
{
    paper_text(paper, x, y, PICTURE_WIDTH, STYLE_SMALL, say(data->lang, name));
    const struct buf *bytes = sheet_picture(data, item_file(&data->item, crop));
    double top = y + CAPTION_HEIGHT;
    if (bytes && paper_picture(paper, x, top, PICTURE_WIDTH, PICTURE_HEIGHT, bytes))
        return;
    paper_fill(paper, x, top, PICTURE_WIDTH, PICTURE_HEIGHT, 0.95);
    paper_text(paper, x + 2, top + PICTURE_HEIGHT / 2 - 1.5, PICTURE_WIDTH - 4, STYLE_SMALL,
               say(data->lang, T_nothing_to_show));
}

static void one_finding(struct paper *paper, const struct sheet_data *data,
                        const struct finding *finding)
{
    char sentence[REASON_SIZE * 4], number[16];
    struct buf words = {0};
    double width = finding->pictured ? TEXT_WIDTH : PAPER_INNER;
    reason_text(data->lang, finding->reason, sentence, sizeof sentence);
    snprintf(number, sizeof number, "%d", finding->number);
    finding_words(data, finding, &words);
    width -= NUMBER_WIDTH;
    double head = paper_text_height(paper, width, STYLE_BOLD, sentence) + 0.6;
    double body = words.len ? paper_text_height(paper, width, STYLE_NOTE, words.data) : 0;
    double pictures = finding->pictured ? CAPTION_HEIGHT + PICTURE_HEIGHT : 0;
    double height = head + body > pictures ? head + body : pictures;
    paper_need(paper, height + BLOCK_GAP);
    double x = PAPER_MARGIN, y = paper->y;
    paper_text(paper, x, y, NUMBER_WIDTH, STYLE_BOLD, number);
    paper_text(paper, x + NUMBER_WIDTH, y, width, STYLE_BOLD, sentence);
    if (words.len)
        paper_text(paper, x + NUMBER_WIDTH, y + head, width, STYLE_NOTE, words.data);
    if (finding->pictured) {
        x += TEXT_WIDTH + PAIR_GAP;
        one_picture(paper, data, x, y, T_expected, finding->pictured->crop_expected);
        one_picture(paper, data, x + PICTURE_WIDTH + PAIR_GAP, y, T_seen,
                    finding->pictured->crop_seen);
    }
    paper->y += height + BLOCK_GAP / 2;
    paper_line(paper, PAPER_MARGIN, paper->y, PAPER_WIDTH - PAPER_MARGIN, paper->y, 0.8);
    paper->y += BLOCK_GAP / 2;
    buf_finish(&words);
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
}
