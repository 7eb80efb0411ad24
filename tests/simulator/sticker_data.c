/* What the posts print. Wordings are taken from public descriptions of return labels; layouts are
 * our own. In a tick-box list every row is printed and the ticked one is the reason. */
#include "tests/simulator/sticker.h"

#define TICKBOX (1u << STICKER_TICKBOX)
#define PLAIN (1u << STICKER_PLAIN)
#define YELLOW (1u << STICKER_YELLOW)
#define STAMP (1u << STICKER_STAMP)

#define BLACK                                                                                      \
    {                                                                                              \
        0.10, 0.10, 0.11                                                                           \
    }
#define RED                                                                                        \
    {                                                                                              \
        0.78, 0.10, 0.13                                                                           \
    }
#define VIOLET                                                                                     \
    {                                                                                              \
        0.34, 0.18, 0.52                                                                           \
    }
#define BLUE                                                                                       \
    {                                                                                              \
        0.10, 0.22, 0.55                                                                           \
    }
#define WHITE                                                                                      \
    {                                                                                              \
        0.97, 0.97, 0.96                                                                           \
    }
#define CREAM                                                                                      \
    {                                                                                              \
        0.96, 0.93, 0.84                                                                           \
    }
#define YELLOW_STOCK                                                                               \
    {                                                                                              \
        0.99, 0.87, 0.30                                                                           \
    }

const struct sticker_kind sticker_kinds[] = {
    {"DE",
     "Deutsche Post",
     "Zurück / Retour",
     "Deutsche Post",
     TICKBOX | PLAIN,
     BLACK,
     WHITE,
     {{"Empfänger unbekannt", "Inconnu", "UNKNOWN"},
      {"Empfänger verzogen", "Déménagé", "MOVED"},
      {"Annahme verweigert", "Refusé", "REFUSED"},
      {"Nicht abgeholt", "Non réclamé", "UNCLAIMED"},
      {"Anschrift ungenügend", "Adresse insuffisante", "INSUFFICIENT_ADDRESS"},
      {"Nicht zugelassen", "Non admis", "PROHIBITED"}}},
    {"DE",
     "Deutsche Post",
     "Zurück / Retour",
     "Deutsche Post",
     TICKBOX,
     BLACK,
     YELLOW_STOCK,
     {{"Empfänger/Firma unter der angegebenen Anschrift nicht zu ermitteln", "Inconnu", "UNKNOWN"},
      {"Empfänger verzogen", "Parti", "MOVED"},
      {"Empfänger soll verstorben sein", "Décédé", "DECEASED"},
      {"Nicht abgeholt", "Non réclamé", "UNCLAIMED"},
      {"Mängel in Adresse", "Adresse incomplète", "INSUFFICIENT_ADDRESS"}}},
    {"FR",
     "La Poste",
     "Retour à l'expéditeur",
     "La Poste",
     TICKBOX | PLAIN | STAMP,
     BLUE,
     WHITE,
     {{"Destinataire inconnu à l'adresse", NULL, "UNKNOWN"},
      {"Pli avisé et non réclamé", NULL, "UNCLAIMED"},
      {"Pli refusé par le destinataire", NULL, "REFUSED"},
      {"Défaut d'accès ou d'adressage", NULL, "INACCESSIBLE"}}},
    {"BE",
     "bpost",
     "Terug aan afzender / Retour à l'expéditeur",
     "bpost",
     TICKBOX | PLAIN,
     RED,
     WHITE,
     {{"Onbekend op het aangeduide adres", "Inconnu à l'adresse indiquée", "UNKNOWN"},
      {"Verhuisd", "Déménagé", "MOVED"},
      {"Geweigerd", "Refusé", "REFUSED"},
      {"Niet afgehaald", "Non réclamé", "UNCLAIMED"},
      {"Onvolledig adres", "Adresse incomplète", "INSUFFICIENT_ADDRESS"},
      {"Geen brievenbus", "Pas de boîte aux lettres", "INACCESSIBLE"}}},
    {"AT",
     "Österreichische Post",
     "Zurück / Retour",
     "Österreichische Post",
     TICKBOX | PLAIN | STAMP,
     BLACK,
     CREAM,
     {{"Unbekannt", "Inconnu", "UNKNOWN"},
      {"Verzogen", "Parti", "MOVED"},
      {"Nicht behoben", "Non réclamé", "UNCLAIMED"},
      {"Annahme verweigert", "Refusé", "REFUSED"},
      {"Anschrift ungenügend", "Adresse insuffisante", "INSUFFICIENT_ADDRESS"},
      {"Verstorben", "Décédé", "DECEASED"}}},
    {"GB",
     "Royal Mail",
     "Return to sender",
     "Royal Mail",
     TICKBOX | PLAIN | STAMP,
     RED,
     WHITE,
     {{"Addressee gone away", NULL, "MOVED"},
      {"Addressee unknown", NULL, "UNKNOWN"},
      {"Address incomplete", NULL, "INSUFFICIENT_ADDRESS"},
      {"Refused", NULL, "REFUSED"},
      {"Not called for", NULL, "UNCLAIMED"},
      {"No such address", NULL, "NO_SUCH_ADDRESS"}}},
    {"ES",
     "Correos",
     "Devuelto al remitente",
     "Correos",
     TICKBOX | STAMP,
     BLUE,
     CREAM,
     {{"Desconocido", "Inconnu", "UNKNOWN"},
      {"Ausente en reparto", "Absent", "UNCLAIMED"},
      {"Dirección incorrecta", "Adresse insuffisante", "INSUFFICIENT_ADDRESS"},
      {"Rehusado", "Refusé", "REFUSED"},
      {"Fallecido", "Décédé", "DECEASED"},
      {"Se ausentó sin dejar señas", "Parti", "MOVED"}}},
    {"IT",
     "Poste Italiane",
     "Al mittente / Retour",
     "Poste Italiane",
     TICKBOX | PLAIN | STAMP,
     BLACK,
     WHITE,
     {{"Destinatario sconosciuto", "Inconnu", "UNKNOWN"},
      {"Destinatario trasferito", "Parti", "MOVED"},
      {"Compiuta giacenza", "Non réclamé", "UNCLAIMED"},
      {"Rifiutato", "Refusé", "REFUSED"},
      {"Indirizzo insufficiente", "Adresse insuffisante", "INSUFFICIENT_ADDRESS"},
      {"Destinatario deceduto", "Décédé", "DECEASED"}}},
    {"PL",
     "Poczta Polska",
     "Zwrot / Retour",
     "Poczta Polska",
     TICKBOX | PLAIN | STAMP,
     BLACK,
     WHITE,
     {{"Adresat nieznany", "Inconnu", "UNKNOWN"},
      {"Adresat wyprowadził się", "Parti", "MOVED"},
      {"Adresat odmówił przyjęcia", "Refusé", "REFUSED"},
      {"Nie podjęto w terminie", "Non réclamé", "UNCLAIMED"},
      {"Niekompletny adres", "Adresse insuffisante", "INSUFFICIENT_ADDRESS"}}},
    {"US",
     "USPS",
     "RETURN TO SENDER",
     "NIXIE",
     YELLOW | STAMP,
     BLACK,
     YELLOW_STOCK,
     {{"ATTEMPTED - NOT KNOWN", NULL, "UNKNOWN"},
      {"INSUFFICIENT ADDRESS", NULL, "INSUFFICIENT_ADDRESS"},
      {"NO SUCH NUMBER", NULL, "NO_SUCH_ADDRESS"},
      {"MOVED LEFT NO ADDRESS", NULL, "MOVED"},
      {"UNCLAIMED", NULL, "UNCLAIMED"},
      {"VACANT", NULL, "VACANT"}}},
    {"CH",
     "Die Post",
     "Zurück / Retour / Ritorno",
     "Die Post · La Poste · La Posta",
     TICKBOX | PLAIN,
     BLACK,
     YELLOW_STOCK,
     {{"Empfänger nicht ermittelbar", "Destinataire introuvable", "UNKNOWN"},
      {"Weggezogen", "A déménagé", "MOVED"},
      {"Annahme verweigert", "Refusé", "REFUSED"},
      {"Nicht abgeholt", "Non réclamé", "UNCLAIMED"},
      {"Firma erloschen", "Maison éteinte", "COMPANY_GONE"}}},
};
const int n_sticker_kinds = (int)(sizeof sticker_kinds / sizeof *sticker_kinds);
