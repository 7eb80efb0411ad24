/* Places are judged as the block itself reads: its side turned so that its lines stand upright. */
#include "classifier/correspondents.h"

#include "schemas/base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define SENDER_RIGHT 0.45 /* of the width, upright: a block whose middle lies left of it */
#define SENDER_LOW 0.35   /* and above it is the sender's */
#define STREET_LETTERS 3
#define BLOCK_LETTERS 12 /* of an address */
#define BLOCK_MM 7.0     /* across its lines: two of them */
#define CODE_RANK_MM 1e3 /* larger than letters */

/* Blocks are read as one where a line of small print stands close above the recipient: the
 * sender's, as window envelopes have it. Its length in bytes, or 0. */
static size_t own_line(const struct return_reading *reading, const struct phrases *phrases,
                       struct address *ret)
{
    char line[READING_TEXT_SIZE];
    struct address address;
    const char *end = strchr(reading->text, '\n');
    if (!end)
        return 0;
    snprintf(line, sizeof line, "%.*s", (int)(end - reading->text), reading->text);
    if (!address_parse(phrases_countries(phrases), line, &address) || !address.postcode[0] ||
        !address.street[0])
        return 0;
    *ret = address;
    return (size_t)(end - reading->text) + 1;
}

/* A stamp or franking imprint names its country and its price. */
static bool names_price(const char *text)
{
    static const char *const signs[] = {"€", "£", "$", "EUR", "CHF"};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (strstr(text, signs[i]))
            return true;
    return false;
}

/* "RR 4711 Recommandé" looks like a postcode with its place, but has no street; a country's name
 * alone stands on stamps as well. */
static bool parse(const struct phrases *phrases, const char *text, struct address *ret)
{
    if (!address_parse(phrases_countries(phrases), text, ret))
        return false;
    int letters = 0;
    for (const char *at = ret->street; *at; at++)
        letters += isalpha((unsigned char)*at) || (unsigned char)*at >= 0x80;
    return letters >= STREET_LETTERS || (ret->basis != ADDRESS_UNTOLD && ret->postcode[0]);
}

static bool is_one_line(const struct return_reading *reading)
{
    return strchr(reading->text, '\n') == NULL;
}

static bool in_senders_corner(const struct return_reading *reading)
{
    return reading->at[0] < SENDER_RIGHT && reading->at[1] < SENDER_LOW;
}

static bool stands_as_sender(const struct return_reading *reading)
{
    return reading->region.side == SIDE_BACK || is_one_line(reading) || in_senders_corner(reading);
}

static struct correspondent whole_block(const struct return_reading *reading, int i,
                                        const struct address *address)
{
    return (struct correspondent){
        .found = true, .reading = i, .length = (int)strlen(reading[i].text), .address = *address};
}

struct correspondent correspondent_recipient(const struct return_reading *reading, int n,
                                             const struct phrases *phrases)
{
    struct correspondent ret = {0};
    double most = 0;
    for (int i = 0; i < n; i++) {
        struct address address, above;
        /* a label: its operator may give an address of his own */
        bool label = reading[i].evidence >=
                     (reading[i].region.kind == REGION_PRINT ? RETURN_CLAIM : RETURN_HINT);
        if (label || stands_as_sender(&reading[i]) || names_price(reading[i].text))
            continue;
        size_t skip = own_line(&reading[i], phrases, &above);
        if (!parse(phrases, reading[i].text + skip, &address))
            continue;
        /* one with a postcode before one without, then the one in larger letters */
        double rank = reading[i].letter_mm + (address.postcode[0] ? CODE_RANK_MM : 0);
        if (rank <= most)
            continue;
        most = rank;
        ret = whole_block(reading, i, &address);
        ret.start = (int)skip;
        ret.length -= ret.start;
    }
    return ret;
}

int correspondent_block(const struct return_reading *reading, int n,
                        const struct correspondent *recipient)
{
    int ret = -1;
    if (recipient->found)
        return recipient->reading;
    for (int i = 0; i < n; i++) {
        const struct return_region *region = &reading[i].region;
        bool block = region->kind == REGION_PRINT && region->side == SIDE_FRONT &&
                     region->letters >= BLOCK_LETTERS && region->size_mm[1] >= BLOCK_MM &&
                     reading[i].evidence < RETURN_HINT && !in_senders_corner(&reading[i]);
        if (block && (ret < 0 || region->letters > reading[ret].region.letters))
            ret = i;
    }
    return ret;
}

/* Of several the front goes before the back, then what names more parts. */
static int parts_told(const struct address *address)
{
    return (address->name[0] != '\0') + (address->street[0] != '\0') +
           (address->postcode[0] != '\0') + (address->place[0] != '\0');
}

struct correspondent correspondent_sender(const struct return_reading *reading, int n,
                                          const struct correspondent *recipient,
                                          const struct phrases *phrases)
{
    struct correspondent ret = {0};
    for (int i = 0; i < n; i++) {
        struct address address;
        bool other = (recipient->found && i == recipient->reading) ||
                     reading[i].region.kind != REGION_PRINT ||
                     reading[i].evidence >= RETURN_CLAIM || !stands_as_sender(&reading[i]);
        if (other || !parse(phrases, reading[i].text, &address))
            continue;
        bool better = !ret.found;
        if (ret.found) {
            enum side_name kept = reading[ret.reading].region.side, side = reading[i].region.side;
            better =
                side != kept ? side == SIDE_FRONT : parts_told(&address) > parts_told(&ret.address);
        }
        if (better)
            ret = whole_block(reading, i, &address);
    }
    if (!ret.found && recipient->found && recipient->start > 0) {
        struct address address;
        own_line(&reading[recipient->reading], phrases, &address);
        ret = whole_block(reading, recipient->reading, &address);
        ret.length = recipient->start - 1;
    }
    return ret;
}

void correspondent_tell(const struct address *address, struct screening_party *ret)
{
    *ret = (struct screening_party){.known = true};
    text_copy_utf8(ret->name, sizeof ret->name, address->name);
    text_copy_utf8(ret->street, sizeof ret->street, address->street);
    text_copy_utf8(ret->postcode, sizeof ret->postcode, address->postcode);
    text_copy_utf8(ret->place, sizeof ret->place, address->place);
    memcpy(ret->country, address->country, sizeof ret->country);
}
