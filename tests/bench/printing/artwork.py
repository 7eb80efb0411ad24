"""Designs of firms that never were: a logo, a sender block, a slogan, drawn at any resolution.

One of a firm's envelopes is a list of Layer: black-and-white artwork in millimetres and the ink it is printed with.
Names, streets and slogans are put together from lists; the same number always gives the same firm.
"""
import dataclasses
import random

import numpy as np
from PIL import Image, ImageDraw, ImageFont

MM = 25.4
FORMATS = {'C6': (162, 114), 'DL': (220, 110), 'C5': (229, 162)}
FACES = '/usr/share/fonts/truetype/'
FONTS = [FACES + f for f in (
    'lato/Lato-Regular.ttf', 'lato/Lato-Bold.ttf', 'open-sans/OpenSans-Regular.ttf', 'open-sans/OpenSans-Semibold.ttf',
    'dejavu/DejaVuSerif.ttf', 'dejavu/DejaVuSansCondensed.ttf', 'liberation/LiberationSerif-Bold.ttf',
    'freefont/FreeSans.ttf', 'freefont/FreeSerif.ttf')]
FIRST = 'Rietkraag Zeewolde Beukenhof Waterlelie Stormvogel Lindenburg Heidewacht Maasoever'.split()
TRADE = 'Drukwerk,Notariaat,Verzekeringen,Installatie B.V.,Ingenieurs,Fietsen N.V.,Accountants,Zaden'.split(',')
STREETS = 'Burgwal Kadijk Molenweg Singel Brink Veerkade Esdoornlaan'.split()
TOWNS = '8011 XZ Zwolle,4331 LD Middelburg,7411 KC Deventer,1621 HB Hoorn,5211 NX Den Bosch'.split(',')
SLOGANS = ('Goed geregeld voor later', 'Al generaties bij de hand', 'Rekenen op rust', 'Wat groeit, dat bloeit',
           'Met beide benen op de dijk')


@dataclasses.dataclass
class Layer:
    """Artwork in one ink. draw(canvas, scale) paints 255 on a PIL 'L' picture of the box, scale in pixels a mm."""
    name: str
    box: tuple  # x, y, w, h in mm on the page
    ink: tuple  # reflectance of a full solid on paper of reflectance 1: linear red, green, blue
    draw: object

    def mask(self, dpi, shift_mm=(0, 0), scale=1.0):
        """The artwork at dpi as bool, over its box; shift and scale as a printer lays it."""
        px = dpi / MM
        size = round(self.box[2] * px), round(self.box[3] * px)
        picture = Image.new('L', size, 0)
        self.draw(ImageDraw.Draw(picture), px * scale, shift_mm)
        return np.asarray(picture) > 127


@dataclasses.dataclass
class Firm:
    format: str
    layers: list
    process: bool  # the firm's own print is four-colour offset, its colours screened

    @property
    def size(self):
        return FORMATS[self.format]


def _text(lines, face, pt, leading, indent):
    def draw(canvas, px, shift):
        font = ImageFont.truetype(face, max(4, round(pt * 0.3528 * px)))
        for row, line in enumerate(lines):
            canvas.text(((indent + shift[0]) * px, (indent + shift[1] + row * leading) * px), line, fill=255, font=font)
    return draw


def _text_box(x, y, lines, face, pt, leading):
    font = ImageFont.truetype(face, round(pt * 10))
    width = max(font.getlength(line) for line in lines) / 10 * 0.3528
    return x - 2, y - 2, width + 6, leading * len(lines) + pt * 0.3528 + 4


def _emblem(kind, size, indent):
    def draw(canvas, px, shift):
        def at(*points):
            return [((indent + shift[0] + u * size) * px, (indent + shift[1] + v * size) * px) for u, v in points]
        if kind == 'wheel':
            canvas.ellipse(at((0, 0), (1, 1)), fill=255)
            canvas.ellipse(at((.16, .16), (.84, .84)), fill=0)
            canvas.pieslice(at((.25, .25), (.75, .75)), 20, 250, fill=255)
        elif kind == 'sail':
            canvas.polygon(at((.45, 0), (.45, .8), (0, .8)), fill=255)
            canvas.polygon(at((.55, .15), (.55, .8), (1, .8)), fill=255)
            canvas.chord(at((0, .6), (1, 1.05)), 10, 170, fill=255)
        elif kind == 'steps':
            for i in range(4):
                canvas.rectangle(at((i * .25, .75 - i * .25), (i * .25 + .2, 1)), fill=255)
        elif kind == 'hexagon':
            ring = [(.5 + .5 * np.cos(a), .5 + .5 * np.sin(a)) for a in np.arange(6) * np.pi / 3]
            canvas.polygon(at(*ring), fill=255)
            canvas.polygon(at(*[(.5 + .6 * (u - .5), .5 + .6 * (v - .5)) for u, v in ring]), fill=0)
            canvas.rectangle(at((.44, .3), (.56, .7)), fill=255)
        else:
            for i in range(5):
                canvas.arc(at((i * .1, i * .1), (1 - i * .1, 1 - i * .1)), 180, 360, fill=255, width=max(1, round(.05 * size * px)))
            canvas.rectangle(at((0, .55), (1, .72)), fill=255)
    return draw


def firm(number):
    pick = random.Random(f'firm {number}')
    form = pick.choice(list(FORMATS))
    width, height = FORMATS[form]
    name = f'{pick.choice(FIRST)} {pick.choice(TRADE)}'
    face, slogan_face = pick.choice(FONTS), pick.choice(FONTS)
    size = pick.choice((9, 13, 18))
    pt, slogan_pt = pick.choice((7.5, 8.5, 9.5)), pick.choice((10, 12, 15))
    ink = tuple(pick.uniform(.01, .35) if c != pick.randrange(3) else .02 for c in range(3))
    black = (.018, .018, .02) if pick.random() < .6 else ink
    x, y = pick.uniform(8, 14), pick.uniform(8, 12)
    lines = [name, f'{pick.choice(STREETS)} {pick.randint(2, 240)}', pick.choice(TOWNS)]
    slogan = [pick.choice(SLOGANS)]
    sender_at = (x + size + 4, y) if pick.random() < .5 else (x, y + size + 5)
    leading = pt * 0.44
    slogan_y = height - 18
    kind = pick.choice(('wheel', 'sail', 'steps', 'hexagon', 'waves'))
    layers = [
        Layer('logo', (x - 2, y - 2, size + 4, size + 4), ink, _emblem(kind, size, 2)),
        Layer('sender', _text_box(*sender_at, lines, face, pt, leading), black, _text(lines, face, pt, leading, 2)),
        Layer('slogan', _text_box(x, slogan_y, slogan, slogan_face, slogan_pt, slogan_pt * .4), ink,
              _text(slogan, slogan_face, slogan_pt, slogan_pt * .4, 2))]
    return Firm(form, layers, pick.random() < .25)
