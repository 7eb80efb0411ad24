#!/bin/sh
# The layers check must pass on the tree as it is, and must fail on each planted breach.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

sh "$here/layers.sh" "$root"

plant() { # what, file, line
    rm -rf "$work/tree"
    mkdir "$work/tree"
    (cd "$root" && tar cf - schemas imaging classifier web daemon) | tar xf - -C "$work/tree"
    printf '%s\n' "$3" >>"$work/tree/$2"
    if sh "$here/layers.sh" "$work/tree" >"$work/out"; then
        echo "layers: $1 was not found"
        exit 1
    fi
    grep -q "$2" "$work/out" || {
        echo "layers: $1: the report does not name $2:"
        cat "$work/out"
        exit 1
    }
}
plant 'an upward include' schemas/base/err.c '#include "web/web.h"'
plant 'a sideways include' web/web.h '#include "imaging/image.h"'
plant 'an include of tests' classifier/judge.c '#include "tests/simulator/rng.h"'
plant 'a foreign header' classifier/verdict.c '#include <jansson.h>'
plant 'a foreign header in a lower room' schemas/base/err.h '#include <sane/sane.h>'
plant 'a foreign header in quotes' classifier/screen.c '#include "sqlite3.h"'
plant 'a way round by dots' imaging/image.c '#include "../daemon/pool.h"'
plant 'OpenCV outside of the shim' imaging/side.c '#include <opencv2/core.hpp>'
