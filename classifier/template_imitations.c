#include "classifier/template_imitations.h"

#include "classifier/print_vector.h"
#include "classifier/screen.h"
#include "schemas/base/err.h"
#include "schemas/base/text.h"
#include "schemas/template_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What learning reads besides the sheet. */
struct lesson {
    struct screener *screener;
    const char *technology;
    struct template_data *data;
    struct screening *screening; /* of the sheet at hand */
};

/* Whether the sheet at hand can be learnt from at all. */
static bool can_be_learnt(const struct lesson *lesson, struct err *err)
{
    const struct template_data *data = lesson->data;
    bool centred = false;
    for (int i = 0; i < data->n_elements; i++)
        for (int k = 0; k < data->element[i].n_stats; k++)
            centred |= data->element[i].stat[k].has_centre;
    if (!centred)
        return err_set(err, "the template says nothing about print: it was enrolled by an older "
                            "version, or from scans that are too coarse; enrol again");
    if (lesson->screening->verdict == VERDICT_OTHER)
        return err_set(err, "none of the template's elements is recognised on it; scan the printed "
                            "side of a test print of this template");
    return print_vector_measures(lesson->screening, PRINT_IMITATION, data) >= PRINT_MEASURES_MIN ||
           err_set(err,
                   "too little of its print can be measured; scan at %.0f dpi, and not as JPEG",
                   data->dpi);
}

static void learn_one(const struct lesson *lesson, const struct enrol_sample *sheet,
                      struct imitation_answer *answer)
{
    const struct screen_input input = {
        .id = sheet->id,
        .path = {sheet->path[SIDE_FRONT], sheet->path[SIDE_BACK]},
        .dpi = sheet->dpi,
    };
    struct print_sheet print = {.origin = PRINT_IMITATION};
    struct err why = {""};
    text_copy_utf8(print.group, sizeof print.group, sheet->group ? sheet->group : "");
    text_copy_utf8(print.technology, sizeof print.technology, lesson->technology);
    answer->taken = screen_files(lesson->screener, &input, lesson->screening, &why) &&
                    can_be_learnt(lesson, &why) &&
                    template_note_scan(lesson->data, sheet->id, input.path[SIDE_FRONT], &why) &&
                    print_vector_learn(lesson->screening, &print, lesson->data);
    answer->looks_genuine = answer->taken && lesson->screening->verdict == VERDICT_GENUINE;
    snprintf(answer->why, sizeof answer->why, "%s", answer->taken ? "" : why.text);
}

static int count_printers(const struct enrol_sample *sheet, const struct imitation_answer *answer,
                          int n)
{
    int printers = 0;
    for (int i = 0; i < n; i++) {
        bool first = answer[i].taken;
        for (int j = 0; first && j < i; j++)
            first = !(answer[j].taken && strcmp(sheet[i].group ? sheet[i].group : "",
                                                sheet[j].group ? sheet[j].group : "") == 0);
        printers += first;
    }
    return printers;
}

bool template_learn_imitations(const char *dir, const struct enrol_sample *sheet, int n,
                               const char *technology, const char *data_dir,
                               struct imitation_answer *ret, struct template_data *ret_after,
                               struct err *err)
{
    struct template_work work;
    struct screening *screening = calloc(1, sizeof *screening);
    if (!screening)
        return err_set(err, "out of memory");
    if (!template_begin(dir, &work, err)) {
        free(screening);
        return false;
    }
    const char *const dirs[] = {work.dir};
    const struct screener_options options = {
        .template_dir = dirs, .n_templates = 1, .data_dir = data_dir};
    struct lesson lesson = {.technology = technology, .data = ret_after, .screening = screening};
    bool ok =
        template_read(work.dir, ret_after, err) && screener_create(&options, &lesson.screener, err);
    int taken = 0;
    for (int i = 0; ok && i < n; i++) {
        learn_one(&lesson, &sheet[i], &ret[i]);
        taken += ret[i].taken;
    }
    if (ok && taken) {
        char change[sizeof ret_after->change];
        int printers = count_printers(sheet, ret, n);
        snprintf(change, sizeof change, "%d test print%s of %d printer%s learnt as imitations",
                 taken, taken == 1 ? "" : "s", printers, printers == 1 ? "" : "s");
        ok = template_commit(&work, work.dir, ret_after, change, err);
    } else {
        template_abandon(&work);
    }
    screener_destroy(lesson.screener);
    free(screening);
    return ok;
}
