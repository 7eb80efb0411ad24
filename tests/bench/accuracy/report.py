#!/usr/bin/env python3
"""Tables from simulated sheets and their screenings; run by accuracy.sh.

usage: report.py --out DIR --ablation PROGRAM SET-DIR...
Writes DIR/report.md, DIR/report.tsv and DIR/wrong.tsv. Ends with 3 when a limit is missed or a verdict
cannot be recomputed from its readings."""

import argparse
import os
import re
import subprocess
import sys

from evidence import (CLASSES, OPPOSITE, PRINT, Counts, Report, called_opposite, load_set,
                      not_enrolled, of_kind, read_truth, share_text, shows_the_firm,
                      shows_what_was_learnt, visible_deviations, yes_no)
from limits import FULL_DPI, imitations, limits, nothing_to_see

# Which reasons name a deviation. The template names elements by itself and may join two that stand
# close together, so the kind of contradiction must agree, not the element.
NAMED_BY = (
    (r"^mark_", r"^(mark\w*|franking|paid)_(missing|altered|redrawn|text_differs|font_differs)$"),
    (r"_missing$", r"_(missing|altered|redrawn)$"),
    (r"_moved$", r"_moved$"),
    (r"scale_differs$", r"_scaled$"),
    (r"font_differs$", r"_(font_differs|spacing_differs|altered)$"),
    (r"weight_differs$", r"_(weight_differs|font_differs|altered)$"),
    (r"text_differs$", r"_(text_differs|altered)$"),
    (r"logo_altered$", r"_(altered|redrawn)$"),
    (r"colour_differs$", r"_(colour_differs|screened)$"),
    (r"^paper_", r"^paper_"),
    (r"format_differs$", r"^format_differs$"),
    (r"^extra_print$", r"extra"),
    (r"^print_differs$", r"_(ragged|edge_wide|screened)$|^print_differs$"),
)
COVER_BANDS = (("0 %", 0.0), ("1-30 %", 0.30), ("30-60 %", 0.60), ("60-99 %", 0.994), ("100 %", 1.0))
BAND_ORDER = {name: i for i, (name, _) in enumerate(COVER_BANDS)}
EXIT_MISSED = 3


def cover_band(share):
    for name, most in COVER_BANDS:
        if share <= most:
            return name
    return COVER_BANDS[-1][0]


# Tables.

def confusion(report, sheets):
    report.heading("Verdict per kind (simulated)")
    rows = [[kind, counts.n, *(f"{counts[c]}: {counts.text(c)}" for c in CLASSES)]
            for kind in ("imitation", "genuine", "other")
            for counts in [Counts(of_kind(sheets, kind))]]
    report.table("confusion", ["truth", "sheets", *CLASSES], rows)


def is_named(deviation, reasons):
    for truth, reason in NAMED_BY:
        if re.search(truth, deviation):
            return any(re.search(reason, r) for r in reasons)
    return deviation in reasons


def contradictions(report, sheets, without_print):
    report.heading("Per contradiction (simulated)")
    report.paragraph("Imitations that carry it, on a side that was scanned; then those that carry only this "
                     "one besides the print. *Named*: of those whose element nothing covers, how many have a reason "
                     "that says it, whichever element. *By content*: imitation as well when everything about how "
                     "it was printed is left out.")
    imitation = of_kind(sheets, "imitation")
    each = ["sheets", "imitation % (95 %)", "genuine", "unsure", "other", "named %", "by content %"]
    columns = ["contradiction", *each, *("only this: " + column for column in each)]
    rows = []
    for deviation in sorted({d for s in imitation for d in visible_deviations(s)}):
        row = [deviation]
        carrying = [s for s in imitation if deviation in visible_deviations(s)]
        alone = [s for s in carrying if set(visible_deviations(s)) <= {deviation, PRINT}]
        for some in (carrying, alone):
            counts = Counts(some)
            in_open = [s for s in some if s.cover(deviation.partition("_")[0]) == 0]
            named = sum(is_named(deviation, s.reasons) for s in in_open)
            by_content = sum(without_print.get(s.name) == "imitation" for s in some)
            row += [counts.n, counts.text("imitation"), counts["genuine"], counts["unsure"],
                    counts["other"], share_text(named, len(in_open)), share_text(by_content, counts.n)]
        rows.append(row)
    report.table("contradictions", columns, rows)


def grouped_rows(name, sheets, key):
    """A row for each value of key(sheet): what went wrong with genuine ones and with imitations."""
    groups = {}
    for sheet in sheets:
        groups.setdefault(key(sheet), []).append(sheet)
    rows = []
    for value in sorted(groups, key=lambda v: (BAND_ORDER.get(v, 0), str(v))):
        genuine, imitation, other = (Counts(of_kind(groups[value], kind))
                                     for kind in ("genuine", "imitation", "other"))
        rows.append([name, value, genuine.n, genuine.text("imitation"), genuine.text("unsure"),
                     genuine["other"], imitation.n, imitation.text("imitation"), imitation["genuine"],
                     imitation.text("unsure"), imitation["other"], other.n,
                     other["genuine"] + other["imitation"], other["unsure"]])
    return rows


GROUP_COLUMNS = ["nuisance", "value", "genuine", "called imitation % (95 %)", "unsure % (95 %)", "other",
                 "imitations", "called imitation % (95 %)", "genuine", "unsure % (95 %)", "other",
                 "other mail", "taken for ours", "unsure"]


def nuisances(report, sheets):
    ours = [s for s in sheets if s.kind != "other"]
    rows = grouped_rows("slogan or logo covered", ours, lambda s: cover_band(s.cover("slogan", "logo")))
    rows += grouped_rows("least covered of logo, slogan, sender", ours, lambda s: cover_band(s.least_covered()))
    for element in ("logo", "slogan", "sender"):
        with_it = [s for s in ours if element in s.element_sides]
        rows += grouped_rows(f"{element} covered", with_it, lambda s: cover_band(s.cover(element)))
    rows += grouped_rows("orientation", sheets, lambda s: s.orientation)
    rows += grouped_rows("fed face down", sheets, lambda s: yes_no(s.swapped))
    rows += grouped_rows("returned", sheets, lambda s: yes_no(s.returned))
    rows += grouped_rows("technology", sheets, lambda s: s.technology or "no print")
    rows += grouped_rows("sides scanned", sheets, lambda s: 2 if s.two_sides else 1)
    rows += grouped_rows("format", sheets, lambda s: s.truth["format"])
    for name in sorted({n for s in sheets for n in s.nuisances}):
        rows += grouped_rows(name, [s for s in sheets if name in s.nuisances], lambda s: "present")
    report.heading("Per nuisance (simulated)")
    report.table("nuisances", GROUP_COLUMNS, rows)


def firms(report, sheets, templates_loaded):
    report.heading("Per firm (simulated)")
    rows = grouped_rows("set", sheets, lambda s: s.set_name)
    report.table("firms", ["set", *GROUP_COLUMNS[2:]], [row[1:] for row in rows])
    ours = [s for s in sheets if s.kind != "other" and s.template]
    chosen = sum(s.template == s.set_name for s in ours)
    report.paragraph(f"Template of the right firm chosen, where one was: {chosen} of {len(ours)} "
                     f"({share_text(chosen, len(ours))} %), with {templates_loaded} template(s) loaded.")


# How wrong a verdict is, worst first.
def severity(sheet):
    if called_opposite(sheet) or (sheet.kind == "other" and sheet.verdict in OPPOSITE):
        return "0 opposite"
    return {"error": "1 not screened", "other": "2 not recognised"}.get(sheet.verdict, "3 unsure")


def is_wrong(sheet):
    return sheet.verdict != sheet.kind


def wrong_list(report, sheets, path):
    columns = ["severity", "id", "firm", "truth", "verdict", "reasons", "deviations", "covered",
               "orientation", "technology", "nuisances", "file"]
    wrong = sorted((s for s in sheets if is_wrong(s)), key=lambda s: (severity(s), s.name))
    with open(path + ".part", "w", encoding="utf-8") as out:
        out.write("\t".join(columns) + "\n")
        for s in wrong:
            out.write("\t".join([severity(s), s.name, s.firm, s.kind, s.verdict, ",".join(s.reasons),
                                 ",".join(s.deviations), s.truth["covered"], s.orientation,
                                 s.technology, s.truth.get("nuisances", ""), s.files[0]]) + "\n")
    os.replace(path + ".part", path)
    report.heading("Wrong or unsure sheets (simulated)")
    if not wrong:
        report.paragraph("None.")
        return
    report.table("wrong", ["", "sheet", "truth", "verdict", "reasons", "deviations", "covered"],
                 [[severity(s)[2:], s.name, s.kind, s.verdict, " ".join(s.reasons),
                   " ".join(s.deviations), s.truth["covered"]] for s in wrong])


def not_shown(report, hidden):
    """Fed face down with one side scanned: nothing that was learnt was seen, and none may be said."""
    if hidden:
        counts = Counts(hidden)
        report.paragraph(f"Left out of all figures: {counts.n} sheets of the firms fed face down with one side "
                         "scanned. They show no side with the firm's print that enrolment has seen (enrolled "
                         "from one side, a template knows the front only), so they cannot be told, even "
                         "where the back carries print of the firm's. Their verdicts: " +
                         ", ".join(f"{counts[c]} {c}" for c in CLASSES if counts[c]) + ".")


def no_template(report, reasons):
    """reasons: {set folder: why it could not be enrolled}."""
    if reasons:
        report.paragraph("Could not be enrolled, and so not screened; their sheets count in the limits, and "
                         "in no other figure: " +
                         "; ".join(f"{os.path.basename(os.path.normpath(set_dir))}: {why}"
                                   for set_dir, why in reasons.items()))


# Ablation.

def run_ablation(program, mode, files):
    lines = subprocess.run([program, mode, *files], check=True, stdout=subprocess.PIPE,
                           encoding="utf-8").stdout
    return [line.split("\t") for line in lines.splitlines()]


def ablation_rows(verdicts, kinds, sheets):
    """verdicts: {check: {sheet name: verdict}}; '-' is the verdict of all readings."""
    base = verdicts["-"]
    rows = []
    for check, changed in verdicts.items():
        by_kind = lambda kind, verdict: sum(s.kind == kind and changed.get(s.name) == verdict
                                            for s in sheets)
        right = lambda of: sum(of.get(s.name) == s.kind for s in sheets)
        moved = sum(changed.get(s.name) != base.get(s.name) for s in sheets)
        rows.append([check, kinds.get(check, ""), moved, right(changed), right(changed) - right(base),
                     *(by_kind("imitation", v) for v in ("imitation", "genuine", "unsure", "other")),
                     *(by_kind("genuine", v) for v in ("imitation", "genuine", "unsure", "other"))])
    return rows


def decided_again(program, mode, files):
    """{check: {sheet name: verdict}} of the ablation program."""
    verdicts = {}
    for name, check, verdict in run_ablation(program, mode, files):
        verdicts.setdefault(check, {})[name] = verdict
    return verdicts


def recomputed(report, program, files):
    run = subprocess.run([program, "recompute", *files], stdout=subprocess.PIPE, encoding="utf-8",
                         check=False)
    differing = run.stdout.splitlines()
    fine = run.returncode == 0
    report.heading("Recomputed and ablated (simulated)")
    report.paragraph("Verdicts decided again from the stored readings: " +
                     ("every one is what was stored." if fine else
                      f"{len(differing)} DIFFER: " + "; ".join(differing)))
    return fine


def ablation(report, program, verdicts, sheets):
    """verdicts: {mode: as decided_again}."""
    kinds = {name: kind for name, kind, _ in run_ablation(program, "checks", [])}
    columns = ["check", "kind", "verdicts changed", "right", "against all",
               *(f"imitation: {v}" for v in ("imitation", "genuine", "unsure", "other")),
               *(f"genuine: {v}" for v in ("imitation", "genuine", "unsure", "other"))]
    for mode, title in (("drop", "Left out"),
                        ("alone", "Alone (besides what tells whose sheet it is)")):
        report.heading(title, 3)
        report.paragraph("`-` is the verdict of all readings; *all content* and *all print* are the checks of "
                         "what is printed where, and of how.")
        report.table("ablation_" + mode, columns, ablation_rows(verdicts[mode], kinds, sheets))


def screened_tables(report, given, sheets, enrolled):
    """Everything below the limits; whether the verdicts could be recomputed."""
    files = [os.path.join(set_dir, "screened.jsonl") for set_dir in enrolled]
    verdicts = {mode: decided_again(given.ablation, mode, files) for mode in ("drop", "alone")}
    confusion(report, sheets)
    contradictions(report, sheets, verdicts["drop"]["all print"])
    nuisances(report, sheets)
    firms(report, sheets, given.templates)
    fine = recomputed(report, given.ablation, files)
    ablation(report, given.ablation, verdicts, sheets)
    return fine


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--out", required=True)
    options.add_argument("--ablation", required=True)
    options.add_argument("--templates", required=True)
    options.add_argument("set_dir", nargs="+")
    given = options.parse_args()

    failed = {d: why for d in given.set_dir if (why := not_enrolled(d)) is not None}
    enrolled = [d for d in given.set_dir if d not in failed]
    everything = [sheet for set_dir in enrolled for sheet in load_set(set_dir)]
    shown = [s for s in everything if shows_what_was_learnt(s)]
    sheets = [s for s in shown if shows_the_firm(s)]
    unseen = [s for s in shown if not shows_the_firm(s)]
    without_template = [row for set_dir in failed for row in read_truth(set_dir, "test")]
    report = Report()
    report.heading("Accuracy on simulated envelopes", 1)
    report.paragraph(f"{len(everything) + len(without_template)} simulated sheets of {len(given.set_dir)} sets. "
                     "Every figure here is about simulated envelopes and is never field accuracy.")
    low_dpi = min((s.dpi for s in sheets), default=FULL_DPI) < FULL_DPI
    kept = limits(report, sheets, low_dpi, len(without_template), unseen)
    no_template(report, failed)
    not_shown(report, [s for s in everything if not shows_what_was_learnt(s)])
    imitations(report, sheets, low_dpi)
    nothing_to_see(report, unseen)
    fine = not enrolled or screened_tables(report, given, sheets, enrolled)
    wrong_list(report, sheets + list(filter(called_opposite, unseen)), os.path.join(given.out, "wrong.tsv"))
    report.write(os.path.join(given.out, "report"))
    return 0 if kept and fine else EXIT_MISSED


if __name__ == "__main__":
    sys.exit(main())
