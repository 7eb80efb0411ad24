/* What bars of four states mean. A row fits at most one of the five codes: their lengths or their
 * start and stop bars part them, and each but KIX has a check that a misread bar breaks. KIX has no
 * check of its own, but every character has exactly two ascenders and two descenders, so that one
 * wrong bar shows, and the whole must be a Dutch postcode with a house number.
 *
 * Only what agrees without any mending is taken: a wrong address in a register is worse than none.
 */
#include "imaging/four_state.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

__extension__ typedef unsigned __int128 wide; /* the values have up to 102 bits */

#define CHARACTER_BARS 4
#define RM4SCC_CHARACTERS_MIN                                                                      \
    5 /* "M11AA"; with delivery point suffix to 9, and the check character */
#define RM4SCC_CHARACTERS_MAX 9

static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

static bool ascends(char bar)
{
    return bar == 'F' || bar == 'A';
}

static bool descends(char bar)
{
    return bar == 'F' || bar == 'D';
}

/* Row 0..5 of a character by which two of its four bars ascend (or descend): the weights 4 2 1 0 of
 * those bars, plus 5 modulo 6. -1 when it is not two. */
static int row_of(const char *bars, bool (*has)(char))
{
    static const int weight[CHARACTER_BARS] = {4, 2, 1, 0};
    int n = 0, sum = 0;
    for (int i = 0; i < CHARACTER_BARS; i++)
        if (has(bars[i])) {
            n++;
            sum += weight[i];
        }
    return n == 2 ? (sum + 5) % 6 : -1;
}

/* Characters of `n` bars; false when one of them is none. */
static bool read_characters(const char *bars, int n, char *ret)
{
    if (n % CHARACTER_BARS != 0)
        return false;
    for (int i = 0; i < n / CHARACTER_BARS; i++) {
        int row = row_of(bars + CHARACTER_BARS * i, ascends);
        int column = row_of(bars + CHARACTER_BARS * i, descends);
        if (row < 0 || column < 0)
            return false;
        ret[i] = alphabet[6 * row + column];
    }
    ret[n / CHARACTER_BARS] = '\0';
    return true;
}

/* Four digits, two letters, house number of one to five digits, then X and an addition of one to
 * six. */
static bool is_kix(const char *text)
{
    size_t digits = strspn(text, "0123456789");
    if (digits != 4 || text[0] == '0' || !isupper((unsigned char)text[4]) ||
        !isupper((unsigned char)text[5]))
        return false;
    const char *house = text + 6;
    size_t number = strspn(house, "0123456789");
    if (number < 1 || number > 5)
        return false;
    const char *addition = house + number;
    if (!*addition)
        return true;
    size_t more = strlen(addition + 1);
    return *addition == 'X' && more >= 1 && more <= 6;
}

static bool decode_kix(const char *bars, int n, struct four_state_text *ret)
{
    enum { CHARACTERS_MIN = 7, CHARACTERS_MAX = 18 };
    char text[CHARACTERS_MAX + 1];
    if (n < CHARACTERS_MIN * CHARACTER_BARS || n > CHARACTERS_MAX * CHARACTER_BARS ||
        !read_characters(bars, n, text) || !is_kix(text))
        return false;
    ret->symbology = "kix";
    ret->check = FOUR_STATE_NO_CHECK;
    strcpy(ret->text, text);
    return true;
}

static int index_of(char c)
{
    return (int)(strchr(alphabet, c) - alphabet);
}

/* Rows and columns are counted from 1 in the sums, 6 standing as 0. */
static bool decode_rm4scc(const char *bars, int n, struct four_state_text *ret)
{
    char text[RM4SCC_CHARACTERS_MAX + 2];
    int inner = n - 2, characters = inner / CHARACTER_BARS - 1, rows = 0, columns = 0;
    if (inner % CHARACTER_BARS || characters < RM4SCC_CHARACTERS_MIN ||
        characters > RM4SCC_CHARACTERS_MAX || bars[0] != 'A' || bars[n - 1] != 'F' ||
        !read_characters(bars + 1, inner, text))
        return false;
    for (int i = 0; i < characters; i++) {
        rows += index_of(text[i]) / 6 + 1;
        columns += index_of(text[i]) % 6 + 1;
    }
    char check = alphabet[6 * ((rows + 5) % 6) + (columns + 5) % 6];
    ret->symbology = "rm4scc";
    ret->check = text[characters] == check ? FOUR_STATE_OK : FOUR_STATE_FAILED;
    text[characters] = '\0';
    snprintf(ret->text, sizeof ret->text, "%s", text);
    return true;
}

/* Six bits a symbol: the first have an even number of ones (30 of them, 0 and 63 left out), the
 * others an odd number (32); the number is the symbol's rank among these. */
static int mailmark_number(int symbol, bool odd)
{
    int rank = 0;
    for (int i = odd ? 0 : 1; i < symbol; i++)
        rank += __builtin_parity((unsigned)i) == (odd ? 1 : 0);
    bool fits = __builtin_parity((unsigned)symbol) == (odd ? 1 : 0) &&
                (odd || (symbol != 0 && symbol != 63));
    return fits ? rank : -1;
}

/* GF(32) by x^5 + x^2 + 1. */
static int field_times(int a, int b)
{
    int sum = 0;
    for (; b; b >>= 1) {
        if (b & 1)
            sum ^= a;
        a <<= 1;
        if (a & 32)
            a ^= 0x25;
    }
    return sum;
}

/* Whether data and check numbers, highest power first, vanish at 2^1 .. 2^checks. */
static bool reed_solomon_holds(const int *number, int n, int checks)
{
    int root = 1;
    for (int k = 0; k < checks; k++) {
        int sum = 0;
        root = field_times(root, 2);
        for (int i = 0; i < n; i++)
            sum = field_times(sum, root) ^ number[i];
        if (sum)
            return false;
    }
    return true;
}

/* Postcode formats in the order of their ranges: A letter, N digit, L letter of the inward code
 * (no C I K M O V), S space. */
static bool mailmark_postcode(wide value, char ret[10])
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", inward[] = "ABDEFGHJLNPQRSTUWXYZ";
    static const char *const format[] = {"ANANLLNLS", "AANNLLNLS", "AANNNLLNL",
                                         "AANANLLNL", "ANNLLNLSS", "ANNNLLNLS"};
    if (value == 0) {
        strcpy(ret, "XY11");
        return true;
    }
    value--;
    for (size_t f = 0; f < sizeof format / sizeof *format; f++) {
        wide count = 1;
        for (const char *c = format[f]; *c; c++)
            count *= *c == 'A' ? 26 : *c == 'L' ? 20 : *c == 'N' ? 10 : 1;
        if (value >= count) {
            value -= count;
            continue;
        }
        int at = 8;
        memset(ret, '\0', 10);
        for (; at >= 0; at--) {
            char kind = format[f][at];
            unsigned base = kind == 'A'   ? 26
                            : kind == 'L' ? 20
                                          : 10,
                     digit = (unsigned)(value % base);
            if (kind == 'S')
                continue;
            ret[at] = kind == 'A' ? letters[digit] : kind == 'L' ? inward[digit] : alphabet[digit];
            value /= base;
        }
        return true;
    }
    return false;
}

struct mailmark {
    const char *symbology;
    int symbols, data, even, supply_digits;
    unsigned char place[26]; /* of the i-th symbol in the row of bars */
};

static const struct mailmark mailmark_c = {
    "mailmark_c", 22, 16, 9, 2, {3, 5, 7, 11, 13, 14, 16, 17, 19, 0,  1,
                                 2, 4, 6, 8,  9,  10, 12, 15, 18, 20, 21}};
static const struct mailmark mailmark_l = {
    "mailmark_l", 26, 19, 11, 6, {2, 5, 7, 8, 13, 14, 15, 16, 21, 22, 23, 0,  1,
                                  3, 4, 6, 9, 10, 11, 12, 17, 18, 19, 20, 24, 25}};

static bool mailmark_text(const struct mailmark *kind, wide value, char *ret, size_t size)
{
    unsigned version = (unsigned)(value % 4) + 1;
    value /= 4;
    unsigned format = (unsigned)(value % 5);
    value /= 5;
    unsigned class = (unsigned)(value % 15), supply_most = kind->supply_digits == 2 ? 100 : 1000000;
    value /= 15;
    unsigned supply = (unsigned)(value % supply_most);
    value /= supply_most;
    unsigned item = (unsigned)(value % 100000000);
    char postcode[10];
    if (!mailmark_postcode(value / 100000000, postcode))
        return false;
    snprintf(ret, size, "%u%u%X%0*u%08u%s", format, version, class, kind->supply_digits, supply,
             item, postcode);
    return true;
}

/* Three bars a symbol; its upper three bits ascend and the lower descend, in every second one the
 * other way. */
static bool decode_mailmark(const struct mailmark *kind, const char *bars, int n,
                            struct four_state_text *ret)
{
    int number[26];
    wide value = 0;
    bool holds = true;
    if (n != 3 * kind->symbols)
        return false;
    for (int i = 0; i < kind->symbols; i++) {
        int at = kind->place[i], symbol = 0;
        for (int b = 0; b < 3; b++) {
            char bar = bars[3 * at + b];
            bool upper = at % 2 ? descends(bar) : ascends(bar);
            bool lower = at % 2 ? ascends(bar) : descends(bar);
            symbol |= upper << (5 - b) | lower << (2 - b);
        }
        number[i] = mailmark_number(symbol, i >= kind->even);
        holds = holds && number[i] >= 0;
    }
    holds = holds && reed_solomon_holds(number, kind->symbols, kind->symbols - kind->data);
    for (int i = 0; holds && i < kind->data; i++)
        value = value * (i < kind->even ? 30 : 32) + (unsigned)number[i];
    holds = holds && mailmark_text(kind, value, ret->text, sizeof ret->text);
    ret->symbology = kind->symbology;
    ret->check = holds ? FOUR_STATE_OK : FOUR_STATE_FAILED;
    return true;
}

/* USPS-B-3200, table of all words of 13 bits with `ones` of them set: in rising order, each
 * followed by its mirror image; those that are their own mirror image fill the end from the last
 * one back. */
static int imb_table(int ones, unsigned short *ret)
{
    int low = 0, high = 0;
    for (unsigned pass = 0; pass < 2; pass++)
        for (unsigned word = 0; word < 1u << 13; word++) {
            unsigned mirror = 0;
            for (int b = 0; b < 13; b++)
                mirror |= (word >> b & 1) << (12 - b);
            if (__builtin_popcount(word) != ones || mirror < word)
                continue;
            if (pass == 0)
                high += mirror == word ? 1 : 2;
            else if (mirror == word)
                ret[--high] = (unsigned short)word;
            else {
                ret[low++] = (unsigned short)word;
                ret[low++] = (unsigned short)mirror;
            }
        }
    return low;
}

static int imb_codeword(unsigned word)
{
    enum { FIVE = 1287, TWO = 78 };
    unsigned short table[FIVE + TWO];
    imb_table(5, table);
    imb_table(2, table + FIVE);
    for (int i = 0; i < FIVE + TWO; i++)
        if (table[i] == word)
            return i;
    return -1;
}

/* Remainder of the 102 bits by 0xF35, 11 bits, begun with ones. */
static unsigned imb_crc(wide value)
{
    unsigned crc = 0x7ff;
    for (int b = 101; b >= 0; b--) {
        unsigned bit = (unsigned)(value >> b & 1);
        crc = (crc >> 10 & 1) != bit ? (crc << 1 ^ 0xf35) : crc << 1;
        crc &= 0x7ff;
    }
    return crc;
}

static void imb_text(wide value, char *ret, size_t size)
{
    char track[21];
    for (int i = 19; i >= 2; i--) {
        track[i] = (char)('0' + (int)(value % 10));
        value /= 10;
    }
    track[1] = (char)('0' + (int)(value % 5));
    value /= 5;
    track[0] = (char)('0' + (int)(value % 10));
    value /= 10;
    track[20] = '\0';
    unsigned long long route = (unsigned long long)(value % 200000000000u);
    if (route == 0)
        snprintf(ret, size, "%s", track);
    else if (route <= 100000)
        snprintf(ret, size, "%s-%05llu", track, route - 1);
    else if (route <= 1000100000)
        snprintf(ret, size, "%s-%09llu", track, route - 100001);
    else
        snprintf(ret, size, "%s-%011llu", track, route - 1000100001);
}

/* USPS-B-3200, table IV: which bar's descender (1 to 65) or ascender (66 to 130) holds the bits of
 * the ten characters, lowest bit first. */
static bool decode_imb(const char *bars, int n, struct four_state_text *ret)
{
    static const unsigned char map[130] = {
        67,  6,   78,  16,  86, 95,  34,  40,  45,  113, 117, 121, 62, 87, 18,  104, 41, 76, 57,
        119, 115, 72,  97,  2,  127, 26,  105, 35,  122, 52,  114, 7,  24, 82,  68,  63, 94, 44,
        77,  112, 70,  100, 39, 30,  107, 15,  125, 85,  10,  65,  54, 88, 20,  106, 46, 66, 8,
        116, 29,  61,  99,  80, 90,  37,  123, 51,  25,  84,  129, 56, 4,  109, 96,  28, 36, 47,
        11,  71,  33,  102, 21, 9,   17,  49,  124, 79,  64,  91,  42, 69, 53,  60,  14, 1,  27,
        103, 126, 75,  89,  50, 120, 19,  32,  110, 92,  111, 130, 59, 31, 12,  81,  43, 55, 5,
        74,  22,  101, 128, 58, 118, 48,  108, 38,  98,  93,  23,  83, 13, 73,  3};
    int codeword[10];
    unsigned crc = 0;
    bool holds = true;
    if (n != 65)
        return false;
    for (int i = 0; i < 10; i++) {
        unsigned word = 0;
        for (int b = 0; b < 13; b++) {
            int at = map[13 * i + b] - 1;
            bool set = at < 65 ? descends(bars[at]) : ascends(bars[at - 65]);
            word |= (unsigned)set << b;
        }
        bool turned = __builtin_popcount(word) > 6; /* by a bit of the CRC */
        crc |= (unsigned)turned << i;
        codeword[i] = imb_codeword(turned ? 0x1fff ^ word : word);
        holds = holds && codeword[i] >= 0;
    }
    if (holds && codeword[0] >= 659) {
        codeword[0] -= 659;
        crc |= 1u << 10;
    }
    holds = holds && codeword[0] < 659 && codeword[9] % 2 == 0 && codeword[9] / 2 < 636;
    wide value = holds ? (unsigned)codeword[0] : 0;
    for (int i = 1; holds && i < 9; i++)
        value = value * 1365 + (unsigned)codeword[i];
    value = holds ? value * 636 + (unsigned)codeword[9] / 2 : 0;
    holds = holds && imb_crc(value) == crc;
    if (holds)
        imb_text(value, ret->text, sizeof ret->text);
    ret->symbology = "imb";
    ret->check = holds ? FOUR_STATE_OK : FOUR_STATE_FAILED;
    return true;
}

static bool decode_one_way(const char *bars, struct four_state_text *ret)
{
    int n = (int)strlen(bars);
    return decode_rm4scc(bars, n, ret) || decode_imb(bars, n, ret) ||
           decode_mailmark(&mailmark_c, bars, n, ret) ||
           decode_mailmark(&mailmark_l, bars, n, ret) || decode_kix(bars, n, ret);
}

static void turn_round(const char *bars, char *ret)
{
    int n = (int)strlen(bars);
    for (int i = 0; i < n; i++) {
        char bar = bars[n - 1 - i];
        ret[i] = bar == 'A' ? 'D' : bar == 'D' ? 'A' : bar;
    }
    ret[n] = '\0';
}

bool four_state_decode(const char *state, struct four_state_text *ret)
{
    struct four_state_text way[2] = {0};
    char turned[FOUR_STATE_BARS_MAX + 1];
    if (strlen(state) > FOUR_STATE_BARS_MAX)
        return false;
    turn_round(state, turned);
    bool reads[2] = {decode_one_way(state, &way[0]), decode_one_way(turned, &way[1])};
    way[1].turned = true;
    for (int k = 0; k < 2; k++) /* a good one beats a failed one; two good ones are none */
        if (reads[k] && way[k].check != FOUR_STATE_FAILED &&
            !(reads[1 - k] && way[1 - k].check != FOUR_STATE_FAILED)) {
            *ret = way[k];
            return true;
        }
    if (!(reads[0] && way[0].check == FOUR_STATE_FAILED) &&
        !(reads[1] && way[1].check == FOUR_STATE_FAILED))
        return false;
    *ret = reads[0] ? way[0] : way[1];
    ret->check = FOUR_STATE_FAILED;
    snprintf(ret->text, sizeof ret->text, "%.39s", ret->turned ? turned : state);
    return true;
}
