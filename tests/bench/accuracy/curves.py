#!/usr/bin/env python3
"""Robustness curves from simulated sheets; run by accuracy.sh --curves.

usage: curves.py --out PATH SET-DIR...
A set folder holds CURVE/STEP/KIND/truth.tsv and screened.jsonl with ids CURVE/STEP/KIND/ID. Writes
PATH.md, PATH.tsv and PATH.svg. Ends with 1 when a verdict went to the opposite anywhere, that is, an
imitation was called genuine or a genuine sheet an imitation."""

import argparse
import csv
import json
import os
import sys
from xml.sax.saxutils import escape

from evidence import CLASSES, OPPOSITE, Counts, Report, Sheet, called_opposite

BASE = "base"
KINDS = ("imitation", "genuine")
AXES = {"skew": "skew, degrees", "blur": "blur, sd in pixels", "jpeg": "JPEG quality",
        "contrast": "contrast, share left", "cover_logo": "logo covered, share",
        "cover_slogan": "slogan covered, share", "cover_sender": "sender covered, share"}
# The unharmed value of each axis, which the base sheets stand for; JPEG has none on its axis.
UNHARMED = {"skew": "as fed", "blur": "0", "contrast": "1", "jpeg": "PNG", "cover_logo": "0",
            "cover_slogan": "0", "cover_sender": "0"}
COLOURS = {"imitation": "#b3261e", "genuine": "#2e7d32", "unsure": "#f2b705", "other": "#9aa0a6",
           "error": "#000000"}

# Of the picture, in its own units (pixels when shown as it is).
BAR, GAP, HEIGHT = 30, 6, 90
LEFT, TOP, ROW, PANEL = 150, 60, 140, 300


def load(set_dirs):
    """{(curve, step): {kind: [Sheet]}}, steps in the order they were made."""
    points = {}
    for set_dir in set_dirs:
        with open(os.path.join(set_dir, "screened.jsonl"), encoding="utf-8") as lines:
            answers = {s["id"]: s for s in map(json.loads, lines)}
        folders = dict.fromkeys(answer_id.rpartition("/")[0] for answer_id in answers)
        for folder in folders:
            curve, step, kind = folder.split("/")
            with open(os.path.join(set_dir, folder, "truth.tsv"), encoding="utf-8", newline="") as rows:
                for truth in csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE):
                    sheet = Sheet(folder, truth, answers.get(f"{folder}/{truth['id']}", {}))
                    points.setdefault((curve, step), {}).setdefault(kind, []).append(sheet)
    return points


def curve_points(points, curve):
    """The base, then the curve's steps, as (label, {kind: [Sheet]})."""
    base = [(UNHARMED.get(curve, ""), points[BASE, step]) for c, step in points if c == BASE]
    return base + [(step, points[curve, step]) for c, step in points if c == curve]


def svg_text(x, y, text, size=11, anchor="start", colour="#202124"):
    return (f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" '
            f'fill="{colour}">{escape(text)}</text>')


def svg_bar(x, top, label, counts, opposite):
    """One step: shares of the verdicts stacked, the opposite at the bottom with its number below."""
    parts, y = [], top
    for verdict in sorted(CLASSES, key=lambda v: v == opposite):
        height = HEIGHT * counts[verdict] / counts.n if counts.n else 0
        if height:
            parts.append(f'<rect x="{x}" y="{y:.1f}" width="{BAR}" height="{height:.1f}" '
                         f'fill="{COLOURS[verdict]}"/>')
        y += height
    parts.append(svg_text(x + BAR / 2, top + HEIGHT + 13, label, 10, "middle"))
    if counts[opposite]:
        parts.append(f'<rect x="{x}" y="{top}" width="{BAR}" height="{HEIGHT}" fill="none" '
                     f'stroke="#000" stroke-width="3"/>')
    return parts


def svg(points, curves):
    width, height = LEFT + len(KINDS) * PANEL + 20, TOP + ROW * len(curves) + 20
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
             f'viewBox="0 0 {width} {height}" font-family="sans-serif">',
             f'<rect width="{width}" height="{height}" fill="#fff"/>',
             svg_text(10, 18, "Verdicts on simulated envelopes, step by step; a black frame marks a verdict "
                      "that went to the opposite", 12)]
    x = 10
    for verdict in CLASSES:
        parts.append(f'<rect x="{x}" y="27" width="10" height="10" fill="{COLOURS[verdict]}"/>')
        parts.append(svg_text(x + 14, 36, verdict))
        x += 90
    for column, kind in enumerate(KINDS):
        parts.append(svg_text(LEFT + column * PANEL, TOP - 6, f"{kind} sheets", 12))
    for row, curve in enumerate(curves):
        top = TOP + row * ROW
        parts.append(svg_text(10, top + HEIGHT / 2, AXES.get(curve, curve), 12))
        for column, kind in enumerate(KINDS):
            for i, (label, kinds) in enumerate(curve_points(points, curve)):
                parts += svg_bar(LEFT + column * PANEL + i * (BAR + GAP), top, label,
                                 Counts(kinds.get(kind, [])), OPPOSITE[kind])
    return "\n".join([*parts, "</svg>\n"])


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--out", required=True)
    options.add_argument("set_dir", nargs="+")
    given = options.parse_args()
    points = load(given.set_dir)
    curves = list(dict.fromkeys(curve for curve, _ in points if curve != BASE))

    report = Report()
    report.heading("Robustness on simulated envelopes", 1)
    report.paragraph("Verdicts at each step, in %, with Wilson's 95 % interval. Each step has the same envelopes. "
                     "*Opposite*: an imitation called genuine, or a genuine sheet called imitation. "
                     "Simulated; never field accuracy.")
    rows, opposites = [], []
    for curve in curves:
        for step, kinds in curve_points(points, curve):
            for kind in KINDS:
                sheets = kinds.get(kind, [])
                counts = Counts(sheets)
                opposite = [s for s in sheets if called_opposite(s)]
                rows.append([curve, step, kind, counts.n, *(counts.text(c) for c in CLASSES),
                             len(opposite) or ""])
                opposites += [[curve, step, kind, s.truth["firm"], s.id, " ".join(s.reasons),
                               " ".join(s.deviations)] for s in opposite]
    report.table("curves", ["curve", "step", "truth", "sheets", *CLASSES, "opposite"], rows)
    report.heading("Verdicts that went to the opposite (simulated)")
    if opposites:
        report.table("opposite", ["curve", "step", "truth", "firm", "sheet", "reasons", "deviations"],
                     opposites)
    else:
        report.paragraph("None at any step.")
    report.write(given.out)
    with open(given.out + ".svg", "w", encoding="utf-8") as out:
        out.write(svg(points, curves))
    return 1 if opposites else 0


if __name__ == "__main__":
    sys.exit(main())
