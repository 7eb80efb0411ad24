#!/bin/sh
# soak.sh [BUILD] [OPTION]...: does memory grow? Screens many sheets in one run (the mail of post.sh, over and over) and prints, ten
# times on the way, what the process that holds the engines has in memory, and the most that a process of one sheet had.
#
#   --sheets N         how many (1,000)
#   --jobs N           at the same time (one per core)
#   --out DIR          sets and results (BUILD/bench/post)
#
# Ends with 1 when the process holds more than 5 % above what it had after the first tenth.
set -eu
sheets=1000 out=''
jobs=$(nproc)
bench_values="sheets jobs out" bench_flags=''
. "$(dirname -- "$0")/options.sh"
out=${out:-$build/bench/post}
export OMP_THREAD_LIMIT=1 POSTWACHT_DATA="${POSTWACHT_DATA:-$root/schemas/data}"
set=$(find "$out" -name truth.tsv -print | head -n 1)
[ -n "$set" ] || { sh "$here/post.sh" "$build" --count 37 --jobs "$jobs" --out "$out" >/dev/null && set=$(find "$out" -name truth.tsv -print | head -n 1); }
set=$(dirname -- "$set")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
awk -F '\t' -v dir="$set" -v n="$sheets" 'NR > 1 { row[k++] = dir "/" $2 "\t" dir "/" $3 "\t" $4 }
    END { for (i = 0; i < n; i++) print "s" i "\t" row[i % k] }' "$set/truth.tsv" >"$work/list"
"$build/bin/postwacht" screen --list "$work/list" --jobs "$jobs" >"$work/out" &
pid=$!
kib() { awk -v key="$2:" '$1 == key { print $2 }' "/proc/$1/status" 2>/dev/null || :; }
echo "| sheets | holds the engines, MiB | most of one sheet, MiB |"
echo "|---|---|---|"
most=0 first=0 last=0 step=$((sheets / 10)) next=$((sheets / 10))
while kill -0 "$pid" 2>/dev/null; do
    for child in $(cat "/proc/$pid/task/$pid/children" 2>/dev/null); do
        has=$(kib "$child" VmHWM)
        [ "${has:-0}" -le "$most" ] || most=$has
    done
    now=$(kib "$pid" VmRSS)
    last=${now:-$last}
    if [ "$(wc -l <"$work/out")" -ge "$next" ]; then
        [ "$first" -gt 0 ] || first=$last
        echo "| $next | $((last / 1024)) | $((most / 1024)) |"
        next=$((next + step))
    fi
    sleep 0.2
done
wait "$pid"
done_n=$(wc -l <"$work/out")
echo "$done_n of $sheets sheets; the process that holds the engines grew from $first to $last KiB"
[ "$done_n" -eq "$sheets" ] && [ $((last * 100)) -le $((first * 105)) ]
