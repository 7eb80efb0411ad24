"""Offset, toner and ink-jet from what they are made of, as transmittance of the layer they leave on the paper.

A second opinion on tests/simulator, and on purpose another physics: there an outline is drawn and its border displaced by
correlated noise; here the border is what particles, drops and fibres make of an exact one.

    press(layer, rng) -> (h, w, 3) transmittance at PATCH_DPI over the layer's box

A machine is drawn once from its seed; its run and each sheet vary a little about it. Figures, unless a function says
otherwise: toner 5-9 um (Kipphan, Handbook of Print Media, 2001), drops of 2-12 pl, plates of 2400-2540 dpi.
"""
import cv2
import numpy as np

from artwork import MM

PATCH_DPI = 2400
UM = PATCH_DPI / 25400.0  # patch pixels a micrometre
BLACK = (.015, .015, .016)


def gauss(shape, rng):
    """Normal noise of sd 1, by OpenCV: five times as fast."""
    cv2.setRNGSeed(int(rng.integers(1 << 31)))
    return cv2.randn(np.empty(shape, np.float32), 0, 1)


def blur(picture, um):
    sd = um * UM
    return cv2.GaussianBlur(picture, (0, 0), sd) if sd > 0.3 else picture


def clouds(shape, um, rng):
    """Noise of unit variance whose power falls with frequency, its coarsest detail of size um."""
    total = np.zeros(shape, np.float32)
    for octave in range(4):
        step = max(1, int(um * UM / 2 ** octave / 2))
        small = gauss((shape[0] // step + 3, shape[1] // step + 3), rng)
        total += cv2.resize(small, None, fx=step, fy=step, interpolation=cv2.INTER_CUBIC)[:shape[0], :shape[1]] * .6 ** octave
    return total / total.std()


def fibres(shape, rng):
    """How the surface of paper gives way, unit variance: short strokes in all directions, 15-40 um wide, 0.3-1.5 mm long."""
    field = np.zeros(shape, np.float32)
    for _ in range(int(shape[0] * shape[1] * 2e-4) + 8):
        x, y = rng.uniform(0, shape[1]), rng.uniform(0, shape[0])
        length, turn = rng.uniform(300, 1500) * UM, rng.uniform(0, np.pi)
        end = x + length * np.cos(turn), y + length * np.sin(turn)
        cv2.line(field, (int(x), int(y)), (int(end[0]), int(end[1])), float(rng.uniform(-1, 1)), int(rng.uniform(1.5, 4)))
    field = cv2.GaussianBlur(field, (0, 0), 1.0)
    return np.clip(field / max(1e-6, float(field.std())), -2, 2)


def separate(ink):
    """Tones of cyan, magenta, yellow and black that together absorb about what the spot ink absorbs, and their colours."""
    absorbed = 1 - np.power(np.asarray(ink), 1 / 2.2)
    black = float(absorbed.min())
    if black > .8:  # anybody sets black type in black
        return [(1.0, BLACK)]
    rest = (absorbed - black) / max(1e-6, 1 - black)
    tones = [*np.clip(rest, 0, 1), black ** 1.4]
    colours = [(.06, .42, .62), (.58, .05, .20), (.80, .62, .05), BLACK]
    return [(tone if tone < .97 else 1.0, colour) for tone, colour in zip(tones, colours) if tone > .04]


def dots(shape, lpi, degrees, tone, kind):
    """Halftone of the tone: round (clustered), line, or noise (every position by chance, for error diffusion)."""
    y, x = np.mgrid[:shape[0], :shape[1]].astype(np.float32)
    k, a = lpi / PATCH_DPI, np.radians(degrees)
    u = (x * np.cos(a) + y * np.sin(a)) * k % 1 - .5
    v = (-x * np.sin(a) + y * np.cos(a)) * k % 1 - .5
    if kind == 'line':
        return np.abs(u) < tone / 2
    if tone <= .5:
        return u * u + v * v < tone / np.pi
    u, v = np.abs(u) - .5, np.abs(v) - .5
    return u * u + v * v >= (1 - tone) / np.pi


def _shifted(picture, x_um, y_um):
    move = np.float32([[1, 0, x_um * UM], [0, 1, y_um * UM]])
    return cv2.warpAffine(picture, move, picture.shape[1::-1])


def _film(cover, colour, density=1.0):
    """Transmittance of a layer that covers a share of each pixel."""
    colour = np.power(np.asarray(colour, np.float32), density)
    return 1 - cover[..., None] * (1 - colour)


class Offset:
    """A plate images the outline exactly; blanket and paper decide where the film ends. Where the surface of the paper gives
    way the border follows (2-5 um, as long as fibres are), pressure squeezes and slurs it by some micrometres, the film is
    thinner where paper drinks it. A run differs in density, pressure and plate wear."""

    def __init__(self, seed, process):
        machine = np.random.default_rng([*seed, 1])
        self.process = process
        self.squeeze_um = machine.uniform(4, 8)
        self.give = machine.uniform(.08, .2)
        self.slur_um = machine.uniform(0, 9)
        self.mottle = machine.uniform(.01, .03)
        self.lpi = machine.choice([150, 175])
        self.density, self.gain = 1.0, 0.0
        self.wear = 0.0

    def new_run(self, rng):
        """Delta E about 3 of density, another pressure, a plate that printed a hundred thousand."""
        self.density = 1 + rng.uniform(-.08, .08)
        self.gain = rng.uniform(-.05, .05)
        self.wear = rng.uniform(0, .06)
        return self

    def __call__(self, layer, rng):
        plate = layer.mask(PATCH_DPI, rng.normal(0, .03, 2)).astype(np.float32)
        inks = separate(layer.ink) if self.process else [(1.0, layer.ink)]
        out = np.ones((*plate.shape, 3), np.float32)
        give = fibres(plate.shape, rng)
        for index, (tone, colour) in enumerate(inks):
            part = plate * dots(plate.shape, self.lpi, (15, 75, 0, 45)[index % 4], tone, 'round') if tone < 1 else plate
            part = blur(part.astype(np.float32), self.squeeze_um)
            if self.slur_um * UM > 1:
                part = cv2.blur(part, (1, max(1, round(self.slur_um * UM))))
            edge = .5 - self.gain + self.wear + self.give * give * .5
            cover = np.clip((part - edge) * 3 + .5, 0, 1)
            thin = 1 + self.mottle * clouds(plate.shape, 900, rng) + .01 * give
            if self.process:
                cover = _shifted(cover, *rng.normal(0, 25, 2))
            out *= _film(cover * np.clip(thin, .8, 1.2), colour, self.density)
        return np.clip(out, 0, 1)


class Toner:
    """A laser or a row of LEDs discharges a drum, charged particles settle where the field is strong enough, heat flattens
    them. Every particle is counted (Poisson), so raggedness, voids, satellites and background follow from their size and
    number; none is drawn. kind: 'office' (round screens), 'fine' (chemical toner, 1200 dpi, line screens), 'mono' (black
    toner only: colours become grey dots)."""

    def __init__(self, seed, kind):
        machine = np.random.default_rng([*seed, 2, len(kind)])
        self.kind = kind
        self.grid = {'office': 600, 'fine': 1200, 'mono': 600}[kind]
        self.particle_um = machine.uniform(5, 6) if kind == 'fine' else machine.uniform(6.5, 9)
        self.layers = machine.uniform(1.6, 2.4)  # particles over any point of a solid, in the mean
        self.beam_um = machine.uniform(45, 65) if self.grid == 600 else machine.uniform(28, 40)
        self.lpi = machine.choice([141, 170, 190, 212]) if kind != 'mono' else machine.choice([85, 106])
        self.turn = machine.uniform(0, 15)
        self.off_um = machine.uniform(-70, 70, (4, 2))
        self.fog = machine.uniform(.3, 3)  # particles a mm2 anywhere
        self.fringe = machine.uniform(.002, .01)  # of a solid's density beside it, over some 60 um
        self.steady = machine.uniform(.01, .03)  # light of one LED against the next
        self.scale = 1 + machine.uniform(.001, .008) * machine.choice([-1, 1])

    def _settle(self, wanted, rng):
        """Share of each pixel that toner covers, for a discharge pattern of 0 to 1."""
        latent = blur(wanted.astype(np.float32), self.beam_um / 2.35)
        columns = 1 + self.steady * gauss((1, wanted.shape[1]), rng)
        pull = 1 / (1 + np.exp(-14 * (latent * cv2.blur(columns, (3, 1)) - .5)))
        beside = blur(wanted.astype(np.float32), 60)
        area = np.pi / 4 * (self.particle_um * UM) ** 2  # patch pixels
        mean = self.layers / area * (pull + self.fringe * beside * (1 - pull)) + self.fog / (1000 * UM) ** 2
        clump = 3  # particles cling together: so many fall at once
        count = rng.poisson(mean / clump).astype(np.float32) * clump
        return 1 - np.exp(-blur(count, self.particle_um / 2) * area * 1.6)

    def __call__(self, layer, rng):
        device = layer.mask(self.grid, rng.normal(0, .15, 2), self.scale)
        k = PATCH_DPI // self.grid
        target = layer.mask(PATCH_DPI).shape
        wanted = np.kron(device, np.ones((k, k), bool))
        wanted = np.pad(wanted, ((0, max(0, target[0] - wanted.shape[0])), (0, max(0, target[1] - wanted.shape[1]))))
        wanted = wanted[:target[0], :target[1]]
        inks = separate(layer.ink)
        if self.kind == 'mono':
            grey = 1 - float(np.mean(np.power(layer.ink, 1 / 2.2)))
            inks = [(1.0 if grey > .8 else grey, BLACK)]
        out = np.ones((*target, 3), np.float32)
        for index, (tone, colour) in enumerate(inks):
            screen = 'line' if self.kind == 'fine' else 'round'
            part = wanted if tone >= 1 else wanted & dots(
                target, self.lpi, (15, 75, 0, 45)[index % 4] + self.turn, tone, screen)
            cover = self._settle(part, rng)
            if index:
                cover = _shifted(cover, *self.off_um[index])
            out *= _film(cover, colour)
        return np.clip(blur(out, 4), 0, 1)


class Inkjet:
    """Drops fall on a grid where noise tells them to, mean positions err by some micrometres and by the head's direction of
    travel, a smaller drop follows each in that direction, and paper draws ink along its fibres."""

    def __init__(self, seed, kind):
        machine = np.random.default_rng([*seed, 3, len(kind)])
        self.kind = kind
        self.drop_um = machine.uniform(32, 48) if kind == 'dye' else machine.uniform(26, 38)
        self.wick = machine.uniform(14, 28) if kind == 'dye' else machine.uniform(5, 12)
        self.err_um = machine.uniform(5, 14)
        self.travel_um = machine.uniform(10, 35)
        self.tail_um = machine.uniform(35, 70)
        self.tail = machine.uniform(.05, .25)
        self.grid = 1200

    def _land(self, wanted, tone, rng):
        k = PATCH_DPI // self.grid
        coarse = cv2.resize(wanted.astype(np.float32), None, fx=1 / k, fy=1 / k, interpolation=cv2.INTER_AREA)
        noise = rng.random(coarse.shape, dtype=np.float32)
        noise -= cv2.GaussianBlur(noise, (0, 0), 1.5) - .5  # blue: drops keep apart
        spot = np.pi / 4 * (self.drop_um * self.grid / 25400) ** 2
        share = np.clip(tone if tone < 1 else 1, 0, 1) * min(1.0, 3.0 / spot)
        order = np.argsort(np.argsort(noise[::7, ::7].ravel())).size
        limit = np.sort(noise[::7, ::7].ravel())[min(order - 1, int(share * order))]
        ys, xs = np.nonzero((noise < limit) & (coarse > .5))
        way = np.where(ys // 48 % 2, 1, -1) * self.travel_um / 2 * UM  # swaths of 1 mm, there and back
        xs, ys = xs * k + way, ys * float(k)
        xs = xs + rng.normal(0, self.err_um * UM, xs.size)
        ys = ys + rng.normal(0, self.err_um * UM, ys.size)
        field = np.zeros(wanted.shape, np.float32)
        self._fall(field, xs, ys, 1.0)
        tail = rng.random(xs.size) < self.tail
        self._fall(field, xs[tail] + np.sign(way)[tail] * self.tail_um * UM, ys[tail], .25)
        drop = cv2.GaussianBlur(field, (0, 0), self.drop_um * UM / 2.6)
        peak = 1 / (2 * np.pi * (self.drop_um * UM / 2.6) ** 2)
        return np.clip((drop / peak - .35) * 2.2, 0, 1)

    @staticmethod
    def _fall(field, xs, ys, volume):
        inside = (xs >= 0) & (ys >= 0) & (xs < field.shape[1]) & (ys < field.shape[0])
        np.add.at(field, (ys[inside].astype(int), xs[inside].astype(int)), volume)

    def __call__(self, layer, rng):
        wanted = layer.mask(PATCH_DPI, rng.normal(0, .2, 2))
        inks = separate(layer.ink)
        out = np.ones((*wanted.shape, 3), np.float32)
        along = fibres(wanted.shape, rng), fibres(wanted.shape, rng)
        y, x = np.mgrid[:wanted.shape[0], :wanted.shape[1]].astype(np.float32)
        reach = self.wick * UM / 2
        for tone, colour in inks:
            cover = self._land(wanted, tone, rng)
            cover = cv2.remap(cover, x + reach * along[0], y + reach * along[1], cv2.INTER_LINEAR)
            out *= _film(blur(cover, self.wick / 3), colour)
        return np.clip(out, 0, 1)


def press(name, seed, process=False):
    """By name: offset, laser-office, laser-fine, laser-mono, inkjet-dye, inkjet-pigment."""
    family, _, kind = name.partition('-')
    return {'offset': lambda: Offset(seed, process), 'laser': lambda: Toner(seed, kind),
            'inkjet': lambda: Inkjet(seed, kind)}[family]()
