/* The table of layouts, and what their dots say. Facts from Richter et al. 2018 (dots_decode.h) and
 * from the Electronic Frontier Foundation's "DocuColor Tracking Dot Decoding Guide" (2005). Sites
 * are counted from a code's own origin, x right, y down, in the frame that the table's period is
 * in.
 *
 * Each reader says how many dots it explains: the caller refuses a fold with any other dot. That,
 * not parity, is what keeps chance away: most sites of every layout must be empty. */
#include "classifier/dots_decode.h"

#include <stdio.h>
#include <string.h>

#define INCH_MM 25.4
#define COUNT(a) ((int)(sizeof(a) / sizeof *(a)))

static int bit(const struct dot_fold *fold, int x, int y)
{
    return fold->bit[dot_period_site(fold->period, x, y)];
}

/* P4 and DocuColor: 15 columns of 8. The top row and the first column make all others odd; below
 * the top row a column is a number of 7 bits, the highest on top. */
enum {
    P4_COLUMNS = 15,
    P4_ROWS = 8,
    P4_MINUTE = 1,
    P4_MAKER = 3,
    P4_HOUR = 4,
    P4_DAY = 5,
    P4_MONTH = 6,
    P4_YEAR = 7,
    P4_SERIAL_LOW = 10,
    P4_SERIAL_HIGH = 13
};
#define YEAR_LAST 49 /* two digits; the codes came up in the 1990s: 50 to 89 are no year */
#define YEAR_FIRST 90

static bool p4_values(const struct dot_fold *fold, int x, int y, int value[P4_COLUMNS],
                      int *ret_dots)
{
    int dots = 0, row_ones[P4_ROWS] = {0};
    for (int c = 0; c < P4_COLUMNS; c++) {
        int ones = 0;
        value[c] = 0;
        for (int r = 0; r < P4_ROWS; r++) {
            int one = bit(fold, x + c, y + r);
            ones += one;
            row_ones[r] += one;
            if (r)
                value[c] = 2 * value[c] + one;
        }
        if (c && ones % 2 == 0)
            return false;
        dots += ones;
    }
    for (int r = 1; r < P4_ROWS; r++)
        if (row_ones[r] % 2 == 0)
            return false;
    *ret_dots = dots;
    return true;
}

static bool is_date(int year, int month, int day)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (month < 1 || month > 12 || day < 1)
        return false;
    return day <= days[month - 1] + (month == 2 && year % 4 == 0);
}

static bool read_p4(const struct dot_fold *fold, int x, int y, struct dot_code *ret, int *ret_dots)
{
    int value[P4_COLUMNS];
    if (!p4_values(fold, x, y, value, ret_dots))
        return false;
    int year = value[P4_YEAR];
    if (value[P4_MINUTE] > 59 || value[P4_HOUR] > 23 || year > 99 ||
        (year > YEAR_LAST && year < YEAR_FIRST) || !is_date(year, value[P4_MONTH], value[P4_DAY]))
        return false;
    snprintf(ret->time, sizeof ret->time, "%04d-%02d-%02dT%02d:%02d",
             (year + (year > YEAR_LAST ? 1900 : 2000)) % 10000, value[P4_MONTH] % 100,
             value[P4_DAY] % 100, value[P4_HOUR] % 100, value[P4_MINUTE] % 100);
    for (int c = P4_SERIAL_HIGH, at = 0; c >= P4_SERIAL_LOW; c--, at += 2) {
        if (value[c] > 99)
            return false;
        ret->serial[at] = (char)('0' + value[c] / 10);
        ret->serial[at + 1] = (char)('0' + value[c] % 10);
    }
    for (int c = 1; c < P4_COLUMNS; c++)
        snprintf(ret->digits + 3 * (c - 1), sizeof ret->digits - 3 * (size_t)(c - 1), "%02x%s",
                 (unsigned)value[c], c + 1 < P4_COLUMNS ? " " : "");
    static const struct {
        int value;
        const char *name;
    } maker[] = {{0, "Xerox"}, {3, "Epson"}, {4, "Xerox"}, {20, "Dell"}};
    for (int i = 0; i < COUNT(maker); i++)
        if (value[P4_MAKER] == maker[i].value)
            snprintf(ret->maker, sizeof ret->maker, "%s", maker[i].name);
    return true;
}

/* P1: two marks at the origin, then 7 columns by 8 rows on every second site, the first column even
 * parity of each row; the other 48 bits, from the last backwards, are 12 decimal digits, of which
 * the first 11 name the machine. Of two variants the second stands one site further right. */
enum { P1_COLUMNS = 7, P1_ROWS = 8, P1_DIGITS = 12, P1_SERIAL = 11, P1_BITS = 4, P1_LEFT = 2 };
#define P1_MAKERS "Ricoh, Lanier, Savin or NRG"

static bool read_p1_from(const struct dot_fold *fold, int x, int y, struct dot_code *ret,
                         int *ret_dots, int left)
{
    int dots = 2, data[(P1_COLUMNS - 1) * P1_ROWS];
    if (!bit(fold, x, y) || !bit(fold, x + 1, y))
        return false;
    for (int r = 0; r < P1_ROWS; r++) {
        int ones = 0;
        for (int c = 0; c < P1_COLUMNS; c++) {
            int one = bit(fold, x + left + 2 * c, y + 1 + 2 * r);
            ones += one;
            if (c)
                data[r * (P1_COLUMNS - 1) + c - 1] = one;
        }
        if (ones % 2)
            return false;
        dots += ones;
    }
    for (int d = 0; d < P1_DIGITS; d++) {
        int digit = 0;
        for (int b = 0; b < P1_BITS; b++)
            digit = 2 * digit + data[COUNT(data) - 1 - P1_BITS * d - b];
        if (digit > 9)
            return false;
        ret->digits[d] = (char)('0' + digit);
    }
    memcpy(ret->serial, ret->digits, P1_SERIAL);
    snprintf(ret->maker, sizeof ret->maker, P1_MAKERS);
    *ret_dots = dots;
    return dots > 2;
}

/* Where there is more than the marks, one place further is another parity of columns: no dots are
 * read both ways. */
static bool read_p1(const struct dot_fold *fold, int x, int y, struct dot_code *ret, int *ret_dots)
{
    return read_p1_from(fold, x, y, ret, ret_dots, P1_LEFT) ||
           read_p1_from(fold, x, y, ret, ret_dots, P1_LEFT + 1);
}

/* P2: three marks in a corner, then 2 by 4 blocks of 5 rows by 4 places, as the like-coloured
 * squares of a chess board. Four rows have one dot each, counted from the right; the fifth makes
 * every column odd. The first block names the maker. */
enum { P2_ACROSS = 2, P2_BLOCKS = 8, P2_DIGITS = 4, P2_ROWS = 5, P2_PLACES = 4 };

static int p2_bit(const struct dot_fold *fold, int x, int y, int block, int row, int place)
{
    int v = P2_ROWS * (block / P2_ACROSS) + 2 + row;
    int u = 9 * (block % P2_ACROSS) + 2 + 2 * place - (v & 1);
    return bit(fold, x + u, y + v);
}

static bool p2_block(const struct dot_fold *fold, int x, int y, int block, char digits[P2_DIGITS],
                     int *dots)
{
    int column_ones[P2_PLACES] = {0};
    for (int row = 0; row < P2_ROWS; row++) {
        int ones = 0;
        for (int place = 0; place < P2_PLACES; place++) {
            int one = p2_bit(fold, x, y, block, row, place);
            ones += one;
            column_ones[place] += one;
            if (one && row < P2_DIGITS)
                digits[row] = (char)('0' + P2_PLACES - 1 - place);
        }
        if (row < P2_DIGITS && ones != 1)
            return false;
        *dots += ones;
    }
    for (int place = 0; place < P2_PLACES; place++)
        if (column_ones[place] % 2 == 0)
            return false;
    return true;
}

static bool read_p2(const struct dot_fold *fold, int x, int y, struct dot_code *ret, int *ret_dots)
{
    int dots = 3;
    char digits[P2_BLOCKS][P2_DIGITS + 1] = {{0}};
    if (!bit(fold, x + 1, y + 1) || !bit(fold, x + 1, y) || !bit(fold, x, y + 1))
        return false;
    for (int block = 0; block < P2_BLOCKS; block++) {
        if (!p2_block(fold, x, y, block, digits[block], &dots))
            return false;
        snprintf(ret->digits + 5 * block, sizeof ret->digits - 5 * (size_t)block, "%s%s",
                 digits[block], block + 1 < P2_BLOCKS ? "-" : "");
    }
    static const char *const maker[][2] = {{"3210", "Oki"},     {"3021", "HP"},
                                           {"2310", "Ricoh"},   {"0132", "Ricoh"},
                                           {"0213", "Lexmark"}, {"0123", "Kyocera"}};
    for (int i = 0; i < COUNT(maker); i++)
        if (strcmp(digits[0], maker[i][0]) == 0)
            snprintf(ret->maker, sizeof ret->maker, "%s", maker[i][1]);
    for (int block = 0; block < P2_BLOCKS; block++) /* no part of it is known to change */
        memcpy(ret->serial + P2_DIGITS * block, digits[block], P2_DIGITS);
    *ret_dots = dots;
    return true;
}

/* P3: three marks, then 27 blocks of 2 by 3 with one dot each, a digit to base 6; each is four to
 * the right of the one before, each row of them three down and one to the right. Digits are
 * given row by row, as the public description groups them. A date and a model are among them; which
 * digits those are it does not tell, so none is called a date or a serial. */
enum { P3_ROWS = 5, P3_COLUMNS = 6, P3_SKIPPED = 2, P3_WIDE = 2, P3_HIGH = 3 };
#define P3_MAKERS "Konica Minolta or Epson"

static bool p3_block(const struct dot_fold *fold, int x, int y, char *ret_digit)
{
    int ones = 0;
    for (int place = 0; place < P3_WIDE * P3_HIGH; place++)
        if (bit(fold, x + place % P3_WIDE, y + place / P3_WIDE)) {
            ones++;
            *ret_digit = (char)('0' + P3_WIDE * P3_HIGH - 1 - place);
        }
    return ones == 1;
}

static bool read_p3(const struct dot_fold *fold, int x, int y, struct dot_code *ret, int *ret_dots)
{
    int dots = 3, n = 0;
    if (!bit(fold, x, y + 4) || !bit(fold, x, y + 1) || !bit(fold, x + 2, y + 1))
        return false;
    for (int row = 0; row < P3_ROWS; row++) {
        if (row)
            ret->digits[n++] = ' ';
        for (int column = 0; column < P3_COLUMNS; column++) {
            if (row + column < P3_SKIPPED)
                continue;
            if (!p3_block(fold, x + 4 * column + row, y + 3 * row + 1, &ret->digits[n++]))
                return false;
            dots++;
        }
    }
    snprintf(ret->maker, sizeof ret->maker, P3_MAKERS);
    *ret_dots = dots;
    return true;
}

/* P5: 16 rows of 16 with one dot each but two rows with two, one of them the marks 0 and 4. What it
 * says is not public, nor how far each repeat is shifted; the rows' places are given as they are.
 */
enum { P5_ROWS = 16, P5_PLACES = 16, P5_MARK = 4, P5_DOUBLES = 2 };
#define P5_MAKERS "Canon"

static bool read_p5(const struct dot_fold *fold, int x, int y, struct dot_code *ret, int *ret_dots)
{
    int doubles = 0, n = 0;
    if (!bit(fold, x, y) || !bit(fold, x + P5_MARK, y))
        return false;
    for (int row = 0; row < P5_ROWS; row++) {
        int ones = 0;
        char place[3] = "";
        for (int p = 0; p < P5_PLACES; p++)
            if (bit(fold, x + p, y + row)) {
                if (ones < P5_DOUBLES)
                    place[ones] = "0123456789abcdef"[p];
                ones++;
            }
        if (ones < 1 || ones > 2 || n + 4 >= DOT_CODE_SIZE)
            return false;
        doubles += ones == 2;
        n += snprintf(ret->digits + n, sizeof ret->digits - (size_t)n, ones == 2 ? "(%s)" : "%s",
                      place);
    }
    snprintf(ret->maker, sizeof ret->maker, P5_MAKERS);
    *ret_dots = P5_ROWS + P5_DOUBLES;
    return doubles == P5_DOUBLES;
}

const struct dot_layout dot_layouts[] = {
    {"P4", {0.04 * INCH_MM, 0.04 * INCH_MM}, {32, 8, 16}, true, false, read_p4},
    {"P1", {0.02 * INCH_MM, 0.02 * INCH_MM}, {32, 16, 16}, false, false, read_p1},
    {"P2", {0.03 * INCH_MM, 0.03 * INCH_MM}, {18, 23, 0}, true, false, read_p2},
    {"P3", {0.02 * INCH_MM, 0.02 * INCH_MM}, {24, 16, 8}, false, false, read_p3},
    {"P5", {0.01 * INCH_MM, 0.02 * INCH_MM}, {16, 16, -1}, false, true, read_p5},
};
const int n_dot_layouts = COUNT(dot_layouts);
