# strangers.sh: N enrolments from five genuine envelopes and one imitation, each of a firm of its own, and
# the same with a sixth genuine one in its place. Does the report of `postwacht enrol` point out the
# imitation, and nothing else? Sourced by accuracy.sh.
first_firm=20000 # no other set uses firms from here on
case $trials in
'' | *[!0-9]* | 0) usage ;;
esac

# What the imitation gets wrong, in turn; print_differs: nothing but the print.
deviations="slogan_missing logo_altered font_differs sender_text_differs logo_moved scale_differs
    colour_differs print_differs slogan_font_differs weight_differs sender_moved paper_differs
    slogan_text_differs sender_missing extra_print format_differs"

# point_out LIST TRIAL-DIR NAME: enrols and keeps the report. Too few samples left is an answer as well.
point_out() {
    "$build/bin/postwacht" enrol trial --list "$1" --out "$2/$3.template" >"$2/$3.txt" 2>&1 ||
        echo "  enrolment failed" >>"$2/$3.txt"
}

# can_show DEVIATION FIRM FORMAT: not every firm has a slogan or a sender line to get wrong.
can_show() {
    "$build/bin/postwacht-simulate" --list --set test --count 1 --mix 0:1:0 --upright --returned 0 --sides 1 \
        --deviation "$1" --firm "$2" --format "$3" >/dev/null 2>&1
}

# From firm to firm that could show it: no trial's firm is another's, and since a firm's layout goes by its number's
# remainders, a step that shares no small divisor with them.
step=$trials
while [ $((step % 2)) -eq 0 ] || [ $((step % 3)) -eq 0 ] || [ $((step % 5)) -eq 0 ]; do
    step=$((step + 1))
done

strangers=$out/strangers-${dpi}dpi-seed$seed
mkdir -p "$strangers"
: >"$strangers/trials"
trial=0
while [ "$trial" -lt "$trials" ]; do
    # shellcheck disable=SC2086
    set -- $deviations
    shift $((trial % $#))
    deviation=$1
    trial=$((trial + 1))
    firm=$((first_firm + trial))
    format=C6
    [ $((trial % 2)) -eq 0 ] || format=DL
    dir=$strangers/$trial
    tries=0
    until can_show "$deviation" "$firm" "$format"; do
        tries=$((tries + 1))
        [ "$tries" -lt 20 ] || {
            say "no firm found that can show $deviation"
            exit 1
        }
        firm=$((firm + step))
    done
    common="--firm $firm --format $format --sides 1 --dpi $dpi --seed $((seed + trial))"
    # shellcheck disable=SC2086
    {
        simulate "$dir/genuine" --set enrol --count 6 $common
        simulate "$dir/imitation" --set test --count 1 --mix 0:1:0 --upright --returned 0 \
            --deviation "$deviation" $common
    }
    # The stranger's place goes round; ids say nothing.
    place=$(((trial * 5 + trial / 6) % 6 + 1))
    sheet_list "$dir/genuine" "" | awk -F '\t' -v OFS='\t' '{ $1 = "sample-" NR; print }' >"$dir/control.tsv"
    sheet_list "$dir/imitation" "" | awk -F '\t' -v OFS='\t' -v place="$place" '
        NR == FNR { $1 = "sample-" place; imitation = $0; next }
        FNR == place { print imitation; next }
        { print }' - "$dir/control.tsv" >"$dir/hidden.tsv"
    say "trial $trial of $trials: $deviation, $format"
    if [ "$jobs" -gt 1 ]; then
        point_out "$dir/control.tsv" "$dir" control &
        point_out "$dir/hidden.tsv" "$dir" hidden
        wait
    else
        point_out "$dir/control.tsv" "$dir" control
        point_out "$dir/hidden.tsv" "$dir" hidden
    fi
    printf '%s\tsample-%s\n' "$dir" "$place" >>"$strangers/trials"
done
status=0
/usr/bin/python3 "$tools/strangers.py" --out "$out/strangers" "$strangers/trials" || status=$?
say "hidden imitations: $out/strangers.md, strangers.tsv"
exit "$status"
