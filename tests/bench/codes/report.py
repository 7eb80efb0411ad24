"""report.py DIR...: codes read in DIR/out.jsonl against DIR/truth.tsv; one row a folder. All simulated."""
import csv
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "accuracy"))
from evidence import share_text  # noqa: E402

NAMES = {"3s": "code128"}


def main():
    verbose = "-v" in sys.argv
    print("| codes | n | read | share % (95 %) | wrong value accepted | failed its check | seconds, median |\n|---|---|---|---|---|---|---|")
    for folder in [a for a in sys.argv[1:] if a != "-v"]:
        with open(os.path.join(folder, "truth.tsv"), encoding="utf-8") as f:
            truth = {row["id"]: row for row in csv.DictReader(f, delimiter="\t")}
        n = right = wrong = failed = 0
        seconds = []
        for line in open(os.path.join(folder, "out.jsonl"), encoding="utf-8"):
            got = json.loads(line)
            row = truth[got["id"]]
            kind = NAMES.get(row["symbology"], row["symbology"])
            codes = got.get("codes", [])
            good = [c for c in codes if c["check_result"] != "failed"]
            hit = any(c["symbology"] == kind and c["text"] == row["text"] for c in good)
            off = [c for c in good if c["text"] != row["text"]]
            n, right, wrong = n + 1, right + hit, wrong + bool(off)
            failed += any(c["check_result"] == "failed" for c in codes)
            seconds.append(got["seconds"]["codes"])
            if verbose and (off or not hit):
                print("%s wanted %s, got %s" % (row["id"], row["text"], [(c["symbology"], c["text"], c["check_result"]) for c in codes]))
        seconds.sort()
        print("| %s | %d | %d | %s | %d | %d | %.2f |" % (os.path.basename(folder), n, right, share_text(right, n), wrong, failed,
                                                     seconds[n // 2]))


if __name__ == "__main__":
    main()
