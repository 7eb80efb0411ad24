#!/usr/bin/python3
"""dots_peer.py TOOL_DIR PICTURE...: the public tool of Richter et al. (2018) on pictures that
dots_bench --write left: one line each with what it decodes and processor seconds, then a table of how
many decode by layout, resolution, file and depth. TOOL_DIR is a checkout of that tool, fetched by
whoever measures; nothing of it is here. Needs numpy, scipy and OpenCV for Python."""

import os
import sys
import time
import types

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
    import signal

    import cv2

    def stop(_signal, _frame):
        raise TooLong

    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, LIMIT_S)
    since = time.process_time()
    try:
        found = parser.PrintParser(cv2.imread(path), ydxArgs={"inputDpi": dpi, "verbose": -1})
        code = found.tdm.decode()
        said = (found.pattern.name if hasattr(found.pattern, "name") else str(found.pattern),
                str(code.get("raw", "")), str(code.get("timestamp", "")))
    except TooLong:
        said = ("", "too long", "")
    except Exception as problem:  # it raises many kinds when there is nothing to read
        said = ("", type(problem).__name__, "")
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return said, time.process_time() - since


def main(tool, paths):
    parser = load(tool)
    table, spent = {}, {}
    for path in sorted(paths):
        layout, dpi, depth, rest = os.path.basename(path).split("_")
        kind = rest.split(".")[1]
        said, seconds = read(parser, path, int(dpi))
        decoded = said[0].startswith(layout[1:])
        print(os.path.basename(path), *said, f"{seconds:.2f} s", sep="\t", flush=True)
        row = (layout, int(dpi), kind)
        table.setdefault(row, {}).setdefault(int(depth), []).append(decoded)
        spent.setdefault(row, []).append(seconds)
    print("\nlayout\tdpi\tfile\tdepth: decoded of drawn\tseconds a picture")
    for row in sorted(table):
        cells = ", ".join(f"{d}: {sum(table[row][d])}/{len(table[row][d])}" for d in sorted(table[row]))
        print(*row, cells, f"{sum(spent[row]) / len(spent[row]):.2f}", sep="\t")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2:])
