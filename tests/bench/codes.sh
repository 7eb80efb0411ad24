#!/bin/sh
# codes.sh [BUILD] [OPTION]...: postal codes at any angle, on envelopes drawn with zint (tests/bench/codes): how many are read,
# and whether a wrong value is taken for one that holds.
#
#   --kinds "LIST"     kix rm4scc mailmark_c mailmark_l imb code128 3s itf datamatrix qr (all)
#   --count N          envelopes a kind (200)
#   --dpi N            300 or 600
#   --seed N           another seed is another set
#   --jobs N           processes (one per core)
#   --peers            zbarimg and dmtxread on the same pictures
#   --out DIR          sets and results (BUILD/bench/codes)
#
# Everything is simulated: never field accuracy. An envelope takes 1 to 4 seconds to make; sets are kept and used again.
set -eu
kinds="kix rm4scc mailmark_c mailmark_l imb code128 3s itf datamatrix qr"
count=200 dpi=300 seed=1 peers='' out=''
jobs=$(nproc)
bench_values="kinds count dpi seed jobs out" bench_flags=peers
. "$(dirname -- "$0")/options.sh"
out=${out:-$build/bench/codes}
sh "$root/daemon/install-packages" bench bench_peer
export OMP_THREAD_LIMIT=1 PYTHONDONTWRITEBYTECODE=1
mkdir -p "$out"
out=$(CDPATH= cd -- "$out" && pwd)
set_of() { echo "$out/$1-${dpi}dpi-$count-seed$seed"; }

for kind in $kinds; do # truth.tsv comes last: a set is whole or made again
    [ -f "$(set_of "$kind")/truth.tsv" ] || echo "$(set_of "$kind") $kind"
done | xargs -r -n 2 -P "$jobs" sh -c '/usr/bin/python3 "$0/codes/make_codes.py" "$4" "$5" "$1" "$2" "$3"' \
    "$here" "$count" "$seed" "$dpi"

for kind in $kinds; do
    set=$(set_of "$kind")
    awk -F '\t' -v dir="$set" 'NR > 1 { print $1 "\t" dir "/" $2 "\t\t" $3 }' "$set/truth.tsv" >"$set/list"
    echo "$set"
done | xargs -r -n 1 -P "$jobs" sh -c '"$0" "$1/list" >"$1/out.jsonl"' "$build/tests/codes_bench"
sets=
for kind in $kinds; do
    sets="$sets $(set_of "$kind")"
done
# shellcheck disable=SC2086
/usr/bin/python3 "$here/codes/report.py" -v $sets
# shellcheck disable=SC2086
[ -z "$peers" ] || /usr/bin/python3 "$here/codes/peers.py" $sets
