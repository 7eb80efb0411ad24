/* Postal codes carry checks of their own, by which a made-up number shows: S10 (UPU) modulo 11,
 * Leitcode and Identcode modulo 10 with weights 4 and 9. The country in an S10 number is where the
 * item was posted, never who returned it. Deutsche Post's matrix code ("DEA" and a kind byte) is
 * the franking of a sender in Germany: on an envelope that claims to come from elsewhere it does
 * not belong. */
#include "classifier/code_meaning.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define S10_LEN 13
#define S10_DIGITS 8
#define S10_COUNTRY_AT 11
#define DEA_KIND_AT 3 /* the byte after "DEA" */

static bool all_of(const char *text, size_t from, size_t to, int (*is)(int))
{
    for (size_t i = from; i < to; i++)
        if (!is((unsigned char)text[i]))
            return false;
    return true;
}

static bool is_s10(const char *text)
{
    return strlen(text) == S10_LEN && all_of(text, 0, 2, isupper) &&
           all_of(text, 2, 2 + S10_DIGITS + 1, isdigit) &&
           all_of(text, S10_COUNTRY_AT, S10_LEN, isupper);
}

/* Weights 8 6 4 2 3 5 9 7; C = 11 - S mod 11, 10 becomes 0 and 11 becomes 5. */
static bool s10_checks(const char *text)
{
    static const int weight[S10_DIGITS] = {8, 6, 4, 2, 3, 5, 9, 7};
    int sum = 0;
    for (int i = 0; i < S10_DIGITS; i++)
        sum += weight[i] * (text[2 + i] - '0');
    int check = 11 - sum % 11;
    check = check == 10 ? 0 : check == 11 ? 5 : check;
    return text[2 + S10_DIGITS] - '0' == check;
}

/* The byte of a payload in which unprintable ones stand as \xNN; -1 past its end. */
static int payload_byte(const char *text, int at)
{
    for (const char *p = text; *p; at--) {
        bool escaped = p[0] == '\\' && p[1] == 'x' && isxdigit((unsigned char)p[2]) &&
                       isxdigit((unsigned char)p[3]);
        char hex[3] = {escaped ? p[2] : '0', escaped ? p[3] : '0', '\0'};
        if (at == 0)
            return escaped ? (int)strtol(hex, NULL, 16) : (unsigned char)*p;
        p += escaped ? 4 : 1;
    }
    return -1;
}

static void set(struct screening_code *code, const char *check, const char *kind,
                const char *meaning)
{
    snprintf(code->check_result, sizeof code->check_result, "%s", check);
    snprintf(code->kind, sizeof code->kind, "%s", kind);
    snprintf(code->meaning, sizeof code->meaning, "%s", meaning);
}

static void explain_dea(struct screening_code *code)
{
    static const struct {
        int byte;
        const char *kind, *meaning;
    } known[] = {
        {53, "dea_stamp", "Deutsche Post matrix code, stamp"},
        {28, "dea_label", "Deutsche Post matrix code, address label"},
        {26, "dea_press", "Deutsche Post matrix code, press item"},
    };
    int byte = payload_byte(code->text, DEA_KIND_AT);
    /* no check of its own; the symbol's held, or it would not have been read */
    set(code, "none", "dea", "Deutsche Post matrix code, kind unknown");
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (byte == known[i].byte)
            set(code, "none", known[i].kind, known[i].meaning);
}

/* KIX 1231FZ13XHS: postcode 1231 FZ, number 13, addition HS. */
static void explain_kix(struct screening_code *code)
{
    size_t number = strspn(code->text + 6, "0123456789");
    const char *addition = code->text + 6 + number;
    set(code, "none", "kix", "");
    snprintf(code->detail, sizeof code->detail, "%.4s %.2s %.*s%s%.8s", code->text, code->text + 4,
             (int)number, code->text + 6, *addition ? " " : "", *addition ? addition + 1 : "");
    snprintf(code->meaning, sizeof code->meaning, "PostNL KIX, recipient at %s", code->detail);
}

static const struct {
    const char *symbology, *meaning;
} routing[] = {
    {"rm4scc", "Royal Mail RM4SCC, recipient's postcode and delivery point"},
    {"mailmark_c", "Royal Mail Mailmark C: format, version, class, supply chain, item, postcode"},
    {"mailmark_l", "Royal Mail Mailmark L: format, version, class, supply chain, item, postcode"},
    {"imb", "USPS Intelligent Mail: tracking code and routing code"},
    {"sorting_bars", "orange bars of a sorting machine"},
};

void code_explain(struct screening_code *code, enum code_check read)
{
    const char *text = code->text, *check = read == CODE_CHECK_OK       ? "ok"
                                            : read == CODE_CHECK_FAILED ? "failed"
                                                                        : "none";
    size_t len = strlen(text);
    set(code, check, "", "");
    for (size_t i = 0; i < sizeof routing / sizeof *routing; i++)
        if (strcmp(code->symbology, routing[i].symbology) == 0)
            set(code, check, routing[i].symbology, routing[i].meaning);
    if (is_s10(text)) {
        set(code, s10_checks(text) ? "ok" : "failed", "s10", "");
        snprintf(code->detail, sizeof code->detail, "%.2s", text + S10_COUNTRY_AT);
        snprintf(code->meaning, sizeof code->meaning, "UPU S10 item number, posted in %s",
                 code->detail);
    } else if (strcmp(code->symbology, "datamatrix") == 0 && strncmp(text, "DEA", 3) == 0) {
        explain_dea(code);
    } else if (strcmp(code->symbology, "itf") == 0 && len == 14) {
        set(code, check, "leitcode", "Deutsche Post Leitcode (routing)");
    } else if (strcmp(code->symbology, "itf") == 0 && len == 12) {
        set(code, check, "identcode", "Deutsche Post Identcode (item)");
    } else if (strcmp(code->symbology, "kix") == 0 && len > 6) {
        explain_kix(code);
    } else if (strncmp(text, "3S", 2) == 0 && (len == 13 || len == 15) &&
               all_of(text, 2, len, isalnum)) {
        set(code, "none", "3s", "PostNL 3S item number");
    }
}
