#!/usr/bin/python3
"""dots_peer.py TOOL_DIR DOTS_BENCH [TRIALS]: how faint tracking dots the public tool of Richter et al.
(2018) decodes, beside ours on the same pictures in the same run: sheets as scanned, and clean ones
(neutral paper without noise, straight and bare). The depth of blue is halved in by decoding or not;
from a depth 9 in 10 of TRIALS (10) must decode. It has decoded when it names the layout; ours only
when it reads what was drawn. Prints a line per kind of sheet, layout and resolution: the faintest
depth of the tool, its processor seconds a picture at that depth (at full depth when it decodes none),
and how many of these pictures ours decodes in how many seconds.

TOOL_DIR is a checkout of that tool, fetched by whoever measures; nothing of it is here. Needs numpy,
scipy and OpenCV for Python. An hour."""

import glob
import os
import signal
import subprocess
import sys
import tempfile
import time
import types

LAYOUTS = ["P1", "P2", "P3", "P4", "P5"]
DEPTHS = [2, 3, 4, 6, 8, 10, 15, 20, 30, 40, 60, 100, 140]  # those of dots_bench
SHARE = 0.9  # of the trials that must decode
LIMIT_S = 120  # processor seconds a picture; what takes longer counts as not decoded


class TooLong(Exception):
    pass


def load(tool):
    sys.path.insert(0, tool)
    try:
        import PIL.Image  # noqa: F401
    except ImportError:  # it only asks pictures for their dpi, which is given here
        package, module = types.ModuleType("PIL"), types.ModuleType("PIL.Image")
        package.Image = module
        sys.modules["PIL"], sys.modules["PIL.Image"] = package, module
    whole = types.ModuleType("libdeda")  # without the parts that make PDFs
    whole.__path__ = [os.path.join(tool, "libdeda")]
    sys.modules["libdeda"] = whole
    import libdeda.print_parser as parser

    return parser


def read(parser, path, dpi):
    """The layout that the tool names, or "", and processor seconds."""
    import cv2

    def stop(_signal, _frame):
        raise TooLong

    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, LIMIT_S)
    since = time.process_time()
    try:
        found = parser.PrintParser(cv2.imread(path), ydxArgs={"inputDpi": dpi, "verbose": -1})
        found.tdm.decode()
        said = found.pattern.name if hasattr(found.pattern, "name") else str(found.pattern)
    except Exception:  # it raises many kinds when there is nothing to read
        said = ""
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return said, time.process_time() - since


class Sheets:
    """Pictures of one layout at one depth, and what ours makes of them."""

    def __init__(self, bench, layout, depth, trials, clean):
        self.dir = tempfile.TemporaryDirectory()
        number = str(LAYOUTS.index(layout) + 1)
        command = [bench, "--layout", number, "--depth", str(depth), "--sheets", str(trials), "--png",
                   "--write", self.dir.name]
        table = subprocess.run(command + ["--clean"] * clean, check=True, capture_output=True, text=True)
        rows = [line.split("\t") for line in table.stdout.splitlines()[1:]]
        self.ours = {int(row[1]): (int(row[3]), float(row[5]) / 1000) for row in rows}

    def paths(self, dpi):
        return sorted(glob.glob(os.path.join(self.dir.name, f"*_{dpi}_*.png")))


class Peer:
    def __init__(self, parser, bench, trials):
        self.parser, self.bench, self.trials, self.drawn = parser, bench, trials, {}

    def sheets(self, layout, depth, clean):
        key = (layout, depth, clean)
        if key not in self.drawn:
            self.drawn[key] = Sheets(self.bench, layout, depth, self.trials, clean)
        return self.drawn[key]

    def decodes(self, layout, dpi, depth, clean):
        """Whether it decodes enough, and seconds a picture; stops when enough have failed."""
        failed, spent = 0, []
        for path in self.sheets(layout, depth, clean).paths(dpi):
            said, seconds = read(self.parser, path, dpi)
            spent.append(seconds)
            failed += not said.startswith(layout[1:])
            if failed > (1 - SHARE) * self.trials + 1e-9:
                break
        return failed <= (1 - SHARE) * self.trials + 1e-9, sum(spent) / len(spent)

    def faintest(self, layout, dpi, clean):
        ok, seconds = self.decodes(layout, dpi, DEPTHS[-1], clean)
        if not ok:
            return None, seconds
        low, high = 0, len(DEPTHS) - 1
        while low < high:
            middle = (low + high) // 2
            ok, spent = self.decodes(layout, dpi, DEPTHS[middle], clean)
            if ok:
                high, seconds = middle, spent
            else:
                low = middle + 1
        return DEPTHS[high], seconds


def main(tool, bench, trials):
    peer = Peer(load(tool), bench, trials)
    print("sheets\tlayout\tdpi\ttool: faintest\tseconds\tours on these\tseconds\ttimes faster")
    for clean in (False, True):
        for layout in LAYOUTS:
            for dpi in (300, 600):
                depth, seconds = peer.faintest(layout, dpi, clean)
                right, ours = peer.sheets(layout, depth or DEPTHS[-1], clean).ours[dpi]
                print("clean" if clean else "scanned", layout, dpi, depth or "none", f"{seconds:.2f}",
                      f"{right} of {trials}", f"{ours:.3f}", f"{seconds / ours:.0f}",
                      sep="\t", flush=True)


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) == 4 else 10)
