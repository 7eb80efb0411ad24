"""Type and ink for simulated mail, drawn at 600 dpi and scanned at whatever is asked for. Everything is simulated."""
import math
import subprocess

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

DPI = 600
_files, _faces = {}, {}


def px(mm):
    return int(round(mm * DPI / 25.4))


def face(name, mm):
    """A typeface by its Fontconfig name; mm is the size of the em."""
    if name not in _files:
        _files[name] = subprocess.run(["fc-match", "-f", "%{file}|%{index}", name], check=True, capture_output=True,
                                      text=True).stdout.split("|")
    key = name, px(mm)
    if key not in _faces:
        path, index = _files[name]
        _faces[key] = ImageFont.truetype(path, max(8, px(mm)), index=int(index) & 0xffff)
    return _faces[key]


def width_mm(text, name, mm):
    return face(name, mm).getlength(text) * 25.4 / DPI


class Piece:
    """Something that is laid on paper: a label (opaque) or ink (a stamp, a print)."""

    def __init__(self, w_mm, h_mm, paper=None):
        self.w, self.h = w_mm, h_mm
        self.opaque = paper is not None
        self.image = Image.new("RGBA", (px(w_mm), px(h_mm)), (*(paper or (255, 255, 255)), 255 if paper else 0))
        self.draw = ImageDraw.Draw(self.image)

    def text(self, x, y, text, name, mm, ink=(20, 20, 24), room=None, anchor="ls"):
        """Baseline at y; what is wider than `room` is set smaller. Returns its width in mm."""
        wide = width_mm(text, name, mm)
        if room and wide > room:
            mm *= room / wide
        self.draw.text((px(x), px(y)), text, font=face(name, mm), fill=(*ink, 255), anchor=anchor)
        return width_mm(text, name, mm)

    def frame(self, x, y, w, h, line_mm=0.3, ink=(20, 20, 24)):
        self.draw.rectangle((px(x), px(y), px(x + w), px(y + h)), outline=(*ink, 255), width=max(1, px(line_mm)))

    def fill(self, x, y, w, h, ink=(20, 20, 24)):
        self.draw.rectangle((px(x), px(y), px(x + w), px(y + h)), fill=(*ink, 255))

    def pen(self, points, line_mm, ink):
        self.draw.line([(px(x), px(y)) for x, y in points], fill=(*ink, 255), width=max(1, px(line_mm)), joint="curve")

    def uneven(self, rng, share):
        """Ink that did not take everywhere: a rubber stamp."""
        small = rng.normal(size=(max(2, self.image.height // 40), max(2, self.image.width // 40)))
        field = np.asarray(Image.fromarray(small.astype(np.float32), "F").resize(self.image.size, Image.BICUBIC))
        fine = rng.normal(size=field.shape)
        alpha = np.asarray(self.image)[..., 3].astype(float)
        keep = np.clip(1 - share * (0.6 + 0.5 * field + 0.25 * fine), 0.1, 1)
        rgba = np.asarray(self.image).copy()
        rgba[..., 3] = np.clip(alpha * keep, 0, 255)
        self.image = Image.fromarray(rgba)
        self.draw = ImageDraw.Draw(self.image)

    def tear(self, rng, share):
        """A corner is gone: `share` of the label's width, along a ragged line."""
        w, h = self.image.size
        cut = share * w
        points = [(w, 0), (w - cut, 0)]
        for i in range(1, 7):
            points.append((w - cut * (1 - i / 7) + rng.normal() * px(0.4), h * 0.9 * i / 7 + rng.normal() * px(0.5)))
        points.append((w, h * 0.9))
        mask = Image.new("L", self.image.size, 255)
        ImageDraw.Draw(mask).polygon(points, fill=0)
        if rng.random() < 0.5:
            mask = mask.transpose(Image.FLIP_TOP_BOTTOM)
        alpha = np.minimum(np.asarray(self.image)[..., 3], np.asarray(mask))
        self.image.putalpha(Image.fromarray(alpha))


class Page:
    """One side of an envelope."""

    def __init__(self, w_mm, h_mm, paper):
        self.w, self.h, self.paper = w_mm, h_mm, paper
        self.image = Image.new("RGB", (px(w_mm), px(h_mm)), paper)

    def lay(self, piece, x_mm, y_mm, angle_deg=0.0, strength=1.0, shade=True):
        """Centre at (x, y), turned clockwise; ink multiplies, a label hides."""
        image = piece.image.rotate(-angle_deg, resample=Image.BICUBIC, expand=True)
        at = px(x_mm) - image.width // 2, px(y_mm) - image.height // 2
        if piece.opaque:
            if shade:
                dark = Image.new("RGB", image.size, tuple(int(c * 0.72) for c in self.paper))
                self.image.paste(dark, (at[0] + 4, at[1] + 5), image.getchannel("A"))
            self.image.paste(image.convert("RGB"), at, image.getchannel("A"))
            return
        box = (max(0, at[0]), max(0, at[1]), min(self.image.width, at[0] + image.width),
               min(self.image.height, at[1] + image.height))
        if box[2] <= box[0] or box[3] <= box[1]:
            return
        part = np.asarray(image.crop((box[0] - at[0], box[1] - at[1], box[2] - at[0], box[3] - at[1]))).astype(float)
        under = np.asarray(self.image.crop(box)).astype(float)
        alpha = part[..., 3:] / 255 * strength
        over = under * (1 - alpha + alpha * part[..., :3] / 255)
        self.image.paste(Image.fromarray(np.clip(over, 0, 255).astype(np.uint8)), box[:2])


def scan(page, dpi, rng, turn):
    """As a document scanner sees it: skewed on its dark lid, blurred, noisy, unevenly lit."""
    margin = px(rng.uniform(4, 9))
    lid = int(rng.choice([18, 40, 95]))
    wide = Image.new("RGB", (page.image.width + 2 * margin, page.image.height + 2 * margin), (lid, lid, lid + 2))
    wide.paste(page.image, (margin, margin))
    wide = wide.rotate(rng.uniform(-1.5, 1.5), resample=Image.BICUBIC, fillcolor=(lid, lid, lid + 2))
    if turn:
        wide = wide.rotate(-turn, expand=True)
    scale = dpi / DPI
    small = wide.resize((int(wide.width * scale), int(wide.height * scale)), Image.BOX)
    pixels = np.asarray(small).astype(np.float32)
    pixels = cv2.GaussianBlur(pixels, (0, 0), rng.uniform(0.45, 0.8) * dpi / 300)
    h, w = pixels.shape[:2]
    light = 1 + 0.02 * np.sin(np.linspace(0, math.pi * 2, h) + rng.uniform(0, 6))[:, None, None]
    cloud = cv2.resize(rng.normal(size=(h // 24 + 2, w // 24 + 2)).astype(np.float32), (w, h))[..., None]
    pixels = pixels * light * (1 + 0.006 * cloud) + rng.normal(scale=rng.uniform(1.5, 3), size=pixels.shape)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
