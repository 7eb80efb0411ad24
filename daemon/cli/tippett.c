#include "daemon/cli/tippett.h"

#include "schemas/base/buf.h"

#include <stddef.h>

/* px of the drawing */
#define WIDTH 720.0
#define HEIGHT 480.0
#define LEFT 70.0
#define RIGHT 20.0
#define TOP 56.0
#define BOTTOM 62.0
#define STEPS 400 /* of a curve: finer than a pixel */
#define SHARE_TICKS 5

static double x_of(double log10_lr, double end)
{
    return LEFT + (log10_lr + end) / (2 * end) * (WIDTH - LEFT - RIGHT);
}

static double y_of(double share)
{
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM);
}

double tippett_share(const struct trial *trial, int n, bool imitation, double log10_lr)
{
    int alike = 0, above = 0;
    for (int i = 0; i < n; i++)
        if (trial[i].imitation == imitation) {
            alike++;
            above += trial[i].log10_lr > log10_lr;
        }
    return alike ? (double)above / alike : 0;
}

static void put_escaped(struct buf *ret, const char *text)
{
    for (; *text; text++)
        switch (*text) {
        case '&':
            buf_puts(ret, "&amp;");
            break;
        case '<':
            buf_puts(ret, "&lt;");
            break;
        default:
            buf_putc(ret, *text);
        }
}

static void put_axes(double end, struct buf *ret)
{
    for (int k = 0; k <= SHARE_TICKS; k++) {
        double y = y_of((double)k / SHARE_TICKS);
        buf_printf(ret,
                   "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#ddd\"/>\n"
                   "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%d %%</text>\n",
                   LEFT, y, WIDTH - RIGHT, y, LEFT - 8, y + 4, 100 * k / SHARE_TICKS);
    }
    for (int k = -(int)end; k <= (int)end; k++) {
        double x = x_of(k, end);
        buf_printf(ret,
                   "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>\n"
                   "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%d</text>\n",
                   x, TOP, x, HEIGHT - BOTTOM, k == 0 ? "#444" : "#ddd", x, HEIGHT - BOTTOM + 18,
                   k);
    }
    buf_printf(ret,
               "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">log10 of the likelihood ratio "
               "(right of 0: more likely on an imitation)</text>\n",
               (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 18);
}

static void put_curve(const struct trial *trial, int n, bool imitation, double end,
                      const char *colour, const char *dash, struct buf *ret)
{
    buf_printf(ret, "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2.5\"%s points=\"",
               colour, dash);
    for (int k = 0; k <= STEPS; k++) {
        double at = -end + 2 * end * k / STEPS;
        buf_printf(ret, "%.1f,%.1f ", x_of(at, end), y_of(tippett_share(trial, n, imitation, at)));
    }
    buf_puts(ret, "\"/>\n");
}

void tippett_svg(const struct trial *trial, int n, double end, const char *title, struct buf *ret)
{
    static const struct {
        const char *colour, *dash, *name;
        bool imitation;
    } curves[] = {{"#b3261e", "", "test prints (imitations)", true},
                  {"#1b5e9a", " stroke-dasharray=\"8 4\"", "genuine envelopes", false}};
    buf_printf(ret,
               "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" width=\"%.0f\" "
               "height=\"%.0f\" font-family=\"sans-serif\" font-size=\"13\">\n"
               "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n<text x=\"%.1f\" y=\"22\" "
               "font-size=\"16\" font-weight=\"bold\">",
               WIDTH, HEIGHT, WIDTH, HEIGHT, LEFT);
    put_escaped(ret, title);
    buf_puts(ret, "</text>\n");
    put_axes(end, ret);
    for (size_t k = 0; k < sizeof curves / sizeof *curves; k++) {
        double x = LEFT + 260 * (double)k, y = TOP - 16;
        put_curve(trial, n, curves[k].imitation, end, curves[k].colour, curves[k].dash, ret);
        buf_printf(ret,
                   "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" "
                   "stroke-width=\"2.5\"%s/>\n<text x=\"%.1f\" y=\"%.1f\">%s told more</text>\n",
                   x, y, x + 32, y, curves[k].colour, curves[k].dash, x + 40, y + 4,
                   curves[k].name);
    }
    buf_puts(ret, "</svg>\n");
}
