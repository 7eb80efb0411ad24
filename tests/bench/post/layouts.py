"""Return labels and stamps in layouts of this benchmark's own; none is a copy of a post's form.

Each layout draws one Piece from a Notice (who returns, which reasons are printed, which one holds)."""
import math

from drawing import Piece, width_mm

REASONS = ["UNKNOWN", "MOVED", "REFUSED", "UNCLAIMED", "INSUFFICIENT_ADDRESS", "DECEASED"]
FRENCH = {"UNKNOWN": "Inconnu", "MOVED": "Parti", "REFUSED": "Refusé", "UNCLAIMED": "Non réclamé",
          "INSUFFICIENT_ADDRESS": "Adresse insuffisante", "DECEASED": "Décédé"}
SANS = ["Open Sans", "Roboto Condensed", "Nimbus Sans", "DejaVu Sans Condensed", "FreeSans", "Lato", "URW Gothic"]
SERIF = ["C059", "P052", "Linux Libertine O", "DejaVu Serif Condensed", "Nimbus Roman"]
MONO = ["Nimbus Mono PS:bold", "DejaVu Sans Mono", "FreeMono:bold"]
PENS = [(20, 30, 120), (25, 25, 28), (150, 25, 30)]
STAMPS = [(190, 28, 45), (96, 44, 140), (35, 60, 160), (45, 45, 48)]


SHARED_WORDING = set("DE AT CH LU FR BE NL GB IE US CA AU NZ MT CY GR BG TH JP CZ SK SE NO DK".split())


class Notice:
    def __init__(self, rng, row, date):
        self.country, self.operator, self.heading = row[:3]
        self.words = dict(zip(REASONS, row[3:]))
        self.date = date
        n = int(rng.integers(4, 7))
        self.listed = sorted(rng.choice(len(REASONS), n, replace=False))
        self.reason = REASONS[int(rng.choice(self.listed))]
        self.french = row[0] in ("FR", "LU") or "/" in row[3]  # bilingual already
        # Where wording is that of several posts, the label says whose it is: else nobody could tell.
        self.operator_shown = row[0] in SHARED_WORDING or rng.random() < 0.8

    def line(self, reason):
        both = self.words[reason]
        return both if self.french else both + " / " + FRENCH[reason]


def pick(rng, names):
    return names[int(rng.integers(len(names)))]


def tick(piece, rng, x, y, size):
    """A mark by hand over the box whose lower left corner is (x, y)."""
    pen, line, kind = PENS[int(rng.integers(3))], rng.uniform(0.35, 0.7), rng.integers(4)
    j = lambda s: rng.normal() * s * size
    if kind == 0:
        piece.pen([(x - size * 0.1 + j(.1), y - size * 1.1 + j(.1)), (x + size * 1.1 + j(.1), y + size * 0.1 + j(.1))], line, pen)
        piece.pen([(x + size * 1.1 + j(.1), y - size * 1.15 + j(.1)), (x - size * 0.1 + j(.1), y + size * 0.1 + j(.1))], line, pen)
    elif kind == 1:
        piece.pen([(x + j(.1), y - size * 0.5 + j(.1)), (x + size * 0.4 + j(.1), y + j(.1)),
                   (x + size * 1.4 + j(.1), y - size * 1.5 + j(.1))], line, pen)
    elif kind == 2:  # printed by machine
        piece.text(x + size * 0.5, y - size * 0.12, "X", "Nimbus Sans:bold", size * 1.15, anchor="ms")
    else:
        for i in range(4):
            t = y - size * (0.15 + 0.22 * i)
            piece.pen([(x + size * 0.1 + j(.05), t), (x + size * 0.9 + j(.05), t - size * 0.1 + j(.05))], line, pen)


def box_list(rng, n, side="left", columns=1, table=False):
    name, ink, paper = pick(rng, SANS + SERIF[:2]), (20, 20, 24), (248, 248, 246)
    row_mm, box = rng.uniform(2.3, 3.1), rng.uniform(2.3, 3.4)
    if rng.random() < 0.25:
        ink = [(150, 20, 30), (20, 50, 130)][int(rng.integers(2))]
    if rng.random() < 0.3:
        paper = [(250, 238, 160), (232, 240, 246), (246, 226, 226)][int(rng.integers(3))]
    rows = -(-len(n.listed) // columns)
    pitch = max(box * 1.45, row_mm * rng.uniform(1.5, 1.9)) * (1.7 if table else 1)
    texts = [n.line(REASONS[i]) for i in n.listed]
    column = min(max(width_mm(t, name, row_mm) for t in texts) + box * 2.2, 95 if columns == 1 else 58)
    head_mm = rng.uniform(3.8, 5)
    w = max(column * columns + 8, min(width_mm(n.heading, name + ":bold", head_mm) + 8, 110))
    h = 12 + rows * pitch + (4 if n.operator_shown else 2)
    p = Piece(w, h, paper)
    if rng.random() < 0.7:
        p.frame(0.8, 0.8, w - 1.6, h - 1.6, 0.35, ink)
    p.text(3.5, 7, n.heading, name + ":bold", head_mm, ink, w - 7)
    for k, i in enumerate(n.listed):
        x0, y = 3.5 + (k // rows) * column, 10 + (k % rows) * pitch + pitch * 0.62
        bx = x0 if side == "left" else x0 + column - box - 2
        tx = x0 + box * 1.5 if side == "left" else x0
        p.frame(bx, y - box * 0.92, box, box, rng.uniform(0.18, 0.32), ink)
        if table:
            p.text(tx, y - row_mm * 0.2, n.words[REASONS[i]], name + ":bold", row_mm, ink, column - box * 2)
            if not n.french:
                p.text(tx, y + row_mm * 0.85, FRENCH[REASONS[i]], name + ":italic", row_mm * 0.85, ink, column - box * 2)
            p.pen([(2, y + pitch * 0.42), (w - 2, y + pitch * 0.42)], 0.15, ink)
        else:
            p.text(tx, y, texts[k], name, row_mm, ink, column - box * 2.4)
        if REASONS[i] == n.reason:
            tick(p, rng, bx, y + box * 0.08, box)
    if n.operator_shown:
        p.text(w - 3.5, h - 2.2, n.operator, name, 2.3, ink, w / 2, "rs")
    if rng.random() < 0.6:
        p.text(3.5, h - 2.2, n.date, name, 2.3, ink)
    return p


def one_reason(rng, n, frame=False, bar=False):
    name = pick(rng, SANS + SERIF)
    ink = [(20, 20, 24), (160, 20, 30), (20, 50, 130)][int(rng.integers(3))]
    w = max(58, min(105, width_mm(n.words[n.reason], name, 3.6) + 10, 200))
    p = Piece(w, rng.uniform(24, 32), (249, 249, 247))
    if frame:
        p.frame(0.8, 0.8, w - 1.6, p.h - 1.6, 0.4, ink)
    if bar:
        p.fill(0, 0, w, 9, ink)
        p.text(w / 2, 6.4, n.heading, name + ":bold", 4.4, (250, 250, 250), w - 8, "ms")
    else:
        p.text(w / 2, 7, n.heading, name + ":bold", 4.6, ink, w - 8, "ms")
    p.text(w / 2, 13.5, n.words[n.reason], name, 3.6, ink, w - 8, "ms")
    if not n.french and rng.random() < 0.6:
        p.text(w / 2, 18, FRENCH[n.reason], name + ":italic", 3.0, ink, w - 8, "ms")
    if n.operator_shown:
        p.text(4, p.h - 2.5, n.operator, name, 2.5, ink, w * 0.55)
    p.text(w - 4, p.h - 2.5, n.date, name, 2.5, ink, w * 0.35, "rs")
    return p


def strip(rng, n):
    name = pick(rng, SANS)
    text = n.heading + ": " + n.words[n.reason]
    w = min(130, width_mm(text, name, 3.2) + 8)
    p = Piece(w, rng.uniform(9, 12), (250, 249, 246))
    p.text(4, 4.8, text, name, 3.2, room=w - 8)
    p.text(4, p.h - 1.8, (n.operator + "   " if n.operator_shown else "") + n.date, name, 2.2, room=w - 8)
    return p


def yellow(rng, n, code=True):
    name = pick(rng, MONO)
    p = Piece(92, 32, (250, 222, 96))
    p.text(5, 5.5, "%s  %03d %s %s" % (n.operator.upper() if n.operator_shown else "RTS", rng.integers(100, 999),
                                       "ABCDEF"[int(rng.integers(6))], n.date), name, 2.9, room=84)
    for i, t in enumerate([n.heading.upper(), n.words[n.reason].upper()] + ([] if n.french else [FRENCH[n.reason].upper()])):
        p.text(46, 11.5 + 4.8 * i, t, name, 3.5, room=84, anchor="ms")
    if code:
        x = 10.0
        while x < 80:
            wide = rng.choice([0.33, 0.66, 0.99])
            p.fill(x, 25.5, wide, 5)
            x += wide + rng.choice([0.33, 0.66, 0.99])
    return p


def cn15(rng, n):
    name = pick(rng, SANS + SERIF)
    box = 2.8
    p = Piece(62, 12 + 5.2 * len(n.listed) + 7, (249, 249, 247))
    p.frame(0.8, 0.8, p.w - 1.6, p.h - 1.6, 0.4)
    p.text(31, 8, "RETOUR", name + ":bold", 5.2, anchor="ms")
    for k, i in enumerate(n.listed):
        y = 10 + 5.2 * k + 3.6
        p.frame(4, y - box * 0.92, box, box, 0.25)
        p.text(9, y, FRENCH[REASONS[i]], name, 2.8, room=48)
        if REASONS[i] == n.reason:
            tick(p, rng, 4, y + box * 0.08, box)
    p.text(31, p.h - 5.2, n.heading, name, 2.5, room=54, anchor="ms")
    p.text(31, p.h - 2.2, n.operator, name + ":bold", 2.5, room=54, anchor="ms")
    return p


def stamp(rng, n, frame=True, listed=False):
    name = pick(rng, ["Nimbus Sans:bold", "Roboto Condensed:bold", "Open Sans:bold", "C059:bold", "DejaVu Sans Mono:bold"])
    ink = STAMPS[int(rng.integers(len(STAMPS)))]
    if listed:
        p = Piece(64, 11 + 5.4 * len(n.listed))
        p.text(32, 7, n.heading.upper(), name, 4.2, ink, 58, "ms")
        for k, i in enumerate(n.listed):
            y = 10 + 5.4 * k + 3.8
            p.frame(4, y - 2.6, 2.9, 2.9, 0.35, ink)
            p.text(9, y, n.words[REASONS[i]], name, 3.0, ink, 52)
        p.uneven(rng, rng.uniform(0.1, 0.35))
        tick(p, rng, 4, 10 + 5.4 * list(n.listed).index(REASONS.index(n.reason)) + 4.05, 2.9)
        return p
    lines = [n.heading.upper(), n.words[n.reason].upper() if rng.random() < 0.6 else n.words[n.reason]]
    if n.operator_shown and rng.random() < 0.5:
        lines.append(n.operator.upper())
    if rng.random() < 0.4:
        lines.append(n.date)
    mm = rng.uniform(3.6, 5)
    w = min(90, max(width_mm(t, name, mm) for t in lines) + 8)
    p = Piece(w, 5 + 6.4 * len(lines))
    if frame:
        p.frame(0.6, 0.6, w - 1.2, p.h - 1.2, rng.uniform(0.5, 0.8), ink)
    for i, t in enumerate(lines):
        p.text(w / 2, 7 + 6.4 * i, t, name, mm, ink, w - 6, "ms")
    p.uneven(rng, rng.uniform(0.1, 0.4))
    return p


def sprayed(rng, n):
    """Printed on the envelope itself by a sorting machine."""
    name = pick(rng, MONO)
    p = Piece(80, 20)
    for i, t in enumerate([n.heading.upper(), n.words[n.reason].upper(), (n.operator.upper() + " " if n.operator_shown else "") + n.date]):
        p.text(2, 5 + 5.2 * i, t, name, 3.4, (50, 50, 54), 76)
    return p


LAYOUTS = {
    "boxes left": lambda r, n: box_list(r, n),
    "boxes right": lambda r, n: box_list(r, n, side="right"),
    "boxes two columns": lambda r, n: box_list(r, n, columns=2),
    "boxes table": lambda r, n: box_list(r, n, table=True),
    "CN 15": cn15,
    "one reason": one_reason,
    "one reason framed": lambda r, n: one_reason(r, n, frame=True),
    "one reason bar": lambda r, n: one_reason(r, n, bar=True),
    "strip": strip,
    "yellow code": yellow,
    "yellow": lambda r, n: yellow(r, n, code=False),
    "stamp framed": stamp,
    "stamp bare": lambda r, n: stamp(r, n, frame=False),
    "stamp boxes": lambda r, n: stamp(r, n, listed=True),
    "sprayed": sprayed,
}
TICKED = {"boxes left", "boxes right", "boxes two columns", "boxes table", "CN 15", "stamp boxes"}


def postmark(rng, place, date):
    """A round date stamp; also what strikes across a label."""
    p = Piece(30, 30)
    ink = (40, 40, 44)
    for r in (14, 10):
        p.draw.ellipse([int((15 - r) * 23.62), int((15 - r) * 23.62), int((15 + r) * 23.62), int((15 + r) * 23.62)],
                       outline=(*ink, 255), width=9)
    p.text(15, 16, date, "Nimbus Sans:bold", 3, ink, 17, "ms")
    p.text(15, 12, place.upper(), "Nimbus Sans", 2.2, ink, 15, "ms")
    for i in range(4):
        y = 8 + i * 4.5
        p.pen([(26 + 0.2 * math.sin(t), y + 0.7 * math.sin(t / 2.0)) for t in range(3)], 0.3, ink)
    p.uneven(rng, rng.uniform(0.2, 0.5))
    return p
