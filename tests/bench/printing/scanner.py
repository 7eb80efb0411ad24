"""A contact image sensor: one line of pixels, three lamps that take turns, a lens that is a row of fibres.

What tests/simulator does otherwise: the blur has a sharp heart and wide wings instead of being Gaussian, the firmware
sharpens, each pixel of the line has a gain of its own (streaks along the feed), and the lamps see the moving sheet a third
of a line apart.
"""
import cv2
import numpy as np

from artwork import MM
from presses import PATCH_DPI, UM, gauss

MARGIN_MM = 7


class Scanner:
    def __init__(self, seed, dpi):
        made = np.random.default_rng([*seed, 9])
        self.dpi = dpi
        self.heart_px = made.uniform(.38, .55)
        self.wings_px = made.uniform(.9, 1.4)
        self.wings = made.uniform(.05, .2)
        self.sharpen = made.choice([0, 0, .3, .6])
        self.gamma = made.choice([1.8, 2.2])
        self.white = made.uniform(.93, 1.02)
        self.gain_sd = made.uniform(.001, .004)
        self.noise = made.uniform(.6, 1.6)
        self.phase = np.array([-1, 0, 1]) / 3 * made.choice([0.3, 1.0])
        self.lid = made.choice([.01, .03, .85])
        self.columns = made.integers(1 << 30)

    def _through_lens(self, reflectance, px):
        """px: picture pixels a scanner pixel."""
        heart = cv2.GaussianBlur(reflectance, (0, 0), self.heart_px * px)
        wings = cv2.GaussianBlur(reflectance, (0, 0), self.wings_px * px)
        return (1 - self.wings) * heart + self.wings * wings

    def scan(self, size_mm, paper, patches, over, feed, rng):
        """paper: Paper; patches: (box_mm, transmittance); over: what lies on the print, a function that paints the linear
        page at scanner dpi. Gives 8-bit RGB."""
        k = self.dpi / MM
        turn, skew, stretch = feed
        w, h = (round(v * k) for v in size_mm)
        page = paper.page(w, h, self.dpi, rng)
        for box, through in patches:
            light = np.sqrt(through)  # in through the ink, spread in the paper with long tails, out again
            spread = .6 * cv2.GaussianBlur(light, (0, 0), 25 * UM) + .4 * cv2.GaussianBlur(light, (0, 0), 70 * UM)
            seen = self._through_lens(light * spread, PATCH_DPI / self.dpi)
            scale = self.dpi / PATCH_DPI
            x0, y0 = box[0] * k, box[1] * k
            left, top = int(x0) - 2, int(y0) - 2
            tile = max(0, left), max(0, top), min(w, left + int(box[2] * k) + 5), min(h, top + int(box[3] * k) + 5)
            for c in range(3):
                lay = np.float32([[scale, 0, x0 - tile[0]], [0, scale, y0 - tile[1] + self.phase[c]]])
                layer = cv2.warpAffine(seen[..., c], lay, (tile[2] - tile[0], tile[3] - tile[1]), flags=cv2.INTER_LINEAR,
                                       borderMode=cv2.BORDER_CONSTANT, borderValue=1.0)
                page[tile[1]:tile[3], tile[0]:tile[2], c] *= layer
        over(page, k)
        margin = MARGIN_MM * k
        angle = np.radians(turn + skew)
        a = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) * [[1], [stretch]]
        out_w, out_h = (h, w) if turn % 180 else (w, h)
        out_w, out_h = round(out_w + 2 * margin), round(out_h + 2 * margin)
        centre = np.array([out_w / 2, out_h / 2]) - a @ np.array([w / 2, h / 2])
        raw = cv2.warpAffine(page, np.float32(np.hstack([a, centre[:, None]])), (out_w, out_h), flags=cv2.INTER_CUBIC,
                             borderMode=cv2.BORDER_CONSTANT, borderValue=(self.lid,) * 3)
        return self._develop(raw, rng)

    def _develop(self, raw, rng):
        line = np.random.default_rng(self.columns)
        gain = 1 + np.float32(self.gain_sd) * line.standard_normal((1, raw.shape[1], 3), dtype=np.float32)
        light = np.clip(raw * (gain * np.float32(self.white)), 0, 1)
        levels = cv2.pow(light, 1 / self.gamma) * 255
        levels += np.float32(self.noise) * np.sqrt(light + np.float32(.4)) * gauss(raw.shape, rng)
        if self.sharpen:
            levels += self.sharpen * (levels - cv2.GaussianBlur(levels, (0, 0), 1.0))
        return np.clip(levels + .5, 0, 255).astype(np.uint8)


class Paper:
    """kind: 'wove' (clean), 'recycled' (grey, specks and strong texture)."""

    def __init__(self, seed, kind='wove'):
        made = np.random.default_rng([*seed, 5])
        self.tone = np.array([.80, .80, .79]) + made.uniform(-.03, .03) + made.uniform(-.01, .01, 3)
        self.texture = made.uniform(.008, .014)
        self.formation = made.uniform(.004, .01)
        self.specks = 0.0
        if kind == 'recycled':
            self.tone *= (.96, .965, .955)
            self.texture *= 2
            self.specks = 4.0  # a cm2

    def page(self, w, h, dpi, rng):
        fine = cv2.GaussianBlur(gauss((h, w), rng), (0, 0), dpi / 25400 * 35)
        page = 1 + self.texture * fine / fine.std()
        step = max(1, round(dpi / MM * .6))
        slow = gauss((h // step + 2, w // step + 2), rng)
        page += self.formation * cv2.resize(slow, (w, h), interpolation=cv2.INTER_CUBIC)
        for _ in range(int(self.specks * w * h / (dpi / 2.54) ** 2)):
            at = int(rng.uniform(0, w)), int(rng.uniform(0, h))
            end = at[0] + int(rng.normal(0, dpi / 200)), at[1] + int(rng.normal(0, dpi / 200))
            cv2.line(page, at, end, float(rng.uniform(.75, .93)), 1 + dpi // 900)
        return (page[..., None] * self.tone.astype(np.float32)).astype(np.float32)
