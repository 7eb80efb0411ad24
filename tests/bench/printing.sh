#!/bin/sh
# printing.sh [BUILD] [OPTION]...: how surely print alone tells an imitation, on envelopes of a second generator
# (tests/bench/printing) whose toner, drops, screens, paper and scanner are not those that postwacht-simulate draws with.
#
#   --firms "LIST"     numbers of simulated firms ("1 2 3 4 5 6")
#   --machines LIST    of printing/presses.py, commas between (all)
#   --genuine N        genuine test sheets a firm, of later print runs, a third on recycled paper (12)
#   --each N           imitations a firm and machine (4)
#   --dpi N            600, 1200 or 300
#   --seed N           another seed is another set
#   --jobs N           processes (one per core)
#   --out DIR          sets, templates, screenings (BUILD/bench/printing)
#
# Every firm is enrolled from 5 genuine envelopes of one print run. Imitations have the genuine artwork: only how it was
# printed differs. Prints per cue how well it alone parts imitations from genuine sheets (area under the ROC curve, 95 %
# interval), and per machine what was called what. Figures are about simulated envelopes: never field accuracy. A
# sheet takes 5 to 10 seconds to make; sets are kept and used again.
set -eu
firms="1 2 3 4 5 6"
machines=laser-office,laser-fine,laser-mono,inkjet-dye,inkjet-pigment
genuine=12 each=4 dpi=600 seed=1 out=''
jobs=$(nproc)
bench_values="firms machines genuine each dpi seed jobs out" bench_flags=''
. "$(dirname -- "$0")/options.sh"
out=${out:-$build/bench/printing}
sh "$root/daemon/install-packages" bench bench_peer
export OMP_THREAD_LIMIT=1 PYTHONDONTWRITEBYTECODE=1 POSTWACHT_DATA="${POSTWACHT_DATA:-$root/schemas/data}"
mkdir -p "$out"
out=$(CDPATH= cd -- "$out" && pwd)

set_of() { echo "$out/$1-${dpi}dpi-$genuine-$each-seed$seed-$(echo "$machines" | cksum | cut -d ' ' -f 1)"; }

# Sets are written whole: truth.tsv of the test comes last.
for firm in $firms; do
    [ -f "$(set_of "$firm")/test/truth.tsv" ] || echo "$firm $(set_of "$firm")"
done | xargs -r -n 2 -P "$jobs" sh -c \
    '/usr/bin/python3 "$0/printing/make_sets.py" "$7" "$6" "$1" "$2" "$3" "$4" "$5"' \
    "$here" "$dpi" "$genuine" "$each" "$seed" "$machines"

list() {
    awk -F '\t' -v dir="$1" 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        { print $at["id"] "\t" dir "/" $at["front"] "\t\t" $at["dpi"] }' "$1/truth.tsv"
}
pairs=
for firm in $firms; do
    set=$(set_of "$firm")
    rm -rf "$set/firm.template"
    list "$set/enrol" >"$set/enrol.tsv"
    list "$set/test" >"$set/test.tsv"
    if ! "$build/bin/postwacht" enrol firm --list "$set/enrol.tsv" --out "$set/firm.template" >"$set/enrol.txt" 2>&1; then
        echo "firm $firm could not be enrolled: $(tail -n 1 "$set/enrol.txt")"
        continue
    fi
    "$build/bin/postwacht" screen --template "$set/firm.template" --list "$set/test.tsv" --jobs "$jobs" >"$set/screened.jsonl"
    pairs="$pairs $set/test/truth.tsv $set/screened.jsonl"
done
# shellcheck disable=SC2086
/usr/bin/python3 "$here/printing/cues.py" $pairs
