"""make_codes.py OUT SYMBOLOGY COUNT SEED DPI: envelopes that bear one code each, drawn with zint, at any angle.

Module widths and heights vary over what posts print, paper, ink and blur as in a scan; beside the code stands an address
and, on some, a logo's stripes and small print. truth.tsv: id, front, dpi, symbology, text. All of it is simulated."""
import os
import subprocess
import sys

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "post"))
from PIL import Image  # noqa: E402

from drawing import Page, Piece, px, scan  # noqa: E402

# zint's number; mm a module, least and most
KINDS = {
    "code128": (20, 0.25, 0.45), "itf": (3, 0.3, 0.5), "datamatrix": (71, 0.4, 0.7), "qr": (58, 0.4, 0.8),
    "kix": (90, 0.5, 0.65), "rm4scc": (70, 0.5, 0.65), "mailmark_c": (121, 0.5, 0.65), "mailmark_l": (121, 0.5, 0.65),
    "imb": (85, 0.5, 0.62), "3s": (20, 0.25, 0.45),
}


def digits(rng, n):
    return "".join(str(d) for d in rng.integers(0, 10, n))


def letters(rng, n, of="ABCDEFGHIJKLMNOPQRSTUVWXYZ"):
    return "".join(of[i] for i in rng.integers(0, len(of), n))


def s10(rng):
    number = digits(rng, 8)
    c = 11 - sum(int(d) * w for d, w in zip(number, (8, 6, 4, 2, 3, 5, 9, 7))) % 11
    return letters(rng, 2) + number + str({10: 0, 11: 5}.get(c, c)) + "".join(rng.choice(["DE", "NL", "GB", "FR"], 1))


def leitcode(rng, n):
    number = digits(rng, n - 1)
    return number + str(-sum(int(d) * (9 if i % 2 else 4) for i, d in enumerate(number)) % 10)


def postcode_gb(rng):
    return letters(rng, 1) + digits(rng, 1) + digits(rng, 1) + letters(rng, 2, "ABDEFGHJLNPQRSTUWXYZ")


def text_of(rng, kind):
    if kind == "code128":
        return s10(rng)
    if kind == "3s":
        return "3S" + letters(rng, 4) + digits(rng, 9 if rng.random() < .5 else 7)
    if kind == "itf":
        return leitcode(rng, int(rng.choice([12, 14])))
    if kind == "datamatrix":
        return "DEA" + letters(rng, 1) + digits(rng, 24)
    if kind == "qr":
        return "https://example.org/" + letters(rng, 8)
    if kind == "kix":
        text = str(rng.integers(1, 10)) + digits(rng, 3) + letters(rng, 2) + str(rng.integers(1, 300))
        return text + ("X" + letters(rng, int(rng.integers(1, 4))) if rng.random() < 0.4 else "")
    if kind == "rm4scc":
        return letters(rng, 2, "ABCDEFGH") + postcode_gb(rng)[1:] + digits(rng, 1) + letters(rng, 1)
    if kind == "imb":
        return digits(rng, 1) + str(rng.integers(0, 5)) + digits(rng, 18) + ["", "-" + digits(rng, 5), "-" + digits(rng, 9),
                                                                        "-" + digits(rng, 11)][int(rng.integers(4))]
    head = str(rng.integers(0, 5)) + str(rng.integers(1, 5)) + str(rng.integers(0, 10))
    code = letters(rng, 1) + digits(rng, 2) + letters(rng, 2, "ABDEFGHJLNPQRSTUWXYZ") + digits(rng, 1) + letters(
        rng, 1, "ABDEFGHJLNPQRSTUWXYZ")
    return head + digits(rng, 2 if kind == "mailmark_c" else 6) + digits(rng, 8) + code


def picture(kind, text, path):
    """One dot a module (two for bars of half a module's height)."""
    number, _, _ = KINDS[kind]
    options = ["--vers=30", "--binary"] if kind == "datamatrix" else []
    subprocess.run(["zint", "-b", str(number), "-d", text, "-o", path, "--notext", "--scale=4", *options], check=True)
    image = np.asarray(Image.open(path).convert("L")) < 128
    rows, columns = np.flatnonzero(image.any(1)), np.flatnonzero(image.any(0))
    return image[rows[0]:rows[-1] + 1, columns[0]:columns[-1] + 1]


def make(out, kind, number, seed, dpi):
    rng = np.random.default_rng([seed, number, sum(map(ord, kind))])
    text = text_of(rng, kind)
    bits = picture(kind, text, os.path.join(out, "zint.png"))
    _, least, most = KINDS[kind]
    module = rng.uniform(least, most)
    wide = bits.shape[1] / 8 * module  # zint draws 2 x scale dots a module
    if kind in ("code128", "itf", "3s"):
        tall = rng.uniform(8, 18)
    elif kind in ("kix", "rm4scc", "mailmark_c", "mailmark_l", "imb"):
        tall = rng.uniform(3.6, 5.4) if kind == "imb" else rng.uniform(4.4, 5.6)
    else:
        tall = bits.shape[0] / 8 * module
    code = Piece(wide, tall)
    ink = int(rng.integers(10, 60))
    alpha = Image.fromarray((bits * 255).astype(np.uint8)).resize(code.image.size, Image.BOX)
    code.image = Image.merge("RGBA", [Image.new("L", code.image.size, ink)] * 3 + [alpha])
    w, h = 176, 125
    paper = [(252, 252, 250), (244, 240, 228), (214, 190, 150)][int(rng.choice(3, p=[.6, .25, .15]))]
    page = Page(w, h, paper)
    for i, line in enumerate(["A. Voorbeeld", "Lindelaan 14", "7311 KE Apeldoorn"]):
        piece = Piece(60, 6)
        piece.text(1, 4.5, line, "Nimbus Sans", 3.6)
        page.lay(piece, 45, 100 + 5.5 * i)
    if rng.random() < 0.5:
        for i in range(9):  # stripes of a logo
            bar = Piece(0.8, 14)
            bar.fill(0, 0, 0.8, 14, (30, 60, 120))
            page.lay(bar, 15 + 2.2 * i, 18)
    label = Piece(wide + 14, tall + 8, (250, 250, 249))
    angle = rng.uniform(0, 360)
    reach = np.hypot(label.w, label.h) / 2
    x = rng.uniform(min(reach + 2, w / 2), max(w - reach - 2, w / 2))
    y = rng.uniform(min(reach + 2, h / 2), max(h - reach - 2, h / 2)) if reach < h / 2 else h / 2
    if rng.random() < 0.5:
        page.lay(label, x, y, angle)
    else:
        blank = Piece(label.w, label.h, paper)
        page.lay(blank, x, y, angle, shade=False)
    page.lay(code, x, y, angle, rng.uniform(0.8, 1))
    name = "%s_%04d.png" % (kind, number)
    scan(page, dpi, rng, 0).save(os.path.join(out, name), dpi=(dpi, dpi), compress_level=1)
    return "%s_%04d" % (kind, number), name, dpi, kind, text


def main():
    out, kind, count, seed, dpi = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6])
    os.makedirs(out, exist_ok=True)
    rows = [make(out, kind, i, seed, dpi) for i in range(count)]
    with open(os.path.join(out, "truth.tsv.part"), "w", encoding="utf-8") as f:
        print("id\tfront\tdpi\tsymbology\ttext", file=f)
        for row in rows:
            print("\t".join(map(str, row)), file=f)
    os.replace(os.path.join(out, "truth.tsv.part"), os.path.join(out, "truth.tsv"))


if __name__ == "__main__":
    main()
