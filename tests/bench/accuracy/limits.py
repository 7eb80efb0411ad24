"""The limits that the verdicts must keep, on which sheets, and whether they do."""

import re

from evidence import (CLASSES, HIDDEN, OPPOSITE, Counts, called_opposite, contradictions_in_sight, of_kind,
                      share_text, visible_deviations, wilson, yes_no)

FULL_DPI = 600  # below, only some contradictions have limits
# What must be found at 300 dpi as well: missing, moved, other typeface, other wording.
LOW_DPI_KINDS = re.compile(r"_(missing|moved|font_differs|text_differs)$|^font_differs$")
FOUND_LEAST = 0.99  # of imitations
MISSED = "MISSED"
COLUMNS = ["what", "sheets", "of", "share % (95 %)", "limit", "result", "shown"]


def limit_row(text, k, n, limit, at_least):
    """One row; and whether the share keeps the limit. limit None: there is none."""
    if n == 0:
        return [text, 0, 0, "-", limit_text(limit, at_least), "no sheets", "-"], True
    if limit is None:
        return [text, k, n, share_text(k, n), limit_text(limit, at_least), "-", "-"], True
    low, high = wilson(k, n)
    kept = k / n >= limit if at_least else k / n <= limit
    shown = low >= limit if at_least else high <= limit
    return [text, k, n, share_text(k, n), limit_text(limit, at_least),
            "met" if kept else MISSED, yes_no(shown)], kept


def limit_text(limit, at_least):
    if not limit:
        return "none" if limit is None else "never"
    return ("at least " if at_least else "at most ") + f"{100 * limit:g} %"


def told_at_low_dpi(sheet):
    return any(map(LOW_DPI_KINDS.search, visible_deviations(sheet)))


def limits(report, sheets, low_dpi, without_template=0, unseen=()):
    """without_template: further sheets, of firms that could not be enrolled. unseen: further sheets on which
    nothing names the firm; they count in no row about verdicts but their own."""
    genuine, imitation, other = (of_kind(sheets, k) for k in ("genuine", "imitation", "other"))
    if low_dpi:
        imitation = list(filter(told_at_low_dpi, imitation))
    covered = [s for s in genuine if s.cover("slogan", "logo") > 0]
    ours = genuine + imitation
    verdict_is = lambda some, *classes: sum(s.verdict in classes for s in some)
    what = " (missing, moved, font, wording)" if low_dpi else ""
    rows, kept = zip(*(
        limit_row(f"imitation{what} called imitation", verdict_is(imitation, "imitation"),
                  len(imitation), FOUND_LEAST, True),
        limit_row(f"imitation{what} called genuine", verdict_is(imitation, "genuine"),
                  len(imitation), 0, False),
        limit_row("genuine called imitation", verdict_is(genuine, "imitation"), len(genuine), 0.005,
                  False),
        limit_row("genuine with slogan or logo covered, called imitation",
                  verdict_is(covered, "imitation"), len(covered), 0.005, False),
        limit_row("genuine or imitation called unsure", verdict_is(ours, "unsure"), len(ours), 0.04,
                  False),
        limit_row("other mail taken for ours", verdict_is(other, "genuine", "imitation"), len(other),
                  0.002, False),
        limit_row("sheets that could not be screened", verdict_is([*sheets, *unseen], "error"),
                  len(sheets) + len(unseen), 0, False),
        limit_row("sheets of a firm that could not be enrolled", without_template,
                  len(sheets) + len(unseen) + without_template, 0, False),
        limit_row("nothing of the firm's can be seen, called the opposite",
                  sum(map(called_opposite, unseen)), len(unseen), 0, False)))
    report.heading("Limits (simulated)")
    report.paragraph("Share in %, with Wilson's 95 % interval. *Shown* says whether the whole interval keeps "
                     "the limit; with few sheets it cannot. Sheets on which nothing of the firm's can be seen "
                     "(below) count in the last three rows only.")
    report.table("limits", COLUMNS, rows)
    return all(kept)


def imitations(report, sheets, low_dpi):
    """The imitations' limit again, by what there is to recognise them by. Informs; the limit is on all."""
    report.heading("Imitations called imitation, by what can give them away (simulated)")
    report.paragraph("*Print only*: how they were printed is all they deviate in that is in sight (on a side that "
                     "was scanned, not hidden). *With a contradiction in sight*: in content, whatever their print."
                     + (f" Below {FULL_DPI} dpi there is a limit for some contradictions only." if low_dpi else ""))
    found = of_kind(sheets, "imitation")
    content = [s for s in found if contradictions_in_sight(s)]
    groups = [("print only", [s for s in found if not contradictions_in_sight(s)], not low_dpi)]
    if low_dpi:
        groups += [("missing, moved, font or wording in sight", list(filter(told_at_low_dpi, content)), True),
                   ("only other contradictions in sight", [s for s in content if not told_at_low_dpi(s)], False)]
    else:
        groups.append(("with a contradiction in sight", content, True))
    rows = []
    for text, some, limited in groups:
        counts = Counts(some)
        row, _ = limit_row(text, counts["imitation"], counts.n, FOUND_LEAST if limited else None, True)
        rows.append([*row, *(counts.text(c) for c in ("genuine", "unsure", "other"))])
    report.table("imitations", [*COLUMNS, *(f"called {c} % (95 %)" for c in ("genuine", "unsure", "other"))],
                 rows)


def nothing_to_see(report, unseen):
    """Sheets that nobody could decide, with what was said of them."""
    report.heading("Nothing of the firm's can be seen (simulated)")
    report.paragraph(f"Sheets on which all that names the firm (logo, sender, slogan), as far as it was printed "
                     f"and scanned, is covered by {100 * HIDDEN:g} % or more. Nobody can tell an imitation from "
                     "the firm's own there, nor either from other people's mail, so they are left out of all other "
                     "figures, the limits' too. What they must never be called is the opposite: an imitation "
                     "genuine, or a genuine sheet imitation.")
    rows = []
    for kind, opposite in OPPOSITE.items():
        counts = Counts(of_kind(unseen, kind))
        rows.append([kind, counts.n, *(counts[c] for c in CLASSES), counts[opposite],
                     MISSED if counts[opposite] else "met"])
    report.table("nothing_to_see", ["truth", "sheets", *CLASSES, "the opposite", "never the opposite"], rows)
