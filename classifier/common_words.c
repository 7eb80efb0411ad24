/* The mail of the countries around us carries the same few hundred words in Dutch, German, French
 * and English (UPU service indications are French). The lists hold what was seen on envelopes and
 * in postal product names; a word that a firm may well have in its name (Drukwerk, Transport) is
 * left out even though it stands on mail as well. */
#include "classifier/common_words.h"

#include <stdio.h>
#include <string.h>

#define WORD_MAX 20 /* longer than any of them */

/* Words between spaces, so that one is found whole. */
static const char common[] =
    /* postage and service */
    " PORT BETAALD PAYE PAYEE PAID POSTAGE POSTALES POST POSTE POSTNL DEUTSCHE PRIORITY"
    " PRIORITAIRE PRIORITAIR ECONOMY PAR AVION AIRMAIL LUCHTPOST LUFTPOST MAIL BRIEF"
    " LETTRE LETTER AANGETEKEND EINSCHREIBEN RECOMMANDE REGISTERED TAXE PERCUE ENTGELT"
    " BEZAHLT GEBUHR FRANKEREN ALS POSTZEGEL NIET NODIG ANTWOORDNUMMER POSTBUS POSTFACH"
    " BOITE POSTALE BOX"
    /* return */
    " RETOUR RETOURADRES RETOURNER RETURN RETURNED RUCKSENDUNG ZURUCK RUCK INDIEN BIJ"
    " ONBESTELBAAR ONBESTELBAARHEID BEZORGD GRAAG NAAR AAN IF UNDELIVERED UNDELIVERABLE"
    " PLEASE TO WENN FALLS UNZUSTELLBAR ZUSTELLBAR NICHT BITTE AN DEN EN CAS DE NON"
    " DISTRIBUTION PRIERE A SENDER AFZENDER AFZ ABSENDER ABS EXPEDITEUR EXP FROM VAN"
    /* handling */
    " PERSOONLIJK VERTROUWELIJK PERSONLICH VERTRAULICH PERSONNEL CONFIDENTIEL PERSONAL"
    " PRIVATE CONFIDENTIAL AND UND ET BELANGRIJK IMPORTANT INFORMATIE INFORMATION VOUWEN"
    " BUIGEN DO NOT BEND FRAGILE BREEKBAAR"
    /* seals */
    " ERKEND BEDRIJF LEERBEDRIJF GECERTIFICEERD CERTIFIED CERTIFICAAT KEURMERK GROEN"
    " GREEN PAPIER PAPER RECYCLED GERECYCLED RECYCLING FSC PEFC ISO CO2 NEUTRAAL NEUTRAL"
    " KLIMAAT KLIMAATNEUTRAAL KLIMANEUTRAL LID MEMBER MITGLIED SINDS SINCE SEIT DEPUIS"
    " ANNO OFFICIAL OFFICIEEL HOFLEVERANCIER"
    /* countries */
    " NEDERLAND NETHERLANDS THE HOLLAND PAYS BAS NIEDERLANDE BELGIE BELGIQUE DUITSLAND"
    " DEUTSCHLAND GERMANY ALLEMAGNE FRANKRIJK FRANCE SUISSE SCHWEIZ ZWITSERLAND"
    " ";

static const char legal_forms[] =
    " BV NV VOF CV BVBA VZW GMBH AG KG OHG UG EK EV SA SARL SAS SRL SPA LTD LIMITED PLC"
    " LLC INC AB AS APS OY SL LDA SP ZOO SRO KFT"
    " ";

static bool holds(const char *words, const char *word)
{
    char spaced[WORD_MAX + 3];
    if (!*word || strlen(word) > WORD_MAX || strchr(word, ' '))
        return false;
    snprintf(spaced, sizeof spaced, " %s ", word);
    return strstr(words, spaced) != NULL;
}

bool is_common_word(const char *folded)
{
    return holds(common, folded);
}

bool is_legal_form(const char *folded)
{
    return holds(legal_forms, folded);
}
