#!/usr/bin/env python3
"""Is an imitation among the samples of an enrolment pointed out? Run by accuracy.sh --strangers.

usage: strangers.py --out PATH TRIALS
TRIALS holds a line a trial: its folder and the imitation's id. The folder holds hidden.txt and
control.txt, the reports of `postwacht enrol` with the imitation and with a genuine envelope in its
place. Writes PATH.md and PATH.tsv. Ends with 1 when the limit is missed."""

import argparse
import csv
import os
import re
import sys

from evidence import Report, share_text

LIMIT = 0.95  # of the trials, exactly the imitation is pointed out
SAMPLES = 6
NOT_USED = re.compile(r"^\s*not used: ([^:\s]+): ?(.*)$")
FAILED = "enrolment failed"


def pointed_out(path):
    """{id: why} of the samples that the report says were not used, and whether enrolment failed."""
    with open(path, encoding="utf-8", errors="replace") as lines:
        text = lines.read().splitlines()
    found = (NOT_USED.match(line) for line in text)
    return {m.group(1): m.group(2) for m in found if m}, any(FAILED in line for line in text)


def read_truth(folder):
    with open(os.path.join(folder, "imitation", "truth.tsv"), encoding="utf-8", newline="") as rows:
        return next(csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE))


class Trial:
    def __init__(self, folder, stranger):
        self.truth = read_truth(folder)
        self.name = os.path.basename(folder)
        self.stranger = stranger
        self.hidden, self.hidden_failed = pointed_out(os.path.join(folder, "hidden.txt"))
        self.control, self.control_failed = pointed_out(os.path.join(folder, "control.txt"))
        self.found = stranger in self.hidden
        self.exact = set(self.hidden) == {stranger}
        self.wrongly = len(set(self.hidden) - {stranger})

    def row(self):
        answer = "exactly" if self.exact else "with others" if self.found else "NOT"
        return [self.name, self.truth["firm"], self.truth["format"], self.truth["technology"],
                self.truth["deviations"].replace(",", " "), self.stranger, answer,
                "; ".join(f"{i}: {why}" for i, why in sorted(self.hidden.items())),
                "; ".join(f"{i}: {why}" for i, why in sorted(self.control.items())),
                "yes" if self.hidden_failed or self.control_failed else ""]


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--out", required=True)
    options.add_argument("trials")
    given = options.parse_args()
    with open(given.trials, encoding="utf-8") as lines:
        trials = [Trial(*line.rstrip("\n").split("\t")) for line in lines]

    n = len(trials)
    exact = sum(t.exact for t in trials)
    report = Report()
    report.heading("An imitation hidden among six samples (simulated)", 1)
    report.paragraph(f"{n} trials, each with another simulated firm. Share in %, with Wilson's 95 % interval.")
    report.table("strangers", ["what", "count", "of", "share % (95 %)", "limit"], [
        ["exactly the imitation pointed out", exact, n, share_text(exact, n), f"at least {100 * LIMIT:g} %"],
        ["imitation pointed out", *of(sum(t.found for t in trials), n), ""],
        ["genuine pointed out beside an imitation",
         *of(sum(t.wrongly for t in trials), n * (SAMPLES - 1)), ""],
        ["genuine pointed out, without any imitation",
         *of(sum(len(t.control) for t in trials), n * SAMPLES), ""],
        ["enrolments without any imitation that point out one",
         *of(sum(bool(t.control) for t in trials), n), ""]])
    report.heading("Per contradiction (simulated)")
    kinds = sorted({t.truth["deviations"] for t in trials})
    report.table("stranger_kinds", ["contradictions", "trials", "exactly", "pointed out"],
                 [[kind.replace(",", " "), len(some), sum(t.exact for t in some), sum(t.found for t in some)]
                  for kind in kinds for some in [[t for t in trials if t.truth["deviations"] == kind]]])
    report.heading("Trials (simulated)")
    report.table("trials", ["trial", "firm", "format", "technology", "contradictions", "imitation",
                            "pointed out", "not used", "not used without imitation", "failed"],
                 [t.row() for t in trials])
    report.write(given.out)
    return 0 if n and exact >= LIMIT * n else 1


def of(k, n):
    return k, n, share_text(k, n)


if __name__ == "__main__":
    sys.exit(main())
