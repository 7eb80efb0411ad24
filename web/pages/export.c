#include "web/page.h"

#include <stdio.h>
#include <stdlib.h>

/* The export holds the sheet as well, in Dutch: the language of the form that is signed. */
static bool make_export(struct reg *reg, int64_t item, struct buf *ret, struct err *err)
{
    struct buf pdf = {0};
    if (!web_handover_sheet(reg, item, lang_code(LANG_NL), &pdf, err)) {
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
    struct err err = {0};
    pthread_mutex_lock(request->site->heavy);
    bool made = make_export(request->reg, strtoll(request->argument, NULL, 10), &ret->body, &err);
    pthread_mutex_unlock(request->site->heavy);
    if (!made) {
        response_error(request, 404, err.text, ret);
        return;
    }
    ret->type = "application/zip";
    snprintf(ret->disposition, sizeof ret->disposition,
             "attachment; filename=\"postwacht-item-%.18s.zip\"", request->argument);
}
