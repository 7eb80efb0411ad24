# sets.sh: what all modes of accuracy.sh share: making a set once, enrolling, screening. Sourced. Bodies in
# ( ) keep their variables to themselves.
enrol_samples=5
scanner=17 # all sheets of one run pass the same simulated scanner, as in an office
export OMP_THREAD_LIMIT=1 PYTHONDONTWRITEBYTECODE=1

say() {
    echo "accuracy: $*" >&2
}

# firm_fields NUMBER-IN-LIST FIRM[:FORMAT[:SIDES]]: sets firm, format, sides. What is not said goes round,
# with periods 3 and 2, so that every format comes with one side and with two.
firm_fields() {
    firm=${2%%:*}
    format=$(echo "$2" | cut -s -d : -f 2)
    sides=$(echo "$2" | cut -s -d : -f 3)
    [ -n "$format" ] || case $(($1 % 3)) in
    0) format=C6 ;;
    1) format=DL ;;
    2) format=C5 ;;
    esac
    sides=${sides:-$(($1 % 2 + 1))}
}

# fingerprint OPTION...: of how the simulator draws such a set: its first sheet, small.
fingerprint() (
    small=$(mktemp -d)
    trap 'rm -rf "$small"' EXIT
    "$build/bin/postwacht-simulate" "$@" --out "$small" --dpi 75 --only 1 --jobs 1
    cat "$small"/* | sha256sum | cut -c 1-12
)

# whose_mail: of each sheet of a truth, who sent it. Standard input to output.
whose_mail() {
    awk -F '\t' '
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        { stranger = "stranger" in at ? $at["stranger"] : ""
          print $at["id"], $at["kind"], stranger }'
}

# simulate DIR OPTION...: makes a set unless it is there, whole (truth.tsv is written last), drawn as the
# simulator draws today and with the strangers that it draws today: enrolled and tested envelopes of two
# designs would make nonsense of all figures, and so would strangers who use our name.
simulate() (
    dir=$1
    shift
    drawn=$(fingerprint --scanner "$scanner" "$@")
    if [ -f "$dir/truth.tsv" ] && [ "$(cat "$dir/fingerprint" 2>/dev/null)" = "$drawn" ]; then
        planned=$("$build/bin/postwacht-simulate" --list "$@" | whose_mail)
        [ "$(whose_mail <"$dir/truth.tsv")" != "$planned" ] || exit 0
    fi
    say "making $dir"
    rm -rf "$dir"
    mkdir -p "$dir"
    "$build/bin/postwacht-simulate" --out "$dir" --jobs "$jobs" --scanner "$scanner" "$@"
    echo "$drawn" >"$dir/fingerprint"
)

# template_of SET-DIR: where enrol puts what it learns.
template_of() {
    echo "$1/$(basename "$1").template"
}

# sheet_list DIR PREFIX: a list for `postwacht enrol` and `screen`: id, front, back, dpi.
sheet_list() {
    awk -F '\t' -v OFS='\t' -v dir="$1" -v prefix="$2" '
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        { back = $at["back"]
          print prefix $at["id"], dir "/" $at["front"], (back != "" ? dir "/" back : ""), $at["dpi"] }' \
        "$1/truth.tsv"
}

# enrol SET-DIR: learns the template of this set from SET-DIR/enrol. When that fails there is no template, of
# an earlier run either, and SET-DIR/not-enrolled says why.
enrol() (
    name=$(basename "$1")
    template=$(template_of "$1")
    sheet_list "$1/enrol" genuine- >"$1/enrol.tsv"
    rm -f "$1/not-enrolled"
    status=0
    "$build/bin/postwacht" enrol "$name" --list "$1/enrol.tsv" --out "$template" \
        >"$1/enrolled.txt" 2>"$1/enrol.err" || status=$?
    cat "$1/enrol.err" >&2
    [ "$status" -ne 0 ] || exit 0
    cat "$1/enrolled.txt" >&2
    say "$name could not be enrolled"
    rm -rf "$template" "$1/screened.jsonl"
    # Its own words; a library's chatter may stand around them.
    echo "status $status: $(grep '^postwacht' "$1/enrol.err" || tail -n 1 "$1/enrol.err")" >"$1/not-enrolled"
    exit 1
)

is_enrolled() {
    [ ! -f "$1/not-enrolled" ]
}

# teach_mark SET-DIR SIMULATE-OPTION...: what an office tells the program: "we only ever use this franking
# machine". From three franked envelopes, if the firm has such a machine. When it cannot be learnt the
# screening goes on without it, and the tables show that.
teach_mark() (
    set_dir=$1
    shift
    grep -q "franking@front" "$set_dir/enrol/truth.tsv" || exit 0
    simulate "$set_dir/franked" --set test --count 3 --mix 100:0:0 --upright --returned 0 --nuisance none \
        --seed "$((seed + 3))" "$@"
    # The first one's place: x, y, w, h in mm.
    place=$(grep -o "franking@front:[0-9.,]*" "$set_dir/franked/truth.tsv" | head -n 1)
    place=${place#*:}
    set --
    for image in "$set_dir"/franked/*_front.png; do
        set -- "$@" "$image"
    done
    learn_mark() {
        "$build/bin/postwacht" template "$(template_of "$set_dir")" mark franking --must-have --used-only \
            --box "$place" "$@" >>"$set_dir/enrolled.txt" 2>&1
    }
    learn_mark "$@" || {
        say "$(basename "$set_dir"): $(tail -n 1 "$set_dir/enrolled.txt"); trying one scan alone"
        learn_mark "$1" || say "$(basename "$set_dir"): $(tail -n 1 "$set_dir/enrolled.txt")"
    }
)

# screen_list LIST OUTPUT TEMPLATE-DIR...: one line of JSON a sheet. A sheet that cannot be read has a
# line with an error, which the report counts; anything else ends the run.
screen_list() (
    list=$1 output=$2
    shift 2
    for template in "$@"; do
        set -- "$@" --template "$template"
        shift
    done
    status=0
    "$build/bin/postwacht" screen "$@" --jobs "$jobs" --list "$list" >"$output.part" || status=$?
    [ "$status" -le 1 ] || exit "$status"
    mv "$output.part" "$output"
)
