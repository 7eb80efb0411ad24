#!/bin/sh
# dots.sh [--peer TOOL_DIR] [--prints DIR] [--sheets N] [BUILD]: all that is promised of tracking dots,
# in one table after the other: which layouts decode how faint (dots_bench), what is found on N (1,000)
# sheets without dots (dots_none), processor time and memory of a C5 side at 600 dpi with dots and
# without. BUILD is a built folder (build/release). With --peer the public tool of Richter et al.
# (2018), a checkout of your own, on the same pictures (dots_peer.py). With --prints DIR what is found
# in DIR/*.png, binarised extracts of real prints (dark dots on white, scale unknown) that others
# published, whole and by halves. Exit status 1 when a promise is not kept. An hour, another with --peer.
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/../.." && pwd)
peer='' prints='' sheets=1000 failed=0
while [ $# -gt 0 ]; do
    case $1 in
    --peer) peer=$2 && shift 2 ;;
    --prints) prints=$2 && shift 2 ;;
    --sheets) sheets=$2 && shift 2 ;;
    -*) sed -n '2,9s/^# //p' "$0" && exit 2 ;;
    *) break ;;
    esac
done
build=$(CDPATH= cd -- "${1:-$root/build/release}" && pwd)
tests=$build/tests
work=$build/bench
export OMP_THREAD_LIMIT=1 OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1

heading() {
    printf '\n## %s\n' "$*"
}

# sides NAME OPTION...: fronts of simulated C5 envelopes
sides() {
    name=$1
    shift
    [ -f "$work/$name/truth.tsv" ] || "$build/bin/postwacht-simulate" --set test --count 8 --dpi 600 \
        --format C5 --sides 1 --type tif --jobs "$(nproc)" --out "$work/$name" "$@"
    heading "A side of C5 at 600 dpi, $name"
    "$tests/dots_read" "$work/$name"/*_front.tif | awk -F '\t' '
        $NF ~ / ms$/ { found[$2]++; split($NF, ms, " "); sum += ms[1]; n++; if (ms[1] > most) most = ms[1] }
        /^peak/ { peak = $0 }
        END { for (status in found) printf "%d %s, ", found[status], status
              printf "%.0f ms of processor on average, %.0f at most, %s\n", sum / n, most, peak }'
}

mkdir -p "$work"
heading "Promised depths"
"$tests/dots_bench" --must || failed=1
heading "Faintest depth, as scanned"
"$tests/dots_bench" --faintest
heading "Faintest depth, clean"
"$tests/dots_bench" --faintest --clean --png
heading "Sheets without dots"
"$tests/dots_none" "$sheets" || failed=1
sides dots-none --upright --mix 0:100:0 --dots none
sides dots-all --upright --mix 0:100:0 --tech laser --dots all
if [ -n "$prints" ]; then
    heading "Extracts of real prints, whole"
    "$tests/dots_read" --binary --sites "$prints"/*.png
    heading "Extracts of real prints, by halves"
    "$tests/dots_read" --binary --halves "$prints"/*.png
fi
if [ -n "$peer" ]; then
    sh "$root/daemon/install-packages" bench_peer
    heading "The public tool"
    /usr/bin/python3 -W ignore "$root/tests/bench/dots_peer.py" "$peer" "$tests/dots_bench"
fi
exit $failed
