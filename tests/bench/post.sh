#!/bin/sh
# post.sh [BUILD] [OPTION]...: returns read from simulated mail of 37 posts in 15 layouts of label and stamp (tests/bench/post),
# half of it ordinary mail that did not come back: recognised or not, country, reason, ticked box, date, per country, layout,
# damage and position.
#
#   --count N          sheets of two sides (592: eight of every country that came back, as many that did not)
#   --dpi N            300 or 600
#   --seed N           another seed is another set
#   --jobs N           processes (one per core)
#   --wrong            every sheet that is not right
#   --naive N          besides, what an afternoon's script (tesseract on whole pages, key words) makes of the first N sheets, and
#                      ours on the same
#   --out DIR          sets and screenings (BUILD/bench/post)
#
# Wording, fonts, forms and places are this benchmark's own. Everything is simulated: never field accuracy. A sheet takes 3
# seconds to make; sets are kept and used again.
set -eu
count=592 dpi=300 seed=1 wrong='' naive='' out=''
jobs=$(nproc)
bench_values="count dpi seed jobs naive out" bench_flags=wrong
. "$(dirname -- "$0")/options.sh"
out=${out:-$build/bench/post}
sh "$root/daemon/install-packages" bench bench_peer
export OMP_THREAD_LIMIT=1 PYTHONDONTWRITEBYTECODE=1 POSTWACHT_DATA="${POSTWACHT_DATA:-$root/schemas/data}"
set=$out/${dpi}dpi-$count-seed$seed
mkdir -p "$set"
set=$(CDPATH= cd -- "$set" && pwd)

if [ ! -f "$set/truth.tsv" ]; then # last of all: a set is whole or made again
    piece=$(((count + jobs - 1) / jobs))
    first=0
    while [ "$first" -lt "$count" ]; do
        n=$((count - first < piece ? count - first : piece))
        echo "$n $seed $dpi $first"
        first=$((first + n))
    done | xargs -n 4 -P "$jobs" sh -c '/usr/bin/python3 "$0/post/make_mail.py" "$1" "$2" "$3" "$4" "$5"' "$here" "$set"
    cat "$set"/truth.*.part | awk '$1 == "id" ? !seen++ : 1' | sort -t "$(printf '\t')" -k 1,1 >"$set/truth.tmp"
    { grep '^id' "$set/truth.tmp" && grep -v '^id' "$set/truth.tmp"; } >"$set/truth.sorted"
    mv "$set/truth.sorted" "$set/truth.tsv"
fi
awk -F '\t' -v dir="$set" 'NR > 1 { print $1 "\t" dir "/" $2 "\t" dir "/" $3 "\t" $4 }' "$set/truth.tsv" >"$set/list"
"$build/bin/postwacht" screen --correspondents --list "$set/list" --jobs "$jobs" >"$set/screened.jsonl"
/usr/bin/python3 "$here/post/report.py" "$set/truth.tsv" "$set/screened.jsonl" ${wrong:+-v}
[ -n "$naive" ] || exit 0
for what in returned ordinary; do # as many of each; the truth's fifth column tells which came back
    awk -F '\t' -v n="$((naive / 2))" -v came="$([ $what = returned ] && echo 1 || echo 0)" \
        'NR > 1 && $5 == came && k++ < n { print $1 }' "$set/truth.tsv"
done >"$set/naive.ids"
awk -F '\t' 'NR == FNR { in_it[$1] = 1; next } $1 in in_it' "$set/naive.ids" "$set/list" >"$set/naive.list"
/usr/bin/python3 "$here/post/naive.py" "$set/naive.list" "$set/naive.jsonl"
"$build/bin/postwacht" screen --correspondents --list "$set/naive.list" --jobs 1 >"$set/ours.jsonl"
for who in naive ours; do
    echo
    echo "## On $naive sheets: $who"
    /usr/bin/python3 "$here/post/report.py" "$set/truth.tsv" "$set/$who.jsonl" | sed -n '/^All of this/,$p'
done
