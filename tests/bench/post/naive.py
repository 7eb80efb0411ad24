"""naive.py LIST OUT.jsonl: what an afternoon's script makes of the same mail, for report.py: both sides whole through the
tesseract command in four languages (nld+deu+fra+eng), then key words. LIST: id, front, back, dpi, tabs between."""
import json
import subprocess
import sys
import time

REASONS = (
    ("UNKNOWN", ("unknown", "unbekannt", "onbekend", "inconnu", "nicht zu ermitteln", "sconosciuto", "desconocido")),
    ("MOVED", ("moved", "verzogen", "verhuisd", "déménagé", "parti", "gone away", "trasferito")),
    ("REFUSED", ("refused", "verweigert", "geweigerd", "refusé", "rifiutato", "rehusado")),
    ("UNCLAIMED", ("unclaimed", "nicht abgeholt", "niet afgehaald", "non réclamé", "not called for", "compiuta giacenza")),
    ("INSUFFICIENT_ADDRESS", ("insufficient address", "adresse insuffisante", "onvolledig adres", "mängel in adresse", "incomplete")),
    ("DECEASED", ("deceased", "verstorben", "overleden", "décédé")),
    ("NO_SUCH_ADDRESS", ("no such", "inexistante", "bestaat niet")),
    ("VACANT", ("vacant", "leegstand")),
)
HEADINGS = ("retour", "return", "zurück", "zurueck", "terug", "devuelto", "mittente", "zwrot", "retur")
POSTS = (("DE", ("deutsche post", "deutschland")), ("AT", ("österreichische post", "austria")), ("CH", ("die post", "swiss post", "schweiz")),
         ("FR", ("la poste", "france")), ("BE", ("bpost", "belgique", "belgië")), ("NL", ("postnl", "nederland")), ("GB", ("royal mail",)),
         ("IE", ("an post",)), ("IT", ("poste italiane", "italia")), ("ES", ("correos", "españa")), ("PT", ("ctt", "portugal")),
         ("PL", ("poczta polska", "polska")), ("CZ", ("česká pošta",)), ("DK", ("postnord", "danmark")), ("SE", ("sverige",)),
         ("NO", ("posten", "norge")), ("US", ("usps", "united states")), ("CA", ("canada post",)), ("LU", ("post luxembourg",)))
LANGUAGES = "nld+deu+fra+eng"


def text_of(path):
    got = subprocess.run(["tesseract", path, "-", "-l", LANGUAGES, "--dpi", "300"], capture_output=True, text=True, errors="replace")
    return got.stdout.lower()


def judge(text):
    reason = next((r for r, words in REASONS if any(w in text for w in words)), "")
    heading = any(w in text for w in HEADINGS)
    country = next((c for c, words in POSTS if any(w in text for w in words)), "")
    is_return = heading and bool(reason) or text.count("return to sender") > 0
    return {"is_return": is_return, "country": country if is_return else "", "reason": reason if is_return else "", "date": "",
            "text": text[:200]}


def main():
    with open(sys.argv[2], "w", encoding="utf-8") as out:
        for line in open(sys.argv[1], encoding="utf-8"):
            number, front, back = line.rstrip("\n").split("\t")[:3]
            since = time.monotonic()
            text = text_of(front) + "\n" + (text_of(back) if back else "")
            answer = {"id": number, "returned": judge(text), "text": {"sender": ""}, "seconds": {"return": time.monotonic() - since}}
            out.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
