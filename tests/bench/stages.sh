#!/bin/sh
# stages.sh [BUILD]: seconds per stage and peak memory of screening a C5 envelope of two sides, from
# uncompressed TIFF as in the spool, at 600 and at 300 dpi. BUILD is a built folder (build/release).
# The simulated envelopes are kept in BUILD/bench.
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/../.." && pwd)
build=$(CDPATH= cd -- "${1:-$root/build/release}" && pwd)
work=$build/bench
samples=6 # what can be learnt from at all; more do not change the time of screening
sheets=8

# simulate SET COUNT DPI DIR [OPTION...]
simulate() {
    set_name=$1 count=$2 dpi=$3 dir=$4
    shift 4
    [ -f "$dir/truth.tsv" ] || "$build/bin/postwacht-simulate" --set "$set_name" --count "$count" \
        --dpi "$dpi" --out "$dir" --type tif --format C5 --jobs "$(nproc)" "$@"
    awk -F '\t' -v dir="$dir" 'NR > 1 { print $1 "\t" dir "/" $2 "\t" dir "/" $3 "\t" $4 }' \
        "$dir/truth.tsv" >"$dir.tsv"
}

mkdir -p "$work"
for dpi in 600 300; do
    simulate enrol "$samples" "$dpi" "$work/genuine-$dpi"
    simulate test "$sheets" "$dpi" "$work/claims-$dpi" --mix 50:50:0
    simulate test "$sheets" "$dpi" "$work/other-$dpi" --mix 0:0:100
    "$build/bin/postwacht" enrol bench --list "$work/genuine-$dpi.tsv" \
        --out "$work/$dpi.template" >"$work/enrol-$dpi.log"
    "$build/tests/stages" "$work/$dpi.template" "$work/claims-$dpi.tsv" "claims to be ours, $dpi dpi"
    "$build/tests/stages" "$work/$dpi.template" "$work/other-$dpi.tsv" "other mail, $dpi dpi"
done
