/* address: what lines of text say as a postal address, and which countries they can be in. Owns the
 * table of countries (postcodes, prefixes, names). All text is hostile. */
#ifndef POSTWACHT_ADDRESS_H
#define POSTWACHT_ADDRESS_H

#include <stdbool.h>

struct err;
struct countries;

/* postcodes.tsv: see its head. */
bool countries_load(const char *path, struct countries **ret, struct err *err);
void countries_destroy(struct countries *countries);

/* How an address tells its country. */
enum address_basis {
    ADDRESS_UNTOLD,   /* its postcode fits several countries, or there is none */
    ADDRESS_PATTERN,  /* a postcode that only one country has */
    ADDRESS_PREFIXED, /* "D-48143" */
    ADDRESS_NAMED     /* a line with the country's name */
};

#define ADDRESS_COUNTRIES_MAX 40

struct address {
    char name[96], street[96], postcode[16], place[64]; /* as read; "" where not found */
    char country[3];                                    /* ISO 3166, "" untold */
    enum address_basis basis;
    int n_possible; /* countries that the postcode allows; one when the country is told */
    char possible[ADDRESS_COUNTRIES_MAX][3];
};

/* Whether the text, lines parted by '\n', holds an address: a postcode with a place beside it. Of
 * several the first. A line in which parts are set apart (" - ", " | ", ", ", "·") is taken as so
 * many lines. */
bool address_parse(const struct countries *countries, const char *text, struct address *ret);
bool address_allows(const struct address *address, const char *country);

#endif
