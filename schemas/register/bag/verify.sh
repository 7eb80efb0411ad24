#!/bin/sh
# Checks this evidence bag without Postwacht. Needs a POSIX shell, sha256sum, openssl, xxd, base64.
#   sh verify.sh [FINGERPRINT]
# FINGERPRINT: the key's, copied from paper or mail, never from this bag.
set -u
export LC_ALL=C
case $0 in */*) cd "${0%/*}" || exit 2 ;; esac
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }
sha() { set -- "$(sha256sum)"; printf '%s' "${1%% *}"; }      # of standard input
hex() { printf '%s' "$1" | base64 -d | xxd -p -c 256; }       # of base64 text
node() { printf '01%s%s' "$1" "$2" | xxd -r -p | sha; }       # RFC 6962, inner node
for tool in sha256sum openssl xxd base64; do
    command -v "$tool" >"$tmp/null" || fail "$tool is not installed"
done

# 1. The files are the ones of the manifests.
sha256sum -c tagmanifest-sha256.txt >"$tmp/out" 2>&1 || fail "tagmanifest-sha256.txt: $(cat "$tmp/out")"
sha256sum -c manifest-sha256.txt >"$tmp/out" 2>&1 || fail "manifest-sha256.txt: $(cat "$tmp/out")"

# 2. The checkpoint (origin, size, root) is signed with the key.
{ read -r origin; read -r size; read -r root64; read -r empty; read -r signature; } <data/checkpoint
[ -z "$empty" ] || fail "data/checkpoint is not in its form"
case $size in '' | 0* | *[!0-9]*) fail "data/checkpoint has no size" ;; esac
root=$(hex "$root64")
signature=$(hex "${signature##* }")
printf '%s\n%s\n%s\n' "$origin" "$size" "$root64" >"$tmp/body"
printf '%s' "${signature#????????}" | xxd -r -p >"$tmp/signature" # behind the key's 4-byte id
openssl pkeyutl -verify -pubin -inkey data/pub.pem -rawin -in "$tmp/body" \
    -sigfile "$tmp/signature" >"$tmp/out" 2>&1 || fail "the checkpoint's signature is wrong"
openssl pkey -pubin -in data/pub.pem -outform DER -out "$tmp/der" || fail "data/pub.pem is no key"
fingerprint=$(sha <"$tmp/der")
[ $# -eq 0 ] || [ "$1" = "$fingerprint" ] || fail "the key's fingerprint is $fingerprint, not $1"
key=$(xxd -p -c 256 "$tmp/der")
case $(cat data/log/00000000.json) in
*'"public_key":"'"${key#????????????????????????}"'"'*) ;;
*) fail "the log did not begin with this key" ;;
esac

# 3. Every log entry is a leaf of the signed tree, and each entry of the item follows the one before.
entries=0
previous=
for file in data/log/*.json; do
    name=${file##*/}
    proof=data/proofs/${name%.json}.tlog-proof
    entry=$(cat "$file")
    leaf=$({ printf '\000'; cat "$file"; } | sha)
    {
        read -r form && [ "$form" = c2sp.org/tlog-proof@v1 ] || fail "$proof is no proof"
        read -r word index
        case $word$index in index*[!0-9]*) fail "$proof has no index" ;; index?*) ;; *) fail "$proof has no index" ;; esac
        case $entry in *'"seq":'"$index"',"synced"'*) ;; *) fail "$proof is about another entry" ;; esac
        at=$index last=$((size - 1)) sum=$leaf
        while read -r step && [ -n "$step" ]; do
            [ "$last" -gt 0 ] || fail "$proof is too long"
            if [ $((at & 1)) = 1 ] || [ "$at" = "$last" ]; then
                sum=$(node "$(hex "$step")" "$sum")
                while [ $((at & 1)) = 0 ] && [ "$at" != 0 ]; do at=$((at >> 1)) last=$((last >> 1)); done
            else
                sum=$(node "$sum" "$(hex "$step")")
            fi
            at=$((at >> 1)) last=$((last >> 1))
        done
        [ "$last" = 0 ] && [ "$sum" = "$root" ] || fail "$file is not in the signed log"
        [ "$(cat)" = "$(cat data/checkpoint)" ] || fail "$proof ends in another checkpoint"
    } <"$proof"
    case $entry in
    *'"item":0,"item_n":0,"item_prev":""'*) ;;
    *'"item_prev":"'"$previous"'"'*) previous=$leaf ;;
    *) fail "$file does not follow the entry before it: one is missing" ;;
    esac
    entries=$((entries + 1))
done

# 4. Every file is the one that an entry committed to.
log=$(cat data/log/*.json)
files=0
while read -r commitment salt hash path; do
    [ "$(printf '02%s%s' "$salt" "$hash" | xxd -r -p | sha)" = "$commitment" ] ||
        fail "the opening of $path does not fit its commitment"
    [ "$(sha <"$path")" = "$hash" ] || fail "$path was altered"
    case $log in
    *'"commitment":"'"$commitment"'","name":"'"${path#data/*/}"'"'*) ;;
    *) fail "no log entry names $path" ;;
    esac
    files=$((files + 1))
done <data/openings.tsv

printf 'OK: %s log entries and %s files stand in the log %s, signed at size %s\n' \
    "$entries" "$files" "$origin" "$size"
printf 'Key fingerprint: %s\n' "$fingerprint"
[ $# -gt 0 ] || echo "Compare it with the printed sheet: sh verify.sh FINGERPRINT"
