#include "web/sheet/sheet.h"

#include <qrencode.h>
#include <string.h>

#define QUIET_MODULES 4 /* ISO/IEC 18004 asks for this free border */

bool sheet_qr(struct paper *paper, double x, double y, double side, const char *text)
{
    QRcode *code =
        QRcode_encodeData((int)strlen(text), (const unsigned char *)text, 0, QR_ECLEVEL_M);
    if (!code)
        return false;
    double module = side / (code->width + 2 * QUIET_MODULES);
    cairo_set_source_rgb(paper->cr, 0, 0, 0);
    for (int row = 0; row < code->width; row++)
        for (int column = 0; column < code->width; column++)
            if (code->data[row * code->width + column] & 1)
                cairo_rectangle(paper->cr, x + (column + QUIET_MODULES) * module,
                                y + (row + QUIET_MODULES) * module, module, module);
    cairo_tag_begin(paper->cr, "Figure", NULL);
    cairo_fill(paper->cr);
    cairo_tag_end(paper->cr, "Figure");
    QRcode_free(code);
    return true;
}
