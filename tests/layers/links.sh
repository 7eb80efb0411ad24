#!/bin/sh
# links.sh BIN-FOLDER: what each program may not load, direct or through another library. The daemon lives
# for months beside hostile pixels and crashing drivers, so it loads neither; only capture loads
# libsane; only what decodes images loads OpenCV and Tesseract.
set -eu
bad=0
forbid() { # program, libraries as an extended regular expression
    found=$(ldd "$1" | grep -oE "lib($2)[a-z0-9_]*\.so" | sort -u | tr '\n' ' ')
    [ -z "$found" ] || {
        echo "$(basename "$1") loads $found"
        bad=1
    }
}
forbid "$1/postwachtd" 'sane|opencv|tesseract|lept|zbar|dmtx'
forbid "$1/postwacht-capture" 'opencv|tesseract|lept|microhttpd|sqlite3|cairo'
forbid "$1/postwacht-analyse" 'sane|microhttpd|cairo'
forbid "$1/postwacht" 'sane'
exit $bad
