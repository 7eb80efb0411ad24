#!/bin/sh
# accuracy.sh [BUILD] [MODE] [OPTION]...: how often the verdict is right, on simulated envelopes.
#
#   (no mode)          tables: enrol every firm from 5 genuine envelopes, screen its test sheets, report
#   --quick            the same with about 60 sheets
#   --curves           robustness: one thing made worse step by step (skew, cover, blur, JPEG, contrast)
#   --strangers N      N enrolments from 5 genuine envelopes and 1 imitation: is it pointed out?
#   --report           tables anew from what was screened before
#
#   --firms "LIST"     numbers of simulated firms, each FIRM or FIRM:FORMAT or FIRM:FORMAT:SIDES
#   --sheets N         test sheets in all (curves: sheets a step)
#   --only "LIST"      of the curves: skew cover_logo cover_slogan cover_sender blur jpeg contrast
#   --dpi N            600 or 300
#   --seed N           of the simulated sheets; another seed is another set
#   --station          all firms' templates are loaded for every sheet: the right one must be chosen
#   --jobs N           processes (one per core)
#   --out DIR          sets, templates, screenings, reports (BUILD/bench/accuracy)
#
# BUILD is a built folder (build/release). Sets are kept in DIR and used again, so that a second run
# screens only; 600 sheets at 600 dpi take about 20 GB and an hour of one core to make. Figures are about
# simulated envelopes: never field accuracy. Sheets fed face down are left out of the figures where one side is
# scanned: enrolment saw the fronts. Sheets on which all that names the firm (logo, sender, slogan) is hidden by
# 90 % or more can be decided by nobody: they have a table of their own, must never be called the opposite, and
# count in no other figure. Imitations are counted again by what can give them away: their print only, or a
# contradiction in sight. A firm that cannot be enrolled counts in the limits and does not end the
# tables' run. Exit status 1 when a limit of the tables is missed.
set -eu
mode=tables
# Six designs of layout, three formats, one side and two: see the simulator's firm.h.
default_firms="101:C6:1 102:DL:2 103:C5-window:1 104:C6:2 105:C5:2 106:DL:1"
firms=$default_firms
sheets='' only='' dpi=600 seed=7001 station='' out='' trials='' strangers='' quick='' curves='' report=''
jobs=$(nproc)
bench_values="strangers firms only sheets dpi seed jobs out" bench_flags="quick curves report station"
. "$(dirname -- "$0")/options.sh"
tools=$here/accuracy
[ -z "$quick" ] || sheets=${sheets:-60}
[ -z "$curves$report" ] || mode=${report:-curves}
[ -z "$strangers" ] || mode=strangers trials=$strangers
for program in bin/postwacht bin/postwacht-simulate tests/ablation; do
    [ -x "$build/$program" ] || {
        echo "accuracy: $build/$program is not there; give a built folder as the first argument" >&2
        exit 2
    }
done
out=${out:-$build/bench/accuracy}
mkdir -p "$out"
out=$(CDPATH= cd -- "$out" && pwd)
sh "$root/daemon/install-packages" bench
/usr/bin/python3 "$tools/test_evidence.py" 2>"$out/test.log" || {
    cat "$out/test.log" >&2
    exit 1
}

# shellcheck source=tests/bench/accuracy/sets.sh
. "$tools/sets.sh"
# shellcheck source=/dev/null
. "$tools/$mode.sh"
