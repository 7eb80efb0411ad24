# tables.sh: enrol each firm, screen its test sheets, report. Sourced by accuracy.sh.
sheets=${sheets:-600}
# shellcheck disable=SC2086
set -- $firms
each=$(((sheets + $# - 1) / $#))

set_dirs=
templates=
i=0
for entry in $firms; do
    firm_fields "$i" "$entry"
    i=$((i + 1))
    set_dir=$out/$firm-$format-${sides}s-${dpi}dpi-n$each-seed$seed
    mkdir -p "$set_dir"
    common="--firm $firm --format $format --sides $sides --dpi $dpi"
    # shellcheck disable=SC2086
    {
        simulate "$set_dir/enrol" --set enrol --count "$enrol_samples" --seed "$seed" $common
        simulate "$set_dir/test" --set test --count "$each" --seed "$((seed + 1))" $common
    }
    say "enrolling $(basename "$set_dir")"
    enrol "$set_dir"
    set_dirs="$set_dirs $set_dir"
    templates="$templates $(template_of "$set_dir")"
done

for set_dir in $set_dirs; do
    say "screening $(basename "$set_dir")"
    candidates=$(template_of "$set_dir")
    [ -z "$station" ] || candidates=$templates
    sheet_list "$set_dir/test" "$(basename "$set_dir")-" >"$set_dir/test.list"
    # shellcheck disable=SC2086
    screen_list "$set_dir/test.list" "$set_dir/screened.jsonl" $candidates
done
# What the last run screened, for --report.
echo "${station:+all}" | sed 's/^$/one/' >"$out/templates-loaded"
printf '%s\n' $set_dirs >"$out/sets"
. "$tools/report.sh"
