# report.sh: the tables from what was screened. Sourced by accuracy.sh.
[ -f "$out/sets" ] || {
    say "nothing was screened in $out yet"
    exit 2
}
set --
while IFS= read -r set_dir; do
    set -- "$@" "$set_dir"
done <"$out/sets"
status=0
/usr/bin/python3 "$tools/report.py" --out "$out" --ablation "$build/tests/ablation" \
    --templates "$(cat "$out/templates-loaded")" "$@" || status=$?
case $status in
0) say "all limits are met: $out/report.md, report.tsv, wrong.tsv" ;;
3) say "NOT all limits are met: $out/report.md, report.tsv, wrong.tsv" ;;
*) say "the report failed" ;;
esac
[ "$status" -eq 0 ] || exit 1
