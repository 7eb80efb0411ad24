#!/usr/bin/python3
"""The counting behind the tables: a tool that miscounts would make evidence of anything."""

import json
import os
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
import curves
import limits
import report
import strangers
from evidence import (Report, contradictions_in_sight, load_set, not_enrolled, shows_the_firm,
                      shows_what_was_learnt, visible_deviations, wilson)

COLUMNS = ("id front back dpi kind firm format returned technology deviations covered orientation "
           "swapped elements nuisances").split()
ELEMENTS = "logo@front:1,1,9,9;slogan@back:1,1,9,9"


def write_truth(path, rows):
    os.makedirs(os.path.dirname(path))
    with open(path, "w", encoding="utf-8") as out:
        out.write("\t".join(COLUMNS) + "\n")
        for number, row in enumerate(rows, 1):
            plain = {"id": f"{number:04}", "front": "f.png", "dpi": "600", "firm": "7", "format": "C6",
                     "returned": "0", "technology": "offset", "orientation": "0", "swapped": "0",
                     "elements": ELEMENTS}
            out.write("\t".join({**plain, **row}.get(c, "") for c in COLUMNS) + "\n")


def write_answers(path, answers):
    """answers: {id: verdict}."""
    with open(path, "w", encoding="utf-8") as out:
        for sheet_id, verdict in answers.items():
            out.write(json.dumps({"id": sheet_id, "verdict": {"class": verdict, "reasons": []},
                                  "template": "x", "readings": []}) + "\n")


class Counting(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def sheets(self, rows, verdicts, enrolled=({"kind": "genuine"},)):
        set_dir = os.path.join(self.folder.name, "set")
        write_truth(os.path.join(set_dir, "enrol", "truth.tsv"), enrolled)
        write_truth(os.path.join(set_dir, "test", "truth.tsv"), rows)
        write_answers(os.path.join(set_dir, "screened.jsonl"),
                      {f"set-{n:04}": v for n, v in enumerate(verdicts, 1) if v})
        return load_set(set_dir)

    def limits(self, rows, verdicts, low_dpi=False):
        out = Report()
        sheets = self.sheets(rows, verdicts)
        kept = limits.limits(out, list(filter(shows_the_firm, sheets)), low_dpi,
                             unseen=[s for s in sheets if not shows_the_firm(s)])
        missed = [line.split("\t")[1] for line in out.tsv if f"\t{limits.MISSED}\t" in line]
        return kept, missed

    def test_wilson(self):
        # Published: 8 of 10 is 0.490 to 0.943; nothing of 240 stays below 3.84/243.84.
        low, high = wilson(8, 10)
        self.assertAlmostEqual(low, 0.4902, 3)
        self.assertAlmostEqual(high, 0.9433, 3)
        self.assertAlmostEqual(wilson(0, 240)[1], 0.01575, 4)

    def test_all_right(self):
        rows = [{"kind": k} for k in ("genuine", "imitation", "other")]
        self.assertEqual(self.limits(rows, ["genuine", "imitation", "other"]), (True, []))

    def test_imitation_called_genuine(self):
        rows = [{"kind": "imitation"}] * 1000
        kept, missed = self.limits(rows, ["imitation"] * 999 + ["genuine"])
        self.assertFalse(kept)
        self.assertEqual(missed, ["imitation called genuine"])

    def test_covered_genuine_counts_by_itself(self):
        rows = [{"kind": "genuine"}] * 999 + [{"kind": "genuine", "covered": "logo:0.40"}]
        _, missed = self.limits(rows, ["genuine"] * 999 + ["imitation"])
        self.assertEqual(missed, ["genuine with slogan or logo covered, called imitation"])

    def test_a_sheet_without_an_answer_is_an_error(self):
        _, missed = self.limits([{"kind": "other"}] * 2, ["other", None])
        self.assertEqual(missed, ["sheets that could not be screened"])

    def test_other_mail_taken_for_ours(self):
        _, missed = self.limits([{"kind": "other"}] * 100, ["other"] * 99 + ["imitation"])
        self.assertEqual(missed, ["other mail taken for ours"])

    def test_low_dpi_limits_some_contradictions(self):
        rows = [{"kind": "imitation", "deviations": d} for d in ("colour_differs", "logo_moved")]
        self.assertEqual(self.limits(rows, ["unsure", "imitation"], low_dpi=True), (True, []))

    def test_what_was_not_scanned(self):
        face_down = {"kind": "imitation", "swapped": "1", "deviations": "print_differs,logo_altered"}
        both = {"kind": "genuine", "back": "b.png"}
        sheet, = self.sheets([face_down], ["unsure"], enrolled=[both])
        self.assertTrue(shows_what_was_learnt(sheet))  # the slogan is on the back
        self.assertEqual(visible_deviations(sheet), ["print_differs"])
        sheet.element_sides = {"logo": "front"}
        self.assertFalse(shows_what_was_learnt(sheet))

    def test_a_side_that_enrolment_never_saw(self):
        rows = [{"kind": kind, "swapped": swapped} for swapped in "10"
                for kind in ("genuine", "imitation", "other")]
        sheets = self.sheets(rows, ["other"] * len(rows))
        self.assertEqual([shows_what_was_learnt(s) for s in sheets],
                         [False, False, True, True, True, True])
        out = Report()
        report.not_shown(out, sheets[:2])
        self.assertIn("2 sheets", out.markdown[0])
        self.assertIn("2 other", out.markdown[0])

    def table(self, out, key):
        """Rows of a report's table, cells after its key."""
        rows = [line.split("\t") for line in out.tsv]
        return [row[1:] for row in rows if row[0] == key]

    def test_nothing_of_the_firm_can_be_seen(self):
        front = "logo@front:1,1,9,9;sender@front:1,20,9,9;rule@front:1,40,9,1"
        hidden = {"elements": front, "covered": "logo:0.93;sender:1.00"}
        rows = [{**hidden, "kind": "genuine"},
                {**hidden, "kind": "imitation", "deviations": "print_differs,slogan_missing"},
                {**hidden, "kind": "genuine", "covered": "logo:0.89;sender:1.00"},
                {**hidden, "kind": "genuine", "covered": "logo:1.00"},
                {**hidden, "kind": "other"},
                {"kind": "genuine", "covered": "logo:0.95", "back": "b.png"},
                {"kind": "genuine", "covered": "logo:0.95"}]
        both = [{"kind": "genuine", "back": "b.png"}]
        sheets = self.sheets(rows, ["other"] * len(rows), both)
        self.assertEqual([shows_the_firm(s) for s in sheets],
                         [False, False, True, True, True, True, False])
        sheets[0].verdict, sheets[1].verdict = "imitation", "unsure"
        out = Report()
        limits.nothing_to_see(out, sheets[:2])
        imitation, genuine = self.table(out, "nothing_to_see")
        self.assertEqual((imitation[1], imitation[-2:]), ("1", ["0", "met"]))
        self.assertEqual((genuine[1], genuine[-2:]), ("1", ["1", limits.MISSED]))

    def test_what_cannot_be_seen_is_in_no_other_limit(self):
        hidden = {"kind": "genuine", "covered": "logo:1.00"}  # the slogan is on the back
        self.assertEqual(self.limits([hidden], ["unsure"]), (True, []))

    def test_never_the_opposite_where_nothing_can_be_seen(self):
        hidden = {"kind": "genuine", "covered": "logo:1.00"}
        self.assertEqual(self.limits([hidden], ["imitation"]),
                         (False, ["nothing of the firm's can be seen, called the opposite"]))

    def test_what_gives_imitations_away(self):
        deviations = ["print_differs", "print_differs,logo_altered", "logo_moved",
                      "print_differs,slogan_moved", "print_differs,colour_differs"]
        rows = [{"kind": "imitation", "deviations": d} for d in deviations]
        rows.append({**rows[1], "covered": "logo:0.95", "back": "b.png"})
        sheets = self.sheets(rows, ["unsure"] + ["imitation"] * 4 + ["genuine"])
        # The slogan is on the back, which only the last sheet shows.
        self.assertEqual([bool(contradictions_in_sight(s)) for s in sheets],
                         [False, True, True, False, True, False])
        out = Report()
        limits.imitations(out, sheets, low_dpi=False)
        alone, content = self.table(out, "imitations")
        self.assertEqual((alone[1:3], alone[5]), (["1", "3"], limits.MISSED))
        self.assertEqual((content[1:3], content[5]), (["3", "3"], "met"))
        out = Report()
        limits.imitations(out, sheets, low_dpi=True)
        alone, told, rest = self.table(out, "imitations")
        self.assertEqual((alone[1:3], alone[4:6]), (["1", "3"], ["none", "-"]))
        self.assertEqual((told[1:3], told[5]), (["1", "1"], "met"))
        self.assertEqual((rest[1:3], rest[4]), (["2", "2"], "none"))

    def test_a_firm_that_could_not_be_enrolled(self):
        set_dir = os.path.join(self.folder.name, "nothing-learnt")
        write_truth(os.path.join(set_dir, "test", "truth.tsv"), [{"kind": "genuine"}] * 3)
        self.assertIsNone(not_enrolled(set_dir))
        with open(os.path.join(set_dir, "not-enrolled"), "w", encoding="utf-8") as out:
            out.write("status 1: too few\nsamples\n")
        self.assertEqual(not_enrolled(set_dir), "status 1: too few samples")
        self.sheets([{"kind": "other"}], ["other"])
        screened = os.path.join(self.folder.name, "set")
        self.assertEqual(self.enrolment_limit(set_dir, screened), ["3", "4"])
        self.assertEqual(self.enrolment_limit(set_dir), ["3", "3"])

    def enrolment_limit(self, *set_dirs):
        """Sheets and all sheets of the limit on enrolment, which must be missed, in a whole report."""
        program = os.path.join(self.folder.name, "ablation")
        with open(program, "w", encoding="utf-8") as out:
            out.write("""#!/bin/sh
            case $1 in drop | alone) printf 'set-0001\\t%s\\tother\\n' - 'all print' ;; esac
            """)
        os.chmod(program, 0o700)
        sys.argv = ["report.py", "--out", self.folder.name, "--ablation", program, "--templates", "1",
                    *set_dirs]
        self.assertEqual(report.main(), report.EXIT_MISSED)
        with open(os.path.join(self.folder.name, "report.tsv"), encoding="utf-8") as lines:
            row, = [line.split("\t") for line in lines if "could not be enrolled" in line]
        self.assertEqual(row[6], limits.MISSED)
        return row[2:4]

    def test_cover_bands(self):
        self.assertEqual([report.cover_band(c) for c in (0, 0.3, 0.31, 0.99, 1)],
                         ["0 %", "1-30 %", "30-60 %", "60-99 %", "100 %"])

    def test_curves_flag_the_opposite(self):
        set_dir = os.path.join(self.folder.name, "firm")
        answers = {}
        for step, verdict in (("base/0", "genuine"), ("blur/8", "imitation")):
            write_truth(os.path.join(set_dir, step, "genuine", "truth.tsv"), [{"kind": "genuine"}])
            answers[f"{step}/genuine/0001"] = verdict
        write_answers(os.path.join(set_dir, "screened.jsonl"), answers)
        points = curves.load([set_dir])
        self.assertIn('stroke-width="3"', curves.svg(points, ["blur"]))
        self.assertEqual([label for label, _ in curves.curve_points(points, "blur")], ["0", "8"])

    def test_pointed_out(self):
        path = os.path.join(self.folder.name, "hidden.txt")
        with open(path, "w", encoding="utf-8") as out:
            out.write("  not used: sample-3: looks odd: very\n  5 samples\n")
        self.assertEqual(strangers.pointed_out(path), ({"sample-3": "looks odd: very"}, False))


if __name__ == "__main__":
    unittest.main()
