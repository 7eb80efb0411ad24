"""make_sets.py OUT FIRM DPI GENUINE EACH [SEED [MACHINES]]: one firm's envelopes by the second generator.

Writes OUT/enrol (5 genuine ones of one print run) and OUT/test: GENUINE of later runs (another density and pressure, a worn
plate, every third on recycled paper) and EACH imitations of every machine of MACHINES (names of presses.py, commas between),
same artwork, other printing. Each folder has a truth.tsv as postwacht-simulate writes it. The same arguments give the same
pictures but for the libraries' own changes.
"""
import os
import random
import sys

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

import artwork
import presses
from scanner import Paper, Scanner

COLUMNS = ('id front back dpi kind firm format size_mm returned country operator reason technology deviations covered '
           'orientation swapped nuisances').split()
MACHINES = 'laser-office,laser-fine,laser-mono,inkjet-dye,inkjet-pigment'


def posted(firm, rng):
    """What the post and the sender's clerk add: address, stamp, postmark; linear ink over the page."""
    width, height = firm.size
    words = random.Random(int(rng.integers(1 << 30)))
    lines = [words.choice(('Fam. de Wit', 'Herrn K. Sommer', 'Mme Lefort', 'Smit & Zn')),
             f'{words.choice(artwork.STREETS)} {words.randint(1, 99)}', words.choice(artwork.TOWNS)]
    x, y = width * .48 + rng.normal(0, 3), height * .5 + rng.normal(0, 3)
    stamp = tuple(rng.uniform(.05, .6, 3))
    stuck = rng.normal(0, 2.5), rng.normal(0, 2)  # by hand
    struck = rng.normal(0, 4), rng.normal(0, 3)

    def paint(page, k):
        layer = Image.new('L', page.shape[1::-1], 0)
        canvas = ImageDraw.Draw(layer)
        font = ImageFont.truetype(artwork.FONTS[7], round(4 * k))
        for row, line in enumerate(lines):
            canvas.text((x * k, (y + 5.2 * row) * k), line, fill=255, font=font)
        for radius in (11.5, 9):
            mid = width - 46 + struck[0], 18 + struck[1]
            box = [mid[0] - radius, mid[1] - radius, mid[0] + radius, mid[1] + radius]
            canvas.ellipse([v * k for v in box], outline=190, width=round(.35 * k))
        cover = cv2.GaussianBlur(np.asarray(layer, np.float32) / 255, (0, 0), .7)[..., None]
        page *= 1 - cover * .96
        left, top = round((width - 32 + stuck[0]) * k), round((8 + stuck[1]) * k)
        page[top:top + round(25 * k), left:left + round(21 * k)] *= np.float32(stamp)
    return paint


def sheet(firm, scanner, paper, machine, rng):
    off = rng.normal(0, .35, 2)  # how the sheet lay in the press
    patches = [((layer.box[0] + off[0], layer.box[1] + off[1], *layer.box[2:]), machine(layer, rng)) for layer in firm.layers]
    turn = int(rng.choice([0, 0, 180]))
    feed = turn, rng.normal(0, .6), 1 + rng.uniform(-.003, .003)
    return scanner.scan(firm.size, paper, patches, posted(firm, rng), feed, rng), turn


def main():
    out, number, dpi, genuine, each = sys.argv[1], *map(int, sys.argv[2:6])
    seed = int(sys.argv[6]) if len(sys.argv) > 6 else 1
    machines = (sys.argv[7] if len(sys.argv) > 7 else MACHINES).split(',')
    cv2.setNumThreads(1)
    firm = artwork.firm(number)
    scanner = Scanner([seed, number], dpi)
    stock = Paper([seed, number])
    recycled = Paper([seed, number], 'recycled')

    def plan(kind):
        if kind == 'enrol':
            return [('genuine', 'offset', 0, 'wove')] * 5
        rows = [('genuine', 'offset', 1 + i // 6, 'recycled' if i % 3 == 2 else 'wove') for i in range(genuine)]
        return rows + [('imitation', name, i, 'wove') for name in machines for i in range(each)]

    for part, kind in enumerate(('enrol', 'test')):
        folder = os.path.join(out, kind)
        os.makedirs(folder, exist_ok=True)
        rows = ['\t'.join(COLUMNS)]
        for i, (truth, name, run, ground) in enumerate(plan(kind), 1):
            rng = np.random.default_rng([seed, number, part, i])
            if truth == 'genuine':
                machine = presses.press('offset', [seed, number], firm.process)
                if run:
                    machine.new_run(np.random.default_rng([seed, number, 77, run]))
                paper = recycled if ground == 'recycled' else stock
            else:  # two machines of a kind
                machine = presses.press(name, [seed, number, 40 + run % 2])
                paper = stock  # imitated well: the difference is the print alone
            picture, turn = sheet(firm, scanner, paper, machine, rng)
            file = f'{i:04d}_front.png'
            Image.fromarray(picture).save(os.path.join(folder, file), dpi=(dpi, dpi), compress_level=1)
            values = dict(id=f'{i:04d}', front=file, dpi=dpi, kind=truth, firm=number, format=firm.format, returned=0,
                          technology=name, orientation=turn, swapped=0, nuisances='' if ground == 'wove' else ground)
            rows.append('\t'.join(str(values.get(c, '')) for c in COLUMNS))
        with open(os.path.join(folder, 'truth.tsv'), 'w') as f:
            f.write('\n'.join(rows) + '\n')


if __name__ == '__main__':
    main()
