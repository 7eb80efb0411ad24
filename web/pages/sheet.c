#include "web/page.h"

#include <stdio.h>
#include <stdlib.h>

void page_sheet(const struct request *request, struct response *ret)
{
    struct err err = {0};
    pthread_mutex_lock(request->site->heavy);
    bool made = web_handover_sheet(request->reg, strtoll(request->argument, NULL, 10),
                                   lang_code(request->lang), &ret->body, &err);
    pthread_mutex_unlock(request->site->heavy);
    if (!made) {
        response_error(request, 404, err.text, ret);
        return;
    }
    ret->type = "application/pdf";
    snprintf(ret->disposition, sizeof ret->disposition,
             "inline; filename=\"postwacht-item-%.18s-%s.pdf\"", request->argument,
             request->lang == LANG_EN ? "handover" : "overdracht");
}
