# curves.sh: one thing made worse step by step, everything else as drawn from the same seed: skew, cover
# of each element, blur, JPEG quality, contrast. Sourced by accuracy.sh.
#
# A step is half genuine, half imitations, fed upright, without return labels, so that what changes
# between the steps of a curve is what its name says.
sheets=${sheets:-12}
[ "$firms" != "$default_firms" ] || firms="102:C6:1 106:C6:1" # all three elements on the front
# shellcheck disable=SC2086
set -- $firms
each=$(((sheets + 2 * $# - 1) / (2 * $#)))

# CURVE STEP OPTION...: the first step of a curve is the unharmed sheet ("base") where it says nothing.
steps() {
    for skew in 2 4 6 9 12 15; do echo "skew $skew --skew $skew"; done
    for element in logo slogan sender; do
        for share in 0.2 0.4 0.6 0.8 1; do echo "cover_$element $share --cover $element:$share"; done
    done
    for blur in 1 2 3 4 6 8; do echo "blur $blur --blur $blur"; done
    for quality in 95 85 70 50 30 15; do echo "jpeg $quality --type jpg --quality $quality"; done
    for contrast in 0.8 0.6 0.45 0.3 0.2 0.1; do echo "contrast $contrast --contrast $contrast"; done
    echo "base 0"
}

curves=$out/curves-${dpi}dpi-n$each-seed$seed
mkdir -p "$curves"
steps | awk -v only=" $only " 'only == "  " || $1 == "base" || index(only, " " $1 " ")' >"$curves/steps"
: >"$curves/sets"
i=0
for entry in $firms; do
    firm_fields "$i" "$entry"
    i=$((i + 1))
    set_dir=$curves/$firm-$format-${sides}s
    mkdir -p "$set_dir"
    common="--firm $firm --format $format --sides $sides --dpi $dpi"
    # shellcheck disable=SC2086
    simulate "$set_dir/enrol" --set enrol --count "$enrol_samples" --seed "$seed" $common
    enrol "$set_dir"
    : >"$set_dir/all.list"
    while read -r curve step options; do
        for kind in genuine imitation; do
            mix=100:0:0
            [ "$kind" = genuine ] || mix=0:100:0
            test_dir=$set_dir/$curve/$step/$kind
            # shellcheck disable=SC2086
            simulate "$test_dir" --set test --count "$each" --seed "$((seed + 2))" --mix "$mix" \
                --upright --returned 0 $common $options </dev/null
            sheet_list "$test_dir" "$curve/$step/$kind/" >>"$set_dir/all.list"
        done
    done <"$curves/steps"
    say "screening $(wc -l <"$set_dir/all.list") sheets of $(basename "$set_dir")"
    screen_list "$set_dir/all.list" "$set_dir/screened.jsonl" "$(template_of "$set_dir")"
    echo "$set_dir" >>"$curves/sets"
done
set --
while IFS= read -r set_dir; do
    set -- "$@" "$set_dir"
done <"$curves/sets"
status=0
/usr/bin/python3 "$tools/curves.py" --out "$out/curves" "$@" || status=$?
say "curves: $out/curves.md, curves.tsv, curves.svg"
exit "$status"
