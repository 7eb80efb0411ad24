#include "tests/simulator/truth.h"

#include "schemas/base/buf.h"

#include <stdio.h>

const char truth_header[] = "id\tfront\tback\tdpi\tkind\tfirm\tformat\tsize_"
                            "mm\treturned\tcountry\toperator\treason\ttechnology\t"
                            "deviations\tcovered\torientation\tswapped\tdots\tsticker\telements\tpr"
                            "inter\tused\tto_us\tfront_px\tback_px\tnuisances\tstranger\n";

void truth_deviations(const struct plan *plan, char *ret, size_t size)
{
    struct deviations d = plan->deviations;
    deviations_limit(&d, firm_has(&plan->firm)); /* what never was cannot be missing */
    char list[DEVIATION_LIST_SIZE];
    bool print = plan->kind == KIND_IMITATION && plan->tech != TECH_OFFSET;
    deviations_list(&d, list, sizeof list);
    snprintf(ret, size, "%s%s%s", print ? "print_differs" : "", print && *list ? "," : "", list);
}

static void put_box(struct buf *buf, struct box box)
{
    buf_printf(buf, "%.2f,%.2f,%.2f,%.2f", box.x, box.y, box.w, box.h);
}

static void put_affine(struct buf *buf, const struct affine *m)
{
    buf_printf(buf, "\t%.6f,%.6f,%.6f,%.6f,%.3f,%.3f", m->a, m->b, m->c, m->d, m->tx, m->ty);
}

void truth_line(struct buf *buf, const struct plan *plan, const struct truth *t)
{
    bool own = plan->kind != KIND_OTHER;
    buf_printf(buf, "%s\t%s\t%s\t%g\t%s\t%s\t%s\t%.2fx%.2f\t%d\t%s\t%s\t%s\t%s\t%s\t", plan->id,
               t->files[0], t->files[1], t->dpi, kind_names[plan->kind], own ? plan->firm.key : "",
               format_facts[plan->format].name, t->w_mm, t->h_mm, plan->returned, t->country,
               t->operator_, t->reason, plan->elements ? tech_names[plan->tech] : "",
               t->deviations);
    bool first = true;
    for (int i = 0; i < t->n_elements; i++)
        if (t->element[i].covered > 0) {
            buf_printf(buf, "%s%s:%.2f", first ? "" : ";", t->element[i].name,
                       t->element[i].covered);
            first = false;
        }
    buf_printf(buf, "\t%d\t%d\t%s\t", plan->feed.orientation, plan->swapped, t->dots);
    if (plan->returned) {
        buf_printf(buf, "%s@%s:", t->sticker_style,
                   t->sticker_side == ART_FRONT ? "front" : "back");
        put_box(buf, t->sticker_box);
        buf_printf(buf, ",%.1f", t->sticker_angle);
    }
    buf_putc(buf, '\t');
    for (int i = 0; i < t->n_elements; i++) {
        buf_printf(buf, "%s%s@%s:", i ? ";" : "", t->element[i].name,
                   t->element[i].side == ART_FRONT ? "front" : "back");
        put_box(buf, t->element[i].box);
    }
    buf_printf(buf, "\t%lu\t%d\t%d", plan->printer, plan->used, plan->to_us);
    put_affine(buf, &t->page_to_px[0]);
    put_affine(buf, &t->page_to_px[1]);
    buf_printf(buf, "\t%s\t%s\n", t->nuisances, !own && plan->elements ? plan->firm.key : "");
}
