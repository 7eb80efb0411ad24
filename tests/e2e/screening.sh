#!/bin/sh
# screening.sh BIN-FOLDER: enrols and screens simulated envelopes of a firm that no other test uses, with
# the command line alone, and holds the answers against the simulator's truth and the keys that others
# rely on. No imitation may be called genuine, no genuine one an imitation, no other mail ours; "unsure"
# is allowed for one sheet in five.
set -eu
bin=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export OMP_THREAD_LIMIT=1

simulate() {
    "$bin/postwacht-simulate" --firm 12 --format C6 --sides 1 --jobs 2 "$@"
}
simulate --out "$work/enrol" --set enrol --count 6 --seed 5
simulate --out "$work/test" --set test --count 15 --seed 6
"$bin/postwacht" enrol firm12 --out "$work/firm12.template" "$work"/enrol/*.png >"$work/learnt"
for element in logo sender slogan; do
    grep -q "^ *$element" "$work/learnt" || {
        echo "enrolment learnt no $element:"
        cat "$work/learnt"
        exit 1
    }
done

# One side only: envelopes fed face down show nothing of the firm's, so they are left out.
tail -n +2 "$work/test/truth.tsv" | awk -F '\t' '$17 == 0' >"$work/rows"
n=$(wc -l <"$work/rows")
awk -F '\t' -v dir="$work/test" '{ print $1 "\t" dir "/" $2 "\t" ($3 ? dir "/" $3 : "") "\t" }' \
    "$work/rows" >"$work/list"
"$bin/postwacht" screen --template "$work/firm12.template" --list "$work/list" >"$work/screened" || {
    echo "screen ended with $?"
    grep '"error"' "$work/screened" || true
    exit 1
}

[ "$(wc -l <"$work/screened")" -eq "$n" ] || {
    echo "$n sheets gave $(wc -l <"$work/screened") lines"
    exit 1
}
for key in schema id verdict class reasons template returned is_return country operator reason languages text \
    readings technology estimate tracking_dots status codes sender return orientation dpi size_mm software \
    version opencv tesseract seconds; do
    [ "$(grep -c "\"$key\":" "$work/screened")" -eq "$n" ] || {
        echo "the key $key is not in every line"
        exit 1
    }
done

cut -f 1,5 "$work/rows" >"$work/truth"
sed -E 's/.*"id":"([^"]*)".*"class":"([a-z]*)".*/\1\t\2/' "$work/screened" |
    paste "$work/truth" - |
    awk -F '\t' -v n="$n" '
    $1 != $3 { print "order: " $1 " came as " $3; bad++ }
    $2 == $4 { right++; next }
    $4 == "unsure" { unsure++; next }
    { print "sheet " $1 " is " $2 " and was called " $4; bad++ }
    END {
        if (right < 0.8 * n) { print right " right, " unsure " unsure of " n; bad++ }
        exit bad > 0
    }'

# The life of the template: a genuine sheet that comes later is added once, an imitation is pointed out;
# the version before is kept, screens as it did, and comes back.
fail() {
    echo "$1"
    cat "$work/said"
    exit 1
}
template=$work/firm12.template
version() {
    "$bin/postwacht" template "$template" | sed -n '1s/.*version \([0-9a-f]*\).*/\1/p'
}
called() { # the first sheet that is $1 and was called $1: its list line
    sed -E 's/.*"id":"([^"]*)".*"class":"([a-z]*)".*/\1\t\2/' "$work/screened" |
        paste "$work/truth" - | awk -F '\t' -v kind="$1" '$2 == kind && $4 == kind { print $1; exit }' >"$work/id"
    awk -F '\t' 'NR == FNR { id = $1; next } $1 == id' "$work/id" "$work/list"
}
called genuine >"$work/genuine.list"
called imitation >"$work/imitation.list"
first=$(version)
"$bin/postwacht" enrol --add "$template" --list "$work/genuine.list" >"$work/said" ||
    fail "a genuine sheet could not be added"
grep -q "7 genuine envelopes instead of 6" "$work/said" || fail "it was not counted"
second=$(version)
[ "$first" != "$second" ] || fail "adding made no new version"
! "$bin/postwacht" enrol --add "$template" --list "$work/genuine.list" >"$work/said" ||
    fail "one scan was added twice"
grep -q "learnt from before" "$work/said" || fail "the reason is missing"
! "$bin/postwacht" enrol --add "$template" --list "$work/imitation.list" >"$work/said" ||
    fail "an imitation was added"
grep -q "looks like an imitation" "$work/said" || fail "the imitation is not pointed out"
[ "$(version)" = "$second" ] || fail "refusing a sheet changed the template"
"$bin/postwacht" screen --template "$template/versions/$first" --list "$work/genuine.list" >"$work/said"
grep -q "\"template_version\":\"$first" "$work/said" || fail "the version before does not screen"
"$bin/postwacht" template "$template" rename slogan motto >"$work/said"
"$bin/postwacht" screen --template "$template" --list "$work/imitation.list" >"$work/said"
grep -q '"element":"motto"' "$work/said" || fail "readings do not bear the new name"
"$bin/postwacht" template "$template" restore "$first" >"$work/said" || fail "restoring failed"
"$bin/postwacht" template "$template" log >"$work/said"
[ "$(wc -l <"$work/said")" -eq 5 ] || fail "the log does not have four versions"
