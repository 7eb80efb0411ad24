"""report.py TRUTH.tsv SCREENED.jsonl [-v]: was the return recognised, by country, layout and damage? All simulated."""
import csv
import json
import os
import sys
import unicodedata
from collections import defaultdict

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "accuracy"))
from evidence import share_text  # noqa: E402


class Count:
    def __init__(self):
        self.n = self.found = self.country = self.named_wrong = self.reason = self.reason_wrong = 0

    def add(self, row, got):
        self.n += 1
        self.found += got["is_return"]
        self.country += (got["country"] or "") == row["country"]
        self.named_wrong += bool(got["country"]) and got["country"] != row["country"]
        self.reason += (got["reason"] or "") == row["reason"]
        self.reason_wrong += bool(got["reason"]) and got["reason"] not in (row["reason"], "RETURN")


class Texts:
    """How well the sender's block was read, and both addresses understood, where they were found."""

    def __init__(self):
        self.sheets = self.read = self.letters = self.edits = self.postcodes = 0
        self.to_found = self.to_right = 0

    def add(self, row, got):
        self.sheets += 1
        text, sender = got["text"]["sender"], got.get("sender")
        if text:
            self.read += 1
            want = words(row["sender"])
            self.letters += len(want)
            self.edits += distance(words(text), want)
            self.postcodes += bool(sender) and plain(sender["postcode"]) in plain(row["sender"]) and bool(sender["postcode"])
        recipient = got.get("recipient")
        self.to_found += bool(recipient)
        self.to_right += bool(recipient) and bool(recipient["name"]) and all(
            plain(recipient[part]) in plain(row["recipient"]) for part in ("name", "street", "postcode", "place"))


def words(text):
    """Lines, and the marks that part them in one line, as single spaces."""
    for mark in ("|", "\n", ", ", " - ", " \u00b7 ", " \u2022 ", " \u2013 "):
        text = text.replace(mark, " ")
    return " ".join(text.split())


def plain(text):
    """Letters without accents and digits; what NFKD leaves whole is spelt as posts do."""
    for letter, spelt in (("ø", "o"), ("æ", "ae"), ("ß", "ss"), ("Ø", "O"), ("Æ", "AE")):
        text = text.replace(letter, spelt)
    return "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if c.isalnum())


def distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (x != y))
    return row[-1]


def table(title, counts):
    print("\n| %s | n | recognised | country right | another named | reason right | another named |\n|---|---|---|---|---|---|---|" % title)
    for key in sorted(counts):
        c = counts[key]
        print("| %s | %d | %d | %d | %d | %d | %d |" % (key, c.n, c.found, c.country, c.named_wrong, c.reason, c.reason_wrong))


def main():
    verbose = "-v" in sys.argv
    with open(sys.argv[1], encoding="utf-8") as f:
        truth = {row["id"]: row for row in csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE)}
    by = {name: defaultdict(Count) for name in ("country", "layout", "damage", "face")}
    total, ticked, false, others, seconds = Count(), Count(), 0, 0, []
    dates, texts = [0, 0, 0], Texts()
    for line in open(sys.argv[2], encoding="utf-8"):
        got = json.loads(line)
        row = truth[got["id"]]
        if "error" in got:
            print("%s: %s" % (got["id"], got["error"]))
            continue
        seconds.append(sum(got["seconds"].get(s, 0) for s in ("return", "codes", "journey")))
        answer = got["returned"]
        if row["returned"] == "0":
            texts.add(row, got)
            others += 1
            false += answer["is_return"]
            if answer["is_return"] and verbose:
                print("FALSE %s %r" % (got["id"], answer["text"]))
            continue
        total.add(row, answer)
        if row["ticked"] == "1":
            ticked.add(row, answer)
        dates[0] += 1
        dates[1] += answer.get("date") == iso(row["date"])
        dates[2] += bool(answer.get("date")) and answer.get("date") != iso(row["date"])
        angle = abs(float(row["angle"]))
        by["country"][row["country"]].add(row, answer)
        by["layout"][row["layout"]].add(row, answer)
        by["damage"][row["damage"] or "whole"].add(row, answer)
        by["face"]["%s, %s, %s" % ("back" if row["on_back"] == "1" else "front", "on its head" if angle > 90 else "upright",
                                 "skew over 10" if 10 < angle % 180 < 170 else "skew to 10")].add(row, answer)
        if verbose and not (answer["is_return"] and answer["country"] == row["country"] and answer["reason"] == row["reason"]):
            print("%s %s/%s %s%s %s back=%s head=%s -> %s %s %s | %r" % (
                got["id"], row["country"], row["reason"], row["layout"], " " + row["damage"], row["angle"], row["on_back"],
                row["turn"], answer["is_return"], answer["country"], answer["reason"], answer["text"]))
    for name, counts in by.items():
        table(name, counts)
    print("\nAll of this is simulated.\n")
    print("| what | of | share % (95 %) | wanted |\n|---|---|---|---|")
    for name, k, n, limit in (("return recognised", total.found, total.n, "99 %"), ("false returns", false, others, "0.2 %"),
                              ("country right", total.country, total.n, "95 %"), ("reason right", total.reason, total.n, "95 %"),
                              ("ticked box right", ticked.reason, ticked.n, "97 %"), ("date right", dates[1], dates[0], ""),
                              ("another date", dates[2], dates[0], "")):
        print("| %s | %d of %d | %s | %s |" % (name, k, n, share_text(k, n), limit))
    if texts.sheets:
        print("\nof %d sheets without label: sender read on %s, wrong letters in it %.2f %% (wanted 1.5 %%), its postcode right on %s; "
              "recipient found on %s, name, street, postcode and place right on %s" % (
                  texts.sheets, texts.read, 100 * texts.edits / max(1, texts.letters), texts.postcodes, texts.to_found,
                  texts.to_right))
    seconds.sort()
    if seconds:
        print("\nreading and codes of a sheet: median %.2f s, 95th percentile %.2f s" % (
            seconds[len(seconds) // 2], seconds[int(len(seconds) * .95)]))


def iso(date):
    for mark in "-./":
        parts = date.split(mark)
        if len(parts) == 3:
            return "20%s-%s-%s" % (parts[2][-2:], parts[1], parts[0])
    return None


if __name__ == "__main__":
    main()
