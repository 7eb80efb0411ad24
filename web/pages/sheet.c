#include "web/page.h"

#include <stdio.h>
#include <stdlib.h>

void page_sheet(const struct request *request, struct response *ret)
{
    int64_t item = strtoll(request->argument, NULL, 10);
    struct series series;
    struct err err = {0};
    request_series(request, item, &series);
    pthread_mutex_lock(request->site->heavy);
    bool made =
        web_handover_sheet(request->reg, item, &series, lang_code(request->lang), &ret->body, &err);
    pthread_mutex_unlock(request->site->heavy);
    series_finish(&series);
    if (!made) {
        response_error(request, 404, err.text, ret);
        return;
    }
    ret->type = "application/pdf";
    snprintf(ret->disposition, sizeof ret->disposition,
             "inline; filename=\"postwacht-item-%.18s-%s.pdf\"", request->argument,
             request->lang == LANG_EN ? "handover" : "overdracht");
}
