"""peers.py DIR...: what zbarimg and dmtxread make of the same pictures; one row a folder. All simulated."""
import csv
import os
import subprocess
import sys
import time


def run(command):
    start = time.monotonic()
    got = subprocess.run(command, capture_output=True, text=True, errors="replace")
    return got.stdout, time.monotonic() - start


def main():
    print("| codes | n | zbarimg read | wrong | s a picture | dmtxread read | wrong | s a picture |\n|---|---|---|---|---|---|---|---|")
    for folder in sys.argv[1:]:
        with open(os.path.join(folder, "truth.tsv"), encoding="utf-8") as f:
            rows = list(csv.DictReader(f, delimiter="\t"))
        cells = []
        for tool in (["zbarimg", "-q", "--raw"], ["dmtxread", "-n", "-m", "3000"]):
            right = wrong = 0
            seconds = 0.0
            for row in rows:
                out, took = run([*tool, os.path.join(folder, row["front"])])
                seconds += took
                lines = [t for t in out.split("\n") if t]
                right += row["text"] in lines
                wrong += any(t != row["text"] for t in lines)
            cells += ["%d" % right, "%d" % wrong, "%.2f" % (seconds / len(rows))]
        print("| %s | %d | %s |" % (os.path.basename(folder), len(rows), " | ".join(cells)))


if __name__ == "__main__":
    main()
