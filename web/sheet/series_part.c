/* The end of part 7: which other envelopes share this one's deviations. An officer who took one of
 * them along before finds its number here. It says what they share and that this proves nothing. */
#include "web/sheet/sheet.h"

#include "web/text/series_text.h"

#include <ctype.h>
#include <stdio.h>

#define OTHERS_SHOWN 24  /* two lines; the page of the series has all */
#define HEAD_HEIGHT 16.0 /* mm: the title stays with the sentence below it */
#define BLOCK_GAP 1.5

/* "Ook in deze reeks: item 3, 7, 12" */
static void others(struct paper *paper, const struct sheet_data *data)
{
    const struct series *series = data->series;
    struct buf line = {0};
    int shown = 0;
    buf_printf(&line, "%s %s", say(data->lang, T_series_others), say(data->lang, T_series_items));
    for (int i = 0; i < series->n_members && shown < OTHERS_SHOWN; i++)
        if (series->member[i].item != data->item.row.item)
            buf_printf(&line, "%s %lld", shown++ ? "," : "", (long long)series->member[i].item);
    if (shown < series->n_members - 1)
        buf_puts(&line, ", …");
    if (line.data)
        paper_paragraph(paper, STYLE_BODY, line.data);
    buf_finish(&line);
}

static void shared(struct paper *paper, const struct sheet_data *data)
{
    const struct series *series = data->series;
    char words[SERIES_TEXT_SIZE], share[SERIES_TEXT_SIZE], line[2 * SERIES_TEXT_SIZE + 16];
    snprintf(line, sizeof line, "%s:", say(data->lang, T_series_shared));
    paper_paragraph(paper, STYLE_BODY, line);
    for (int i = 0; i < series->n_reasons; i++) {
        series_reason_text(data->lang, &series->reason[i], words);
        series_share_text(data->lang, series, i, share);
        words[0] = (char)toupper((unsigned char)words[0]);
        snprintf(line, sizeof line, "•  %s, %s", words, share);
        paper_paragraph(paper, STYLE_BODY, line);
    }
}

void sheet_series(struct paper *paper, const struct sheet_data *data)
{
    const struct series *series = data->series;
    char title[SERIES_TEXT_SIZE];
    if (!series)
        return;
    paper_need(paper, HEAD_HEIGHT);
    paper->y += BLOCK_GAP;
    series_title_text(data->lang, series, title);
    paper_paragraph(paper, STYLE_BOLD, title);
    paper_paragraph(
        paper, STYLE_BODY,
        say(data->lang, series->strong ? T_series_lead_strong : T_series_lead_possible));
    shared(paper, data);
    others(paper, data);
    paper_paragraph(paper, STYLE_NOTE, say(data->lang, T_series_limit));
}
