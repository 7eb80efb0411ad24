/* Parts 18 and 19: the checkpoint that makes this paper an anchor of the register (as text, by
 * which an expert checks, and as a QR code, by which nobody has to type it), and what all this does
 * not prove. */
#include "web/sheet/sheet.h"

#include <stdio.h>

#define COUNT(a) ((int)(sizeof(a) / sizeof(*(a))))
#define QR_SIDE 44.0 /* about 60 modules with border: 0.7 mm each, any phone reads that */
#define HEX_GROUP 4
#define GROUPED_SIZE 96

/* "ab12 cd34 ..." */
static void grouped(const char *hex, char ret[GROUPED_SIZE])
{
    size_t len = 0;
    for (size_t i = 0; hex[i] && len + 3 < GROUPED_SIZE; i++) {
        if (i && i % HEX_GROUP == 0)
            ret[len++] = ' ';
        ret[len++] = hex[i];
    }
    ret[len] = '\0';
}

static double labelled(struct paper *paper, enum lang lang, double y, double width,
                       enum text_key key, enum style style, const char *text)
{
    char label[LABEL_SIZE];
    paper_label(lang, key, label);
    double height = paper_text(paper, PAPER_MARGIN, y, width, STYLE_SMALL, label);
    height += paper_text(paper, PAPER_MARGIN, y + height, width, style, text);
    return height + 1.6;
}

static void checkpoint(struct paper *paper, const struct sheet_data *data)
{
    const struct reg_checkpoint *cp = &data->checkpoint;
    char root[GROUPED_SIZE], key[GROUPED_SIZE], size[24];
    double width = PAPER_INNER - QR_SIDE - 6, y;
    grouped(cp->root_hex, root);
    grouped(cp->key_fingerprint, key);
    snprintf(size, sizeof size, "%lld", (long long)cp->size);
    paper_section(paper, data->lang, 18, T_sheet_part_18, QR_SIDE + 30);
    double top = paper->y;
    y = top + labelled(paper, data->lang, top, width, T_origin, STYLE_MONO, cp->origin);
    y += labelled(paper, data->lang, y, width, T_entries, STYLE_MONO, size);
    y += labelled(paper, data->lang, y, width, T_root, STYLE_MONO, root);
    y += labelled(paper, data->lang, y, width, T_key_fingerprint, STYLE_MONO, key);
    y += labelled(paper, data->lang, y, width, T_checkpoint_whole, STYLE_MONO, cp->text);
    double x = PAPER_WIDTH - PAPER_MARGIN - QR_SIDE;
    if (!sheet_qr(paper, x, top, QR_SIDE, cp->text))
        paper_text(paper, x, top, QR_SIDE, STYLE_SMALL, say(data->lang, T_sheet_no_qr));
    paper->y = y > top + QR_SIDE ? y : top + QR_SIDE;
    const struct field previous[] = {{FIELD_LINE, T_previous_size, NULL, 0.3},
                                     {FIELD_LINE, T_previous_root, NULL, 0.7}};
    paper_fields(paper, data->lang, previous, COUNT(previous));
}

void sheet_checkpoint(struct paper *paper, const struct sheet_data *data)
{
    static const enum text_key steps[] = {T_check_step_1, T_check_step_2, T_check_step_3,
                                          T_check_step_4};
    checkpoint(paper, data);
    paper_section(paper, data->lang, 19, T_sheet_part_19, 30);
    for (int i = 0; i < COUNT(steps); i++) {
        char line[320];
        snprintf(line, sizeof line, "%d.  %s", i + 1, say(data->lang, steps[i]));
        paper_paragraph(paper, STYLE_BODY, line);
    }
    paper->y += 1.5;
    paper_paragraph(paper, STYLE_BOLD, say(data->lang, T_sheet_limits_title));
    paper_paragraph(paper, STYLE_BODY, say(data->lang, T_limits));
    paper_paragraph(paper, STYLE_BODY, say(data->lang, T_sheet_limits));
}
