"""What was made and what was said of it, sheet by sheet, and how to count it.

A set folder holds enrol/truth.tsv and test/truth.tsv (of the simulator) and screened.jsonl (of `postwacht
screen`), or, when no template could be learnt from enrol, not-enrolled with the reason. Everything here is
about simulated envelopes."""

import csv
import json
import math
import os
import re

CLASSES = ("imitation", "genuine", "unsure", "other", "error")
BOTH_SIDES = frozenset(("front", "back"))
NAMING = ("logo", "slogan", "sender")  # elements that say whose envelope it is; a rule or a seal does not
HIDDEN = 0.90  # share of an element's box under labels from which nobody reads what is left
PRINT = "print_differs"
OPPOSITE = {"imitation": "genuine", "genuine": "imitation"}
Z95 = 1.959964  # two-sided 95 % of the normal distribution


def wilson(k, n):
    """Wilson's score interval: honest at shares near 0 and 1, unlike the textbook one."""
    if n == 0:
        return 0.0, 1.0
    share, z2 = k / n, Z95 * Z95
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 / (1 + z2 / n) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def percent(share):
    return f"{100 * share:.1f}"


def share_text(k, n):
    """'97.5 (91.3-99.3)', or '-' when there is nothing to count."""
    if n == 0:
        return "-"
    low, high = wilson(k, n)
    return f"{percent(k / n)} ({percent(low)}-{percent(high)})"


def yes_no(value):
    return "yes" if value else "no"


def parse_pairs(text):
    """'logo:0.40;slogan:1.00' or 'skew=3,blur' as {name: text of the value, or ''}."""
    pairs = {}
    for part in re.split(r"[;,]", text or ""):
        if part.strip():
            name, _, value = part.strip().replace("=", ":").partition(":")
            pairs[name] = value
    return pairs


def sides_scanned(truth):
    if truth["back"]:
        return BOTH_SIDES
    return {"back"} if truth["swapped"] == "1" else {"front"}


class Sheet:
    """One sheet: the simulator's truth, and the screening's answer."""

    def __init__(self, set_name, truth, screening):
        self.set_name = set_name
        self.id = truth["id"]
        self.name = f"{set_name}-{truth['id']}"
        self.truth = truth
        self.kind = truth["kind"]
        self.firm = truth["firm"]
        self.files = [truth["front"], truth["back"]]
        self.two_sides = bool(truth["back"])
        self.dpi = float(truth["dpi"])
        self.technology = truth["technology"]
        self.orientation = truth["orientation"]
        self.swapped = truth["swapped"] == "1"
        self.returned = truth["returned"] == "1"
        self.deviations = [d for d in truth["deviations"].split(",") if d]
        self.covered = {name: float(v) for name, v in parse_pairs(truth["covered"]).items()}
        self.nuisances = parse_pairs(truth.get("nuisances", ""))
        self.learnt_sides = BOTH_SIDES  # of the envelope, what enrolment has seen
        self.element_sides = {}
        for part in filter(None, truth["elements"].split(";")):
            name, _, rest = part.partition("@")
            self.element_sides[name] = rest.partition(":")[0]
        self.printed = frozenset(self.element_sides)
        if "error" in screening or "verdict" not in screening:
            self.verdict, self.reasons = "error", [screening.get("error", "no answer")]
        else:
            self.verdict = screening["verdict"]["class"]
            self.reasons = screening["verdict"]["reasons"]
        self.template = screening.get("template")
        self.readings = screening.get("readings", [])

    def scanned_sides(self):
        """Sides of the envelope that were scanned: one only, and which one, when --sides 1."""
        return sides_scanned(self.truth)

    def cover(self, *elements):
        """The most covered share of these elements, of those that were scanned."""
        scanned = self.scanned_sides()
        return max((self.covered.get(e, 0.0) for e in elements
                    if self.element_sides.get(e, "front") in scanned), default=0.0)

    def least_covered(self):
        """The cover of the element that can be seen best, of those that were scanned; 1 without any."""
        return min((self.covered.get(e, 0.0) for e, side in self.element_sides.items()
                    if e in NAMING and side in self.scanned_sides()), default=1.0)


def read_truth(set_dir, part):
    path = os.path.join(set_dir, part, "truth.tsv")
    with open(path, encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE))


def not_enrolled(set_dir):
    """Why no template could be learnt for this set; None when one was."""
    try:
        with open(os.path.join(set_dir, "not-enrolled"), encoding="utf-8", errors="replace") as why:
            return " ".join(why.read().split())
    except FileNotFoundError:
        return None


def load_set(set_dir):
    """All sheets of one set, in the order of the truth. Lines of the screening carry ids
    SET-ID; a sheet without a line counts as an error."""
    name = os.path.basename(os.path.normpath(set_dir))
    answers = {}
    with open(os.path.join(set_dir, "screened.jsonl"), encoding="utf-8") as lines:
        for line in lines:
            screening = json.loads(line)
            answers[screening["id"]] = screening
    sheets = [Sheet(name, row, answers.get(f"{name}-{row['id']}", {})) for row in read_truth(set_dir, "test")]
    complete_elements(sheets)
    learnt_sides = frozenset().union(*map(sides_scanned, read_truth(set_dir, "enrol")))
    for sheet in sheets:
        sheet.learnt_sides = learnt_sides
    return sheets


def complete_elements(sheets):
    """An element that an imitation lacks stands on the side where genuine ones have it."""
    sides = {}
    for sheet in sheets:
        if sheet.kind == "genuine":
            sides.update(sheet.element_sides)
    for sheet in sheets:
        if sheet.kind != "other":
            sheet.element_sides = {**sides, **sheet.element_sides}


def shows_what_was_learnt(sheet):
    """Whether an element of the firm was scanned, on a side that enrolment has seen. With one side
    scanned, a sheet fed face down shows its back, of which the template knows nothing: print of the
    firm's on it cannot be recognised, nor held against the sheet."""
    if sheet.kind == "other":
        return True  # nothing of the firm is on it anyway, and that is what must be found
    known = sheet.scanned_sides() & sheet.learnt_sides
    return any(side in known for side in sheet.element_sides.values())


def shows_the_firm(sheet):
    """Whether anything that names the firm can be seen: printed, scanned, on a side that enrolment has seen,
    not hidden. Else nobody can say whether the sheet is the firm's, an imitation's or a stranger's."""
    known = sheet.scanned_sides() & sheet.learnt_sides
    return sheet.kind == "other" or any(
        e in sheet.printed and sheet.element_sides[e] in known and sheet.covered.get(e, 0.0) < HIDDEN
        for e in NAMING)


def visible_deviations(sheet):
    """The deviations of elements that were in front of the scanner, and those of the whole sheet (print,
    paper, colour)."""
    out_of_sight = {e for e, side in sheet.element_sides.items() if side not in sheet.scanned_sides()}
    return [d for d in sheet.deviations if d.partition("_")[0] not in out_of_sight]


def contradictions_in_sight(sheet):
    """Deviations of content that can be seen; without any, only its print can give an imitation away."""
    return [d for d in visible_deviations(sheet)
            if d != PRINT and sheet.covered.get(d.partition("_")[0], 0.0) < HIDDEN]


def of_kind(sheets, kind):
    return [s for s in sheets if s.kind == kind]


def called_opposite(sheet):
    return sheet.verdict == OPPOSITE.get(sheet.kind)


class Counts:
    """How many sheets got which verdict."""

    def __init__(self, sheets):
        self.n = len(sheets)
        self.by = {c: sum(s.verdict == c for s in sheets) for c in CLASSES}

    def __getitem__(self, verdict):
        return self.by[verdict]

    def text(self, verdict):
        return share_text(self.by[verdict], self.n)


class Report:
    """Collects tables and writes each as Markdown for people and as TSV for programs."""

    def __init__(self):
        self.markdown = []
        self.tsv = []

    def paragraph(self, text):
        self.markdown.append(text + "\n")

    def heading(self, text, level=2):
        self.markdown.append("#" * level + " " + text + "\n")

    def table(self, key, columns, rows):
        """rows: lists of cells. In the TSV each row has the table's key in front."""
        cells = [[str(c) for c in row] for row in rows]
        self.markdown.append("| " + " | ".join(columns) + " |\n|" + "---|" * len(columns) + "\n" +
                             "".join("| " + " | ".join(c.replace("|", "/") for c in row) + " |\n"
                                     for row in cells))
        self.tsv.append("\t".join(["table", *columns]))
        self.tsv.extend("\t".join([key, *(" ".join(c.split()) for c in row)]) for row in cells)

    def write(self, path):
        """path.md and path.tsv, each replaced in one step."""
        for suffix, text in ((".md", "\n".join(self.markdown)), (".tsv", "\n".join(self.tsv) + "\n")):
            part = path + suffix + ".part"
            with open(part, "w", encoding="utf-8") as out:
                out.write(text)
            os.replace(part, path + suffix)
