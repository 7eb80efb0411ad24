"""make_mail.py OUT COUNT SEED DPI FIRST: simulated mail that a post sent back, or did not; truth.tsv says which.

Half of it came back: every country of wording.tsv in turn, every layout at random. The other half bears what ordinary mail
bears: instructions in case of return, registered labels, advertising, words that also stand on return labels. Sheets
follow from (SEED, number) alone. All of it is simulated."""
import os
import sys

import numpy as np

import layouts
from drawing import Page, Piece, scan, width_mm

HERE = os.path.dirname(os.path.abspath(__file__))
FORMATS = {"C6": (162, 114), "DL": (220, 110), "C5": (229, 162), "C6/C5": (229, 114)}
PAPERS = [(252, 252, 250), (246, 243, 232), (238, 240, 243), (214, 190, 150)]
FIRST_NAMES = ["Anna", "Peter", "Maria", "Jan", "Sofia", "Thomas", "Elena", "Lars", "Karin", "Paul", "Nina", "Emil"]
LAST_NAMES = ["Vogel", "Martin", "Kowalski", "Berg", "Novak", "Silva", "Rossi", "Lund", "Weber", "Moreau", "Smit", "Hall"]
SENDERS = [
    ("Zeewind Software B.V.", "Rijksstraatweg 210", "1969 LH Heemskerk"),
    ("Van der Meulen & Zn.", "Haven 12a", "8861 XT Harlingen"),
    ("Drukkerij De Gouden Pers", "Nieuwe Gracht 47", "3512 LG Utrecht"),
    ("Bouwkundig Bureau Holtslag", "Postbus 331", "7000 AH Doetinchem"),
    ("Optiek Vermeer VOF", "Markt 6", "5211 JV 's-Hertogenbosch"),
    ("Notariskantoor Hofstra", "Zuiderplein 101", "8911 AN Leeuwarden"),
    ("Stichting Retourpunt", "Verhuislaan 3", "2595 BD Den Haag"),
]
ORDINARY = [  # on mail that did not come back
    "Indien onbestelbaar retour aan afzender", "Retouradres: {street}, {place}", "If undelivered please return to sender",
    "Bij verhuizing graag doorgeven", "Falls unzustellbar, bitte zurück an Absender", "Aangetekend / Recommandé",
    "En cas de non-remise, retour à l'expéditeur", "Persoonlijk", "Belangrijke informatie over uw verhuizing", "PORT BETAALD",
    "Ongeopend retour bij weigering", "Niet afgehaald? Kijk op onze website", "Uw adres is bij ons bekend", "Priority",
]
ADVERTS = [("NIEUW ADRES?", "Meld uw verhuizing gratis"), ("GRATIS RETOUR", "binnen 30 dagen"), ("RR", "Recommandé 4711"),
           ("CADEAUBON", "geldig tot eind december"), ("A PRIORITY", "PAR AVION"), ("LET OP", "adres gewijzigd per 1 mei")]


def read_tsv(name):
    with open(os.path.join(HERE, name), encoding="utf-8") as f:
        return [line.rstrip("\n").split("\t") for line in f if line.strip() and not line.startswith("#")]


def block(page, rng, lines, x, y, name, mm, gap=1.35, ink=(25, 25, 28)):
    """Lines of print; returns its box in mm."""
    piece = Piece(max(width_mm(t, name, mm) for t in lines) + 2, mm * gap * len(lines) + mm)
    for i, t in enumerate(lines):
        piece.text(1, mm * (1 + gap * i), t, name, mm, ink)
    page.lay(piece, x + piece.w / 2, y + piece.h / 2)
    return x, y, piece.w, piece.h


def envelope(rng, place, ordinary):
    """Front and back of a sheet with sender, recipient and postage; the sender's text as printed."""
    w, h = FORMATS[list(FORMATS)[int(rng.integers(4))]]
    paper = PAPERS[int(rng.choice(4, p=[.55, .2, .15, .1]))]
    front, back = Page(w, h, paper), Page(w, h, paper)
    sender = SENDERS[int(rng.integers(len(SENDERS)))]
    name = layouts.pick(rng, layouts.SANS + layouts.SERIF)
    where = rng.choice(["top", "flap", "line"], p=[.5, .25, .25])
    mm = rng.uniform(2.6, 3.6)
    if where == "top":
        block(front, rng, sender, 8, 7, name, mm)
    elif where == "flap":
        block(back, rng, [", ".join(sender)], w / 2 - 40, 14, name, 2.7)
    address = h * rng.uniform(0.44, 0.54)
    left = 20 if rng.random() < 0.5 else w * 0.46
    if where == "line":
        block(front, rng, [" - ".join(sender)], left, address - 6, name, 2.2)
    country, names, street, city, _ = place
    who = FIRST_NAMES[int(rng.integers(12))] + " " + LAST_NAMES[int(rng.integers(12))]
    lines = [who, street, city]
    if country != "NL" and rng.random() < 0.85:
        lines.append(names.split("|")[int(rng.integers(len(names.split("|"))))])
    office = layouts.pick(rng, ["Nimbus Sans", "Carlito", "C059", "DejaVu Sans", "Lato", "Nimbus Mono PS"])
    box = block(front, rng, lines, left, address, office, rng.uniform(3.2, 4.2))
    postage = Piece(24, 28, [(240, 246, 250), (250, 240, 235), (238, 248, 238)][int(rng.integers(3))])
    postage.frame(1.5, 1.5, 21, 25, 0.25, (90, 110, 150))
    postage.text(12, 12, "Nederland", "Nimbus Sans", 3, (60, 80, 140), anchor="ms")
    postage.text(12, 20, str(rng.integers(1, 9)), "C059:bold", 8, (60, 80, 140), anchor="ms")
    front.lay(postage, w - 22, 20)
    front.lay(layouts.postmark(rng, "Zwolle", "%02d.%02d.26" % (rng.integers(1, 28), rng.integers(1, 10))), w - 40, 20,
              rng.normal() * 8, 0.8)
    for text in ordinary:
        text = text.format(street=sender[1], place=sender[2])
        page = front if rng.random() < 0.6 else back
        block(page, rng, [text], rng.uniform(6, w * 0.4), h - rng.uniform(8, 14) if page is front else rng.uniform(h * .3, h * .6),
              layouts.pick(rng, layouts.SANS), rng.uniform(2.4, 3.4))
    return front, back, where, sender, box, lines


def sort_bars(page, rng):
    """Orange bars that a sorting machine sprays along the lower edge."""
    piece = Piece(70, 5)
    for i in range(40):
        if rng.random() < 0.6:
            piece.fill(1 + i * 1.7, 0.5, 0.5, 3.8, (245, 120, 60))
    page.lay(piece, page.w - 45, page.h - 6)


def returned(rng, row, place, sides, box):
    date = ["%02d.%02d.2026", "%02d/%02d/26", "%02d-%02d-2026"][int(rng.integers(3))] % (rng.integers(1, 28), rng.integers(1, 12))
    notice = layouts.Notice(rng, row, date)
    names = list(layouts.LAYOUTS)
    layout = names[int(rng.integers(len(names)))]
    piece = layouts.LAYOUTS[layout](rng, notice)
    page = sides[0] if layout == "sprayed" or rng.random() < 0.75 else sides[1]
    angle = float(np.clip(rng.normal() * (3 if rng.random() < 0.5 else 12), -25, 25))
    if layout == "sprayed":
        angle = rng.normal() * 0.5
    if rng.random() < 0.2 and layout != "sprayed":
        angle += 180
    damage = rng.choice(["", "torn", "overstamped"], p=[.76, .12, .12])
    if damage == "torn" and piece.opaque:
        piece.tear(rng, rng.uniform(0.08, 0.22))
    turn = np.radians(angle)
    half_w = (abs(np.cos(turn)) * piece.w + abs(np.sin(turn)) * piece.h) / 2 + 1
    half_h = (abs(np.sin(turn)) * piece.w + abs(np.cos(turn)) * piece.h) / 2 + 1
    x, y = rng.uniform(half_w, max(half_w, page.w - half_w)), rng.uniform(half_h, max(half_h, page.h - half_h))
    if page is sides[0] and rng.random() < 0.6:
        x, y = box[0] + box[2] / 2 + rng.normal() * 8, box[1] + box[3] / 2 + rng.normal() * 6
    if not piece.opaque and page is sides[0]:  # ink is put where it can be read
        y = min(y, box[1] - half_h) if box[1] - half_h > half_h else box[1] + box[3] + half_h
    x, y = min(max(x, half_w), page.w - half_w), min(max(y, half_h), page.h - half_h)
    page.lay(piece, x, y, angle, 1.0 if piece.opaque else rng.uniform(0.75, 0.95))
    if damage == "overstamped":
        page.lay(layouts.postmark(rng, place[4], date), x + rng.normal() * piece.w / 4, y + rng.normal() * piece.h / 4,
                 rng.normal() * 20, rng.uniform(0.5, 0.8))
    if rng.random() < 0.5:  # the address struck through
        pen = Piece(box[2], box[3])
        pen.pen([(2, 3), (box[2] - 2, box[3] - 3)], 0.5, (25, 30, 90))
        if page is not sides[0]:
            sides[0].lay(pen, box[0] + box[2] / 2, box[1] + box[3] / 2)
    return layout, notice, damage if (damage != "torn" or piece.opaque) else "", angle, page is sides[1]


def make(out, number, seed, dpi, wording, places):
    rng = np.random.default_rng([seed, number])
    row = wording[number % len(wording)]
    back_came = (number // len(wording)) % 2 == 0
    place = next(p for p in places if p[0] == row[0])
    ordinary = [ORDINARY[int(rng.integers(len(ORDINARY)))]] if rng.random() < (0.3 if back_came else 0.7) else []
    front, back, where, sender, box, recipient = envelope(rng, place, ordinary)
    layout = reason = damage = ""
    angle, on_back, ticked, operator, date = 0.0, False, False, False, ""
    if rng.random() < 0.5:
        sort_bars(front, rng)
    if back_came:
        layout, notice, damage, angle, on_back = returned(rng, row, place, (front, back), box)
        reason, ticked, operator, date = notice.reason, layout in layouts.TICKED, notice.operator_shown, notice.date
    elif rng.random() < 0.5:
        label = Piece(50, 18, (250, 250, 248) if rng.random() < .5 else (250, 225, 90))
        for i, text in enumerate(ADVERTS[int(rng.integers(len(ADVERTS)))]):
            label.text(25, 7 + 6 * i, text, "Roboto:bold" if i == 0 else "Roboto", 4 - i * 0.8, room=46, anchor="ms")
        front.lay(label, rng.uniform(30, front.w - 60), rng.uniform(front.h * .7, front.h - 12), rng.normal() * 4)
    turn = int(rng.choice([0, 180]))
    files = ["m%05d_%s.png" % (number, s) for s in ("front", "back")]
    for page, file in zip((front, back), files):
        scan(page, dpi, rng, turn).save(os.path.join(out, file), dpi=(dpi, dpi), compress_level=1)
    return ["m%05d" % number, *files, dpi, int(back_came), row[0] if back_came else "", row[1] if back_came else "", reason,
            layout, damage, "%.1f" % angle, int(on_back), int(ticked), int(operator), date, turn, where, "|".join(sender),
            "|".join(recipient)]


def main():
    out, count, seed, dpi, first = sys.argv[1], *map(int, sys.argv[2:6])
    os.makedirs(out, exist_ok=True)
    wording, places = read_tsv("wording.tsv"), read_tsv("places.tsv")
    head = "id front back dpi returned country operator reason layout damage angle on_back ticked operator_shown date turn " \
           "sender_place sender recipient"
    with open(os.path.join(out, "truth.%d.part" % first), "w", encoding="utf-8") as f:
        if first == 0:
            print("\t".join(head.split()), file=f)
        for number in range(first, first + count):
            print("\t".join(map(str, make(out, number, seed, dpi, wording, places))), file=f)


if __name__ == "__main__":
    main()
