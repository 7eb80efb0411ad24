# options.sh: the command line that benches share: [BUILD] [--NAME VALUE]... [--FLAG]... Sourced with
#   bench_values   names that take a value; each sets the variable of its name
#   bench_flags    names that take none; each sets the variable of its name to the name
# and the variables' defaults set. Sets here, root and build as well; on a mistake it prints the bench's own head.
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
root=$(CDPATH= cd -- "$here/../.." && pwd)
usage() {
    sed -n '2,/^set /{ /^set /d; s/^# \{0,1\}//; p; }' "$0" >&2
    exit 2
}
build=$root/build/release
case ${1-} in
'' | -*) ;;
*)
    build=$1
    shift
    ;;
esac
build=$(CDPATH= cd -- "$build" && pwd)
while [ $# -gt 0 ]; do
    name=${1#--}
    case "$1 $bench_values $bench_flags " in
    --*" $name "*) ;;
    *) usage ;;
    esac
    case " $bench_values " in
    *" $name "*)
        [ $# -ge 2 ] || usage
        eval "$name=\$2"
        shift
        ;;
    *) eval "$name=\$name" ;;
    esac
    shift
done
