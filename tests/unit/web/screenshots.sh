#!/bin/sh
# Takes screenshots of the page with drawn sheets, to look at it:
#   sh tests/unit/web/screenshots.sh BUILD-FOLDER OUTPUT-FOLDER
# Needs chromium and poppler-utils. Writes list, item and about pages for a desk, a phone and in the dark,
# and the pages of one hand-over sheet.
set -eu
build=$1
out=$2
serve=$build/tests/serve_register
mkdir -p "$out"
work=$(mktemp -d)
mkfifo "$work/control"
# The server serves until its input ends; descriptor 3 is that input.
exec 3<>"$work/control"
"$serve" --make "$work" 20
"$serve" "$work/register" <&3 >"$work/port" &
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT INT TERM
tries=0
while [ ! -s "$work/port" ] && [ $tries -lt 50 ]; do
  sleep 0.1
  tries=$((tries + 1))
done
page=http://127.0.0.1:$(cat "$work/port")

shoot() { # name path width height [flags]
  name=$1 path=$2 size=$3,$4
  shift 4
  timeout 60 chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
    --disable-background-networking --disable-component-update --disable-sync --hide-scrollbars \
    --user-data-dir="$work/profile" --screenshot="$out/$name.png" --window-size="$size" "$@" \
    "$page$path" >/dev/null 2>&1
  test -s "$out/$name.png"
}
dark=--blink-settings=preferredColorScheme=0
shoot list "/?lang=nl" 1280 1200
shoot list-dark "/?lang=nl" 1280 1200 $dark
shoot list-phone "/?lang=nl" 500 1400
shoot item "/item/2?lang=nl" 1280 1900
shoot item-dark "/item/2?lang=nl" 1280 1900 $dark
shoot item-phone "/item/2?lang=nl" 500 3000
shoot item-english "/item/3?lang=en" 1280 1500
shoot about "/about?lang=nl" 1280 1200
shoot missing "/item/999?lang=nl" 1280 700
"$serve" --sheet "$work/register" 2 nl >"$out/sheet.pdf"
pdftoppm -r 90 -png "$out/sheet.pdf" "$out/sheet"
ls "$out"
