/* zbar is given pictures whose bars stand upright, so its horizontal scan lines are all that is
 * needed. ITF has no check of its own and a part of a code reads as a shorter code, so only the two
 * lengths that post uses are taken, seen on several scan lines; their check digit is told apart. */
#include "imaging/code_list.h"

#include "schemas/base/err.h"

#include <ctype.h>
#include <math.h>
#include <string.h>
#include <zbar.h>

#define LINE_GAP_PX                                                                                \
    2 /* of bar codes, which are tall; a QR code's corners are small when it stands askew */
#define ITF_LINES 2        /* scan lines that must agree, */
#define ITF_LINES_FAILED 4 /* and for digits that fail their check */

/* Leitcode (14 digits) and Identcode (12): weights 4 and 9 in turn from the left, to the next ten.
 */
static bool itf_checks(const char *digits, size_t len)
{
    int sum = 0;
    for (size_t i = 0; i + 1 < len; i++)
        sum += (digits[i] - '0') * (i % 2 ? 9 : 4);
    return (10 - sum % 10) % 10 == digits[len - 1] - '0';
}

static bool is_postal_itf(const char *digits, size_t len)
{
    return (len == 12 || len == 14) && strspn(digits, "0123456789") == len;
}

static void symbol_box(const zbar_symbol_t *symbol, double ret[4])
{
    unsigned n = zbar_symbol_get_loc_size(symbol);
    double low[2] = {HUGE_VAL, HUGE_VAL}, high[2] = {-HUGE_VAL, -HUGE_VAL};
    for (unsigned i = 0; i < n; i++) {
        double at[2] = {zbar_symbol_get_loc_x(symbol, i), zbar_symbol_get_loc_y(symbol, i)};
        for (int k = 0; k < 2; k++) {
            low[k] = fmin(low[k], at[k]);
            high[k] = fmax(high[k], at[k]);
        }
    }
    for (int k = 0; k < 2; k++) {
        ret[k] = n ? low[k] : 0;
        ret[2 + k] = n ? high[k] - low[k] : 0;
    }
}

static bool take_symbol(const struct code_picture *picture, const zbar_symbol_t *symbol,
                        struct code_list *list)
{
    const char *data = zbar_symbol_get_data(symbol);
    size_t len = zbar_symbol_get_data_length(symbol);
    zbar_symbol_type_t type = zbar_symbol_get_type(symbol);
    enum code_check check = CODE_CHECK_NONE;
    if (type == ZBAR_I25) {
        int lines = zbar_symbol_get_quality(symbol);
        if (!is_postal_itf(data, len))
            return false;
        check = itf_checks(data, len) ? CODE_CHECK_OK : CODE_CHECK_FAILED;
        if (lines < (check == CODE_CHECK_OK ? ITF_LINES : ITF_LINES_FAILED))
            return false;
    }
    double box[4];
    symbol_box(symbol, box);
    code_list_add(list, picture,
                  type == ZBAR_CODE128  ? "code128"
                  : type == ZBAR_QRCODE ? "qr"
                                        : "itf",
                  data, len, check, box);
    return true;
}

static bool scan(const struct code_picture *picture, const zbar_symbol_type_t *wanted, int n_wanted,
                 bool both_ways, struct code_list *list, bool *ret_found, struct err *err)
{
    const struct image *grey = &picture->grey;
    zbar_image_scanner_t *scanner = zbar_image_scanner_create();
    zbar_image_t *page = zbar_image_create();
    bool fine = (scanner && page) || err_set(err, "out of memory for reading bar codes");
    *ret_found = false;
    if (fine) {
        zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
        for (int i = 0; i < n_wanted; i++)
            zbar_image_scanner_set_config(scanner, wanted[i], ZBAR_CFG_ENABLE, 1);
        zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_X_DENSITY, both_ways ? 1 : 0);
        zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_Y_DENSITY,
                                      both_ways ? 1 : LINE_GAP_PX);
        zbar_image_set_format(page, zbar_fourcc('Y', '8', '0', '0'));
        zbar_image_set_size(page, (unsigned)grey->width, (unsigned)grey->height);
        zbar_image_set_data(page, grey->data,
                            (unsigned long)grey->width * (unsigned long)grey->height,
                            NULL); /* no handler: the pixels stay ours */
        zbar_scan_image(scanner, page);
        for (const zbar_symbol_t *s = zbar_image_first_symbol(page); s; s = zbar_symbol_next(s))
            *ret_found |= take_symbol(picture, s, list);
    }
    if (page)
        zbar_image_destroy(page);
    if (scanner)
        zbar_image_scanner_destroy(scanner);
    return fine;
}

bool code_bars_read(const struct code_picture *picture, struct code_list *list, bool *ret_found,
                    struct err *err)
{
    static const zbar_symbol_type_t wanted[] = {ZBAR_CODE128, ZBAR_I25};
    return scan(picture, wanted, 2, false, list, ret_found, err);
}

bool code_qr_read(const struct code_picture *picture, struct code_list *list, struct err *err)
{
    static const zbar_symbol_type_t wanted[] = {ZBAR_QRCODE};
    bool found;
    return scan(picture, wanted, 1, true, list, &found, err);
}
