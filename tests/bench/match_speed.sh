#!/bin/sh
# match_speed.sh [BUILD] [SHEETS]: processor seconds of one core for matching, elements and contradictions
# of one C5 side at 600 dpi, against an honest Python script (match_peer.py: SIFT registration and
# SSIM) on the same envelopes in the same run; and for print measurements and tracking dots. BUILD is a
# built folder (build/release). The simulated envelopes are kept in BUILD/bench.
#
# Ours: the stages "match" (which template, which way up, where) and "check" (elements located to a tenth
# of a pixel, what hides them, every check with the sender's text read, the verdict), with one template
# loaded. Not in it: decoding the image, "prepare" (finding the sheet in the scan) and "print" and "dots",
# printed beside.
# The script's: registration, warp, SSIM of the elements' regions and of the page. Not in it: decoding,
# grey, the reference's features. It finds no sheet, reads no text and says nothing about covers or print.
# Limits: 0.25 s, 250 MiB for the whole process, 40 times as fast as the script at 600 dpi; print and dots
# 0.2 s. Exit status 1 when one is missed.
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/../.." && pwd)
build=$(CDPATH= cd -- "${1:-$root/build/release}" && pwd)
sheets=${2:-6}
work=$build/bench
samples=6
dpi=600
jobs=$(nproc)
# shellcheck source=tests/bench/accuracy/sets.sh
. "$root/tests/bench/accuracy/sets.sh"
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1

sh "$root/daemon/install-packages" bench bench_peer
mkdir -p "$work"

# medians FILE COLUMN...: the median of each column
medians() {
    file=$1
    shift
    for column in "$@"; do
        cut -f "$column" "$file" | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
    done
}

# largest FILE COLUMN
largest() {
    cut -f "$2" "$1" | sort -n | tail -n 1
}

common="--format C5 --sides 1 --dpi $dpi --type tif"
# shellcheck disable=SC2086
{
    simulate "$work/side-genuine" --set enrol --count "$samples" $common
    simulate "$work/side-claims-$sheets" --set test --count "$sheets" --mix 50:50:0 --upright $common
}
sheet_list "$work/side-genuine" "" >"$work/side-genuine.tsv"
sheet_list "$work/side-claims-$sheets" "" >"$work/side-claims-$sheets.tsv"
template=$work/side.template
"$build/bin/postwacht" enrol side --list "$work/side-genuine.tsv" --out "$template" >"$work/side.log"

"$build/tests/match_speed" "$template" "$work/side-claims-$sheets.tsv" >"$work/side-ours"
for peer_dpi in 600 300; do
    /usr/bin/python3 "$root/tests/bench/match_peer.py" "$work/side-genuine" "$work/side-claims-$sheets" \
        "$peer_dpi" >"$work/side-peer-$peer_dpi"
done

# shellcheck disable=SC2046
set -- $(medians "$work/side-ours" 3 4 5)
prepare=$1 match=$2 check=$3
most=$(awk '{ print $4 + $5 }' "$work/side-ours" | sort -n | tail -n 1)
peak=$(largest "$work/side-ours" 6)
echo "One C5 side at $dpi dpi, $(wc -l <"$work/side-ours") simulated sheets, processor seconds of one core (median):"
printf '  %-58s %8.3f\n' "match" "$match" "check" "$check"
printf '  %-58s %8.3f  (largest %.3f)\n' "match and check" "$(awk '{ print $4 + $5 }' "$work/side-ours" | medians /dev/stdin 1)" "$most"
printf '  %-58s %8.3f\n' "not counted: finding the sheet (prepare)" "$prepare"
printf '  %-58s %8.3f  (largest %.3f)\n' "print measurements and tracking dots" \
    "$(awk '{ print $7 + $8 }' "$work/side-ours" | medians /dev/stdin 1)" \
    "$(awk '{ print $7 + $8 }' "$work/side-ours" | sort -n | tail -n 1)"
printf '  %-58s %8s MiB\n' "peak of the whole process, image and engines included" "$peak"
for peer_dpi in 600 300; do
    # shellcheck disable=SC2046
    set -- $(medians "$work/side-peer-$peer_dpi" 2 3 4)
    printf '  %-58s %8.3f\n' "Python at $peer_dpi dpi: SIFT registration and warp" "$1" \
        "Python at $peer_dpi dpi: SSIM of the elements" "$2" "Python at $peer_dpi dpi: SSIM of the page" "$3"
    printf '  %-58s %8s MiB\n' "Python at $peer_dpi dpi: peak" "$(largest "$work/side-peer-$peer_dpi" 7)"
done

# The ratios, sheet by sheet, and the limits.
awk -v peak="$peak" '
    function result(kept) {
        missed += !kept
        return kept ? "met" : "MISSED"
    }
    FILENAME ~ /side-ours$/ { ours[$1] = $4 + $5; sum += $4 + $5; print_sum += $7 + $8; n++; next }
    { dpi = FILENAME; sub(/.*-/, "", dpi)
      elements[dpi] += $2 + $3; page[dpi] += $2 + $3 + $4; same[dpi] += ours[$1] }
    END {
        for (dpi in page)
            printf "  times as fast as Python at %s dpi: %.0f (elements only: %.0f)\n", dpi,
                page[dpi] / same[dpi], elements[dpi] / same[dpi]
        mean = sum / n
        ratio = page[600] / same[600]
        printf "  limits: %.3f s (mean) of 0.25: %s; %d MiB of 250: %s; %.0f times of 40: %s\n", mean,
            result(mean <= 0.25), peak, result(peak <= 250), ratio, result(ratio >= 40)
        printf "  limit of print and dots: %.3f s (mean) of 0.2: %s\n", print_sum / n,
            result(print_sum / n <= 0.2)
        exit (missed > 0)
    }' "$work/side-ours" "$work/side-peer-600" "$work/side-peer-300"
