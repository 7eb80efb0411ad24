#include "web/page.h"

#include <stdio.h>
#include <stdlib.h>

/* The export holds the sheet as well, in Dutch: the language of the form that is signed. */
static bool make_export(struct reg *reg, int64_t item, const struct series *series, struct buf *ret,
                        struct err *err)
{
    struct buf pdf = {0};
    if (!web_handover_sheet(reg, item, series, lang_code(LANG_NL), &pdf, err)) {
        buf_finish(&pdf);
        return false;
    }
    struct reg_extra sheet = {.name = "sheet.pdf", .bytes = pdf.data, .n = pdf.len};
    bool made = reg_export_item(reg, item, &sheet, 1, ret, err);
    buf_finish(&pdf);
    return made;
}

void page_export(const struct request *request, struct response *ret)
{
    int64_t item = strtoll(request->argument, NULL, 10);
    struct series series;
    struct err err = {0};
    request_series(request, item, &series);
    pthread_mutex_lock(request->site->heavy);
    bool made = make_export(request->reg, item, &series, &ret->body, &err);
    pthread_mutex_unlock(request->site->heavy);
    series_finish(&series);
    if (!made) {
        response_error(request, 404, err.text, ret);
        return;
    }
    ret->type = "application/zip";
    snprintf(ret->disposition, sizeof ret->disposition,
             "attachment; filename=\"postwacht-item-%.18s.zip\"", request->argument);
}
