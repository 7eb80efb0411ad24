/* Part 7, after the findings: how the print was made, as a calibrated likelihood ratio with the
 * numbers of sheets it rests on. Without one nothing stands here: an uncalibrated number never goes
 * on paper. */
#include "web/sheet/sheet.h"

#define RATIO_TEXT_SIZE 640
#define KEEP_MM 24.0

void sheet_ratio(struct paper *paper, const struct sheet_data *data)
{
    const struct screening *screening = &data->item.screening;
    char words[RATIO_TEXT_SIZE];
    if (!screening->technology.has_log10_lr)
        return;
    paper_need(paper, KEEP_MM);
    paper->y += 1;
    paper_paragraph(paper, STYLE_BOLD, say(data->lang, T_ratio_title));
    ratio_text(data->lang, screening, words, sizeof words);
    paper_paragraph(paper, STYLE_BODY, words);
    ratio_basis_text(data->lang, screening, words, sizeof words);
    paper_paragraph(paper, STYLE_NOTE, words);
}
