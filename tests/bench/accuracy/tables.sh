# tables.sh: enrol each firm, screen its test sheets, report. Sourced by accuracy.sh.
sheets=${sheets:-600}
# shellcheck disable=SC2086
set -- $firms
each=$(((sheets + $# - 1) / $#))

: >"$out/sets.part"
i=0
for entry in $firms; do
    firm_fields "$i" "$entry"
    i=$((i + 1))
    set_dir=$out/$firm-$format-${sides}s-${dpi}dpi-n$each-seed$seed
    common="--firm $firm --format $format --sides $sides --dpi $dpi"
    # shellcheck disable=SC2086
    {
        simulate "$set_dir/enrol" --set enrol --count "$enrol_samples" --seed "$seed" $common
        simulate "$set_dir/test" --set test --count "$each" --seed "$((seed + 1))" $common
    }
    say "enrolling $(basename "$set_dir")"
    if enrol "$set_dir"; then
        # shellcheck disable=SC2086
        teach_mark "$set_dir" $common
    fi
    echo "$set_dir" >>"$out/sets.part"
done

# Every sheet against its own firm's template, or against all of them. A firm that could not be enrolled
# has none; the report counts its sheets.
set --
while IFS= read -r set_dir; do
    if is_enrolled "$set_dir"; then
        set -- "$@" "$(template_of "$set_dir")"
    fi
done <"$out/sets.part"
while IFS= read -r set_dir; do
    is_enrolled "$set_dir" || continue
    say "screening $(basename "$set_dir")"
    [ -n "$station" ] || set -- "$(template_of "$set_dir")"
    sheet_list "$set_dir/test" "$(basename "$set_dir")-" >"$set_dir/test.list"
    screen_list "$set_dir/test.list" "$set_dir/screened.jsonl" "$@" </dev/null
done <"$out/sets.part"

# What was screened last, for --report.
echo $# >"$out/templates-loaded"
mv "$out/sets.part" "$out/sets"
# shellcheck source=tests/bench/accuracy/report.sh
. "$tools/report.sh"
