"""cues.py TRUTH SCREENED [TRUTH SCREENED]...: how well each measure of print parts imitations from genuine sheets.

A sheet's value of a check is the median over its elements of how far it lies from what was learnt, in the genuine sheets'
spreads. Area under the ROC curve with the interval of Hanley and McNeil (Radiology 143, 1982); shares with Wilson's.
"""
import collections
import csv
import json
import math
import statistics
import sys

PRINT = ('edge_raggedness edge_fringe staircase satellites edge_width edge_variation grain mottle colour_dots screened_solid '
         'screen_pattern screen_printer colour ink_colour').split()
Z = 1.96


def deviation(reading):
    low, high = reading['genuine']
    value = reading['value']
    if reading['check'] == 'screen_pattern':  # the less, the stranger
        low, high, value = -high, -low, -value
    elif low > 0 and value > 0 and reading['check'] not in ('satellites', 'screen_printer'):
        low, high, value = math.log(low), math.log(high), math.log(value)
    return (value - (low + high) / 2) / max(1e-9, (high - low) / 4)


def area(high, low):
    """Chance that an imitation's value is above a genuine sheet's, and half its interval."""
    n, m = len(high), len(low)
    above = sum((a > b) + .5 * (a == b) for a in high for b in low) / (n * m)
    q1, q2 = above / (2 - above), 2 * above * above / (1 + above)
    var = (above * (1 - above) + (n - 1) * (q1 - above ** 2) + (m - 1) * (q2 - above ** 2)) / (n * m)
    return above, Z * math.sqrt(max(0, var))


def wilson(k, n):
    mid, root = k + Z * Z / 2, Z * math.sqrt(k * (n - k) / n + Z * Z / 4)
    return 100 * (mid - root) / (n + Z * Z), 100 * (mid + root) / (n + Z * Z)


def main():
    values = collections.defaultdict(lambda: collections.defaultdict(list))
    verdicts = collections.defaultdict(collections.Counter)
    for truth_file, screened in zip(sys.argv[1::2], sys.argv[2::2]):
        with open(truth_file) as f:
            truth = {row['id']: row for row in csv.DictReader(f, delimiter='\t')}
        for line in open(screened):
            sheet = json.loads(line)
            row = truth[sheet['id']]
            made = row['technology'] if row['kind'] == 'imitation' else 'genuine'
            verdicts[made][sheet.get('verdict', {}).get('class', 'error')] += 1
            if made == 'genuine' and row['nuisances']:
                verdicts['genuine, ' + row['nuisances']][sheet['verdict']['class']] += 1
            found = collections.defaultdict(list)
            for reading in sheet.get('readings', []):
                if reading['outcome'] == 'measured' and reading['genuine'] and reading['element']:
                    found[reading['check']].append(deviation(reading))
            for check, seen in found.items():
                values[check][made].append(statistics.median(seen))
    machines = sorted(m for m in verdicts if not m.startswith('genuine'))
    print('Simulated (second generator): never field accuracy.\n')
    print('| printed by | sheets | imitation | 95 % | genuine | unsure | other |\n|---|---|---|---|---|---|---|')
    for made in [m for m in verdicts if m.startswith('genuine')] + machines:
        counts = verdicts[made]
        n = sum(counts.values())
        print(f"| {made} | {n} | {100 * counts['imitation'] / n:.1f} % | {'%.1f-%.1f' % wilson(counts['imitation'], n)} | "
              f"{counts['genuine']} | {counts['unsure']} | {counts['other']} |")
    print('\n| area under ROC | ' + ' | '.join(machines) + ' |\n|---' * 1 + '|---' * len(machines) + '|')
    for check in PRINT:
        genuine = values[check]['genuine']
        cells = []
        for made in machines:
            seen = values[check][made]
            cells.append('%.3f ± %.3f (%d)' % (*area(seen, genuine), len(seen)) if seen and genuine else '-')
        print(f'| {check} | ' + ' | '.join(cells) + ' |')


if __name__ == '__main__':
    main()
