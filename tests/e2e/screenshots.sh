#!/bin/sh
# screenshots.sh PAGE OUTPUT-FOLDER: pictures of the list and of the first imitation as the page shows them,
# for README and for looking at. PAGE is where `sh daemon/demo` left it, http://127.0.0.1:8433. Needs chromium.
set -eu
page=${1:-http://127.0.0.1:8433}
out=${2:-web/screenshots}
mkdir -p "$out"
profile=$(mktemp -d)
trap 'rm -rf "$profile"' EXIT

shoot() { # name path width height
    timeout 90 chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
        --disable-background-networking --disable-component-update --disable-sync --hide-scrollbars \
        --user-data-dir="$profile" --window-size="$3,$4" --timeout=8000 \
        --screenshot="$out/$1.png" "$page$2" >"$profile/log" 2>&1 || {
        cat "$profile/log"
        exit 1
    }
}
shoot list '/?lang=nl' 1200 900
shoot item '/item/2?lang=nl' 1200 1500
