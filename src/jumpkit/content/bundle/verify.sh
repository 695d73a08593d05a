#!/bin/sh
# Checks this bundle with a POSIX shell, sha256sum or shasum, openssl 3, base64, sed, awk and od; see VERIFY.md beside it.
# Usage: sh custody/verify.sh [FINGERPRINT[,FINGERPRINT...] [CHECKPOINT...]]
#   FINGERPRINT   of the key, as it was told to you by another way; - for none; more than one where you know several
#   CHECKPOINT    a file with a checkpoint of this log that you kept: the log must still begin with what it states
# Exit status: 0 intact; 1 not intact, each problem named; 2 the check could not be made, and why.
set -u
LC_ALL=C
export LC_ALL
umask 077

stop() { printf 'CANNOT VERIFY: %s\n' "$*"; exit 2; }
bad=0
fail() { printf 'NOT INTACT: %s\n' "$*"; bad=1; }

for tool in openssl base64 sed awk od find sort cmp tr wc cat mkdir rm xargs; do
  command -v "$tool" >/dev/null 2>&1 || stop "$tool is missing on this machine"
done
if command -v sha256sum >/dev/null 2>&1 && command -v sha512sum >/dev/null 2>&1; then
  sum256() { sha256sum "$@"; }
  sum512() { sha512sum "$@"; }
elif command -v shasum >/dev/null 2>&1; then
  sum256() { shasum -a 256 "$@"; }
  sum512() { shasum -a 512 "$@"; }
else
  stop "sha256sum with sha512sum, or shasum, is missing on this machine"
fi
case $(openssl version 2>/dev/null) in
  "OpenSSL "[3-9].*) ;;
  *) stop "openssl 3 or later is needed, found: $(openssl version 2>&1)" ;;
esac

here=$(cd "$(dirname "$0")" && pwd) || stop "the folder of this script cannot be entered"
bag=$(cd "$here/.." && pwd) || stop "the bag cannot be entered"
before=$PWD
cd "$bag" || stop "the bag cannot be entered"
work=${TMPDIR:-/tmp}/verify-$$-$(od -An -N8 -tx1 /dev/urandom | tr -d ' \n')
mkdir "$work" || stop "no temporary folder can be made at $work"
trap 'rm -rf "$work"' EXIT
trap 'exit 2' HUP INT TERM
mkdir "$work/leaf" "$work/node" || stop "no temporary folder can be made"

cat > "$work/sum.sh" <<'SUM'
bits=$1
shift
if command -v "sha${bits}sum" >/dev/null 2>&1; then exec "sha${bits}sum" "$@"; else exec shasum -a "$bits" "$@"; fi
SUM
digest_of() { sum256 "$1" | sed 's/ .*//'; }

# ---- 1. which files are here, and are they what the manifests say -------------------------------------------------
find . ! -type d ! -type f | sed 's,^\./,,' > "$work/odd"
while IFS= read -r name; do fail "$name: neither a file nor a folder"; done < "$work/odd"
find . -type f | sed 's,^\./,,' | sort > "$work/all"
grep_plain='^[A-Za-z0-9._/-]*$'
sed -n "/$grep_plain/!p" "$work/all" > "$work/strange"
while IFS= read -r name; do fail "a file with a name that no bundle has: $name"; done < "$work/strange"
sed -n "/$grep_plain/p" "$work/all" > "$work/plain"
sed -n '/^data\//p' "$work/plain" > "$work/payload"
sed -n '/^data\//!p' "$work/plain" | sed '/^tagmanifest-sha[0-9]*\.txt$/d' > "$work/tags"

compare() { # manifest, list of names, algorithm
  if [ ! -f "$1" ]; then fail "$1: missing"; return; fi
  : > "$work/made"
  [ ! -s "$2" ] || xargs sh "$work/sum.sh" "$3" < "$2" | sed 's/^\([0-9a-f]*\) [ *]/\1  /' > "$work/made"
  cmp -s "$work/made" "$1" && return
  awk -v manifest="$1" '
    NR == FNR { here[$2] = $1; next }
    !($2 in here) { printf "%s: listed in %s and missing\n", $2, manifest; seen[$2] = 1; next }
    here[$2] != $1 { printf "%s: not the bytes that %s lists\n", $2, manifest }
    { seen[$2] = 1 }
    END { for (name in here) if (!(name in seen)) printf "%s: not listed in %s\n", name, manifest }
  ' "$work/made" "$1" | sort > "$work/told"
  while IFS= read -r line; do fail "$line"; done < "$work/told"
  [ -s "$work/told" ] || fail "$1: not written as a manifest is (order, spaces or an unfinished line)"
  bad=1
}
compare manifest-sha256.txt "$work/payload" 256
compare manifest-sha512.txt "$work/payload" 512
compare tagmanifest-sha256.txt "$work/tags" 256
compare tagmanifest-sha512.txt "$work/tags" 512
for name in bagit.txt bag-info.txt custody/log.jsonl custody/checkpoint custody/log.pub.pem custody/VERIFY.md; do
  [ -f "$name" ] || fail "$name: missing"
done
[ -f custody/log.jsonl ] && [ -f custody/checkpoint ] && [ -f custody/log.pub.pem ] || exit 1

# ---- 2. the log: its lines are the leaves of a tree (RFC 6962), whose head the checkpoint states ------------------
[ "$(tr -d '\000' < custody/log.jsonl | wc -c)" -eq "$(wc -c < custody/log.jsonl)" ] || fail "custody/log.jsonl: holds NUL bytes"
count=0
clear=0
line=
: > "$work/kinds"
while IFS= read -r line; do # a line that was withheld gives its leaf instead
  leaf=${line#'{"withheld":"'}
  leaf=${leaf%'"}'}
  if [ "$line" = "{\"withheld\":\"$leaf\"}" ] && [ "${#leaf}" -eq 64 ]; then
    case $leaf in *[!0-9a-f]*) fail "custody/log.jsonl: line $count withholds no leaf" ;; esac
    printf '%s\n' "$leaf" >> "$work/kinds"
  else
    { printf '\000'; printf '%s' "$line"; } > "$work/leaf/$clear"
    printf '%s\n' - >> "$work/kinds"
    clear=$((clear + 1))
  fi
  count=$((count + 1))
done < custody/log.jsonl
[ -z "$line" ] || fail "custody/log.jsonl: its last line has no end"
[ "$clear" -gt 0 ] || { fail "custody/log.jsonl: holds no line"; exit 1; }

numbered() { awk -v n="$2" -v at="$1" 'BEGIN { for (i = 0; i < n; i++) print at "/" i }'; }
hashed() { # folder, number of files in it → their digests in order, hex
  numbered "$1" "$2" | xargs sh "$work/sum.sh" 256 | sed 's/ .*//'
}
pairs='function octal(hex, at, out, byte) {
    out = ""
    for (at = 1; at <= length(hex); at += 2) {
      byte = (index(digits, substr(hex, at, 1)) - 1) * 16 + index(digits, substr(hex, at + 1, 1)) - 1
      out = out sprintf("\\%03o", byte)
    }
    return out
  }
  BEGIN { digits = "0123456789abcdef" }'
level=0
width=$count
hashed "$work/leaf" "$clear" > "$work/clear0"
awk -v clear="$work/clear0" '$0 == "-" { if ((getline made < clear) > 0) print made; next } { print }' "$work/kinds" > "$work/level0"
[ "$(wc -l < "$work/level0")" -eq "$count" ] || stop "the lines of the log could not be hashed"
while [ "$width" -gt 1 ]; do
  awk -v folder="$work/node" "$pairs"'
    NR % 2 { left = $1; next }
    { printf "printf '\''\\001%s%s'\'' > %s/%d\n", octal(left), octal($1), folder, NR / 2 - 1 }
  ' "$work/level$level" > "$work/make.sh"
  . "$work/make.sh"
  hashed "$work/node" $((width / 2)) > "$work/level$((level + 1))"
  [ "$(wc -l < "$work/level$((level + 1))")" -eq $((width / 2)) ] || stop "the tree could not be hashed"
  [ $((width % 2)) -eq 0 ] || sed -n '$p' "$work/level$level" >> "$work/level$((level + 1))"
  level=$((level + 1))
  width=$(((width + 1) / 2))
done
root=$(cat "$work/level$level")

# What every checkpoint and proof of this log must be, worked out anew from its lines.
awk -v top="$level" -v size="$count" -v work="$work" '
  function b64(hex,  at, out, bits, n, k) {
    out = ""
    for (at = 1; at <= length(hex); at += 6) {
      n = (length(hex) - at + 1) / 2; if (n > 3) n = 3
      bits = 0
      for (k = 0; k < 3; k++) bits = bits * 256 + (k < n ? byte(substr(hex, at + 2 * k, 2)) : 0)
      out = out substr(letters, int(bits / 262144) + 1, 1) substr(letters, int(bits / 4096) % 64 + 1, 1)
      out = out (n > 1 ? substr(letters, int(bits / 64) % 64 + 1, 1) : "=") (n > 2 ? substr(letters, bits % 64 + 1, 1) : "=")
    }
    return out
  }
  function byte(two) { return (index(digits, substr(two, 1, 1)) - 1) * 16 + index(digits, substr(two, 2, 1)) - 1 }
  function head(start, end,  k, wide) { # of the lines start to end-1, which are one subtree
    k = 0; wide = 1
    while (wide < end - start) { k++; wide *= 2 }
    return node[k, int(start / wide)]
  }
  function steps(older,  start, end, whole, cut, n, list, k) { # RFC 6962, 2.1.2
    start = 0; end = size; whole = 1; n = 0
    while (older != end - start) {
      cut = 1
      while (cut * 2 < end - start) cut *= 2
      if (older <= cut) { list[n++] = head(start + cut, end); end = start + cut }
      else { list[n++] = head(start, start + cut); start += cut; older -= cut; whole = 0 }
    }
    if (!whole) list[n++] = head(start, end)
    told = ""
    for (k = n - 1; k >= 0; k--) told = told b64(list[k]) "\n"
    return told
  }
  function earlier(older, digest,  peaks, start, left, k, part) { # a checkpoint over the first `older` lines
    print older, digest > (work "/older")
    peaks = ""; start = 0; left = older + 0; k = 0; part = 1
    while (part * 2 <= left) { part *= 2; k++ }
    while (left > 0) {
      while (part > left) { part /= 2; k-- }
      peaks = node[k, int(start / part)] " " peaks
      start += part; left -= part
    }
    print older, peaks > (work "/peaks")
    printf "old %d\n%s\n", older, steps(older + 0) > (work "/consistency-" older)
    close(work "/consistency-" older)
  }
  function listed(line, name,  at) { # what a list of plain texts in the line holds, one a row
    at = index(line, "\"" name "\":[")
    if (!at) return ""
    line = substr(line, at + length(name) + 4)
    sub(/\].*/, "", line); gsub(/"/, "", line); gsub(/,/, "\n", line)
    return line
  }
  BEGIN {
    digits = "0123456789abcdef"
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    for (k = 0; k <= top; k++) {
      n = 0
      while ((getline line < (work "/level" k)) > 0) node[k, n++] = line
      wide[k] = n
      close(work "/level" k)
    }
    print b64(node[top, 0]) > (work "/root64")
    at = 0
    while ((getline line < "custody/log.jsonl") > 0) {
      if (line ~ /"kind":"checkpoint"/) {
        older = line; sub(/.*"body":\{[^}]*"size":/, "", older); sub(/[^0-9].*/, "", older)
        told_digest = line; sub(/.*"body":\{[^}]*"sha256":"/, "", told_digest); sub(/".*/, "", told_digest)
        if (older + 0 > 0 && older + 0 <= at) {
          earlier(older, told_digest)
        } else print at > (work "/oddline")
      }
      if (line ~ /"kind":"item.collected"/) {
        sha = line; sub(/.*"sha256":"/, "", sha); sub(/".*/, "", sha)
        sha5 = line; sub(/.*"sha512":"/, "", sha5); sub(/".*/, "", sha5)
        if (sha ~ /^[0-9a-f]+$/ && length(sha) == 64 && !(sha in first)) {
          first[sha] = at
          print sha, sha5, at > (work "/items")
          printf "index %d\n", at > (work "/proof-" sha)
          place = at
          for (k = 0; k < top; k++) {
            beside = place % 2 ? place - 1 : place + 1
            if (beside < wide[k]) print b64(node[k, beside]) > (work "/proof-" sha)
            place = int(place / 2)
          }
          print "" > (work "/proof-" sha)
          close(work "/proof-" sha)
        }
      }
      if (line ~ /"kind":"bundle.made"/) { last = line; made = at }
      at++
    }
    print last > (work "/made.line")
    print made + 0 > (work "/made.at")
    print listed(last, "signers") > (work "/signers")
    print listed(last, "items") > (work "/removed")
    n = split(listed(last, "older"), rows, "\n")
    for (k = 1; k <= n; k++) if (split(rows[k], pair, " ") == 2 && pair[1] + 0 > 0 && pair[1] + 0 <= made) earlier(pair[1], pair[2])
  }' || stop "the log could not be read"
for name in older peaks items oddline; do [ -f "$work/$name" ] || : > "$work/$name"; done
while IFS= read -r name; do fail "custody/log.jsonl: line $name names no earlier checkpoint"; done < "$work/oddline"
root64=$(cat "$work/root64")

# Lines are withheld only up to where the bundle itself says so, and there all of them.
withheld=$(sed -n 's/.*"withheld":\([0-9]*\)[,}].*/\1/p' "$work/made.line")
awk -v due="${withheld:-0}" '($0 != "-") != (NR <= due) { print NR - 1 }' "$work/kinds" > "$work/hidden"
while IFS= read -r name; do fail "custody/log.jsonl: line $name: withheld or not, otherwise than the bundle says"; done < "$work/hidden"
sed '/^$/d' "$work/signers" > "$work/before"
sed '/^$/d' "$work/removed" > "$work/gone"

# ---- 3. the signatures: every checkpoint is signed by the key beside it -------------------------------------------
opened() { # file with a public key, where its raw bytes go
  openssl pkey -pubin -in "$1" -outform DER -out "$work/der" 2>/dev/null || { fail "$1: holds no public key"; exit 1; }
  openssl pkey -pubin -in "$1" -outform PEM -out "$work/pem" 2>/dev/null
  cmp -s "$work/pem" "$1" || fail "$1: holds more than a public key"
  [ "$(wc -c < "$work/der")" -eq 44 ] || { fail "$1: holds no Ed25519 key"; exit 1; }
  od -An -v -tx1 -j12 "$work/der" | tr -d ' \n' > "$work/raw.hex"
  printf '%s\n' "$(cat "$work/raw.hex")" | awk -v at="$2" "$pairs"'{ printf "printf '\''%s'\'' > %s\n", octal($1), at }' > "$work/make.sh"
  . "$work/make.sh"
}
opened custody/log.pub.pem "$work/raw"
fingerprint=ed25519:$(digest_of "$work/raw")
origin=$(sed -n 1p custody/checkpoint)
: > "$work/wanted"

# Who signed before: from the bundle's own line, which the last key signed. SIZE HOW ORIGIN FINGERPRINT FILE RAW
: > "$work/keys"
number=0
while read -r size how whose named; do
  number=$((number + 1))
  name=custody/keys/$number.pub.pem
  printf '%s\n' "$name" >> "$work/wanted"
  [ -f "$name" ] || { fail "$name: missing, though the log names it"; exit 1; }
  opened "$name" "$work/raw$number"
  [ "ed25519:$(digest_of "$work/raw$number")" = "$named" ] || fail "$name: not the key that the log names"
  case $size in '' | *[!0-9]*) fail "custody/log.jsonl: the bundle names no size for $name"; size=0 ;; esac
  printf '%s %s %s %s %s %s\n' "$size" "$how" "$whose" "$named" "$name" "$work/raw$number" >> "$work/keys"
done < "$work/before"
printf '%s %s %s %s %s %s\n' "$((count + 1))" last "$origin" "$fingerprint" custody/log.pub.pem "$work/raw" >> "$work/keys"

verified() { # what names the file in a complaint, the line's name, key file, raw key, blob in base64, bytes in it, kind octal, text
  printf '%s\n' "$5" | base64 -d > "$work/blob" 2>/dev/null || { fail "$1: its signature is no base64"; return 1; }
  [ "$(base64 < "$work/blob" | tr -d '\n')" = "$5" ] || { fail "$1: its signature is not written as base64 is"; return 1; }
  [ "$(wc -c < "$work/blob")" -eq "$6" ] || { fail "$1: its signature has not $6 bytes"; return 1; }
  { printf '%s\n' "$2"; printf "\\$7"; cat "$4"; } > "$work/named"
  id=$(digest_of "$work/named" | sed 's/^\(........\).*/\1/')
  [ "$(od -An -v -tx1 -N4 "$work/blob" | tr -d ' \n')" = "$id" ] || { fail "$1: signed in the name of another key"; return 1; }
  od -An -v -tx1 -j"$(($6 - 64))" "$work/blob" | tr -d ' \n' | awk -v at="$work/sig" "$pairs"'{ printf "printf '\''%s'\'' > %s\n", octal($1), at }' > "$work/make.sh"
  . "$work/make.sh"
  openssl pkeyutl -verify -pubin -inkey "$3" -rawin -in "$8" -sigfile "$work/sig" >/dev/null 2>&1 ||
    { fail "$1: the signature is not of the key in $3"; return 1; }
}
signed() { # file, size, root in base64: by whoever signed at that size; where a key was rotated, by the next one too
  awk -v size="$2" 'found { print; exit } size + 0 <= $1 + 0 { print; if ($1 + 0 != size + 0 || $2 != "rotated") exit; found = 1 }' "$work/keys" > "$work/by"
  whose=$(sed -n '1s/^[^ ]* [^ ]* \([^ ]*\) .*/\1/p' "$work/by")
  sed -n 1,3p "$1" > "$work/body"
  printf '%s\n%s\n%s\n' "$whose" "$2" "$3" > "$work/expected"
  cmp -s "$work/body" "$work/expected" || { fail "$1: does not state the log as it is (size $2, root $3)"; return; }
  { cat "$work/expected"; printf '\n'; } > "$work/whole"
  at=5
  while read -r _ _ _ _ file raw; do
    blob=$(sed -n "${at}p" "$1" | awk '{ print $NF }')
    printf '\342\200\224 %s %s\n' "$whose" "$blob" >> "$work/whole"
    verified "$1" "$whose" "$file" "$raw" "$blob" 68 001 "$work/expected" || return
    at=$((at + 1))
  done < "$work/by"
  cmp -s "$work/whole" "$1" || fail "$1: not written as a signed note is"
}
tells() { # line number from 1, kind, old fingerprint, new fingerprint
  sed -n "$1p" custody/log.jsonl | awk -v kind="\"kind\":\"key.$2\"" -v old="\"from\":\"$3\"" -v new="\"to\":\"$4\"" '
    index($0, kind) && index($0, old) && index($0, new) { found = 1 } END { exit !found }'
}
was=
while read -r size how whose named file raw; do # each change of the key: the log's own line about it
  if [ -n "$was" ] && [ "$before_size" -ge "${withheld:-0}" ]; then
    if [ "$was" = rotated ]; then
      tells "$before_size" rotated "$before_named" "$named" || tells "$((before_size - 1))" rotated "$before_named" "$named" ||
        fail "custody/log.jsonl: no line before line $before_size says that the key was rotated"
    elif [ "$was" = lost ]; then
      tells "$((before_size + 1))" lost "$before_named" "$named" || fail "custody/log.jsonl: line $before_size does not say that the key was lost"
    elif [ "$was" != imported ]; then fail "custody/log.jsonl: the bundle does not say how the key at line $before_size changed"; fi
  fi
  was=$how before_size=$size before_named=$named
done < "$work/keys"
signed custody/checkpoint "$count" "$root64"

# ---- 4. earlier checkpoints and the proofs that lead from each to the last ----------------------------------------
while :; do # one step a round for all of them: the head at each size, folded from the right
  awk -v folder="$work/node" "$pairs"'
    { if (NF > 2) { printf "printf '\''\\001%s%s'\'' > %s/%d\n", octal($3), octal($2), folder, n++ } }
  ' "$work/peaks" > "$work/make.sh"
  [ -s "$work/make.sh" ] || break
  . "$work/make.sh"
  hashed "$work/node" "$(wc -l < "$work/make.sh")" > "$work/folded"
  awk -v folded="$work/folded" '
    NF > 2 { getline made < folded; out = $1 " " made; for (k = 4; k <= NF; k++) out = out " " $k; print out; next }
    { print }' "$work/peaks" > "$work/next"
  cat "$work/next" > "$work/peaks"
done
while read -r size digest; do
  name=custody/checkpoints/$size
  printf '%s\n' "$name" >> "$work/wanted"
  if [ ! -f "$name" ]; then fail "$name: missing, though the log names it"; continue; fi
  [ "$(digest_of "$name")" = "$digest" ] || fail "$name: not the checkpoint that the log names"
  head=$(awk -v size="$size" '$1 == size { print $2; exit }' "$work/peaks")
  printf '%s\n' "$head" | awk -v at="$work/head" "$pairs"'{ printf "printf '\''%s'\'' > %s\n", octal($1), at }' > "$work/make.sh"
  . "$work/make.sh"
  signed "$name" "$size" "$(base64 < "$work/head" | tr -d '\n')"
  name=custody/proofs/consistency-$size
  printf '%s\n' "$name" >> "$work/wanted"
  cat "$work/consistency-$size" custody/checkpoint > "$work/proof"
  if [ ! -f "$name" ]; then fail "$name: missing"; else cmp -s "$work/proof" "$name" || fail "$name: not the proof that the log gives"; fi
done < "$work/older"

# ---- 5. every item: collected by the log, here as it was collected, with a proof that stands alone ----------------
while read -r sha sha5 at; do
  name=custody/proofs/$sha.tlog-proof
  printf '%s\n' "$name" >> "$work/wanted"
  sed -n "$((at + 1))p" custody/log.jsonl | tr -d '\n' | base64 | tr -d '\n' > "$work/extra"
  { printf 'c2sp.org/tlog-proof@v1\nextra '; cat "$work/extra"; printf '\n'; cat "$work/proof-$sha" custody/checkpoint; } > "$work/proof"
  if [ ! -f "$name" ]; then fail "$name: missing"; else cmp -s "$work/proof" "$name" || fail "$name: not the proof that the log gives"; fi
  item=data/artifacts/$sha
  if [ ! -f "$item" ]; then fail "$item: collected by the log (line $at) and missing"; continue; fi
  [ "$(digest_of "$item")" = "$sha" ] || fail "$item: its bytes have another SHA-256 than the log says (line $at)"
  [ "$(sum512 "$item" | sed 's/ .*//')" = "$sha5" ] || fail "$item: its bytes have another SHA-512 than the log says (line $at)"
  printf '%s\n' "$item" >> "$work/wanted"
done < "$work/items"

while read -r at sha; do # items whose payload was taken out: their lines are withheld, and the leaves stand in the tree
  case $at$sha in *[!0-9a-f]* | '') fail "custody/log.jsonl: the bundle names no item that was removed: $at $sha" ;; esac
  [ "$at" -lt "${withheld:-0}" ] || fail "custody/log.jsonl: item $sha was removed, and line $at is not withheld"
  [ ! -f "data/artifacts/$sha" ] || fail "data/artifacts/$sha: said to be removed, and here"
done < "$work/gone"

# ---- 6. the log names this very bundle, and nothing else lies in it -----------------------------------------------
if [ ! -s "$work/made.line" ] || [ -z "$(cat "$work/made.line")" ]; then
  fail "custody/log.jsonl: no line says that this bundle was made"
else
  sed 's/.*"files":{//; s/}.*//' "$work/made.line" | tr ',' '\n' | sed 's/^"\([^"]*\)":"\([0-9a-f]*\)"$/\1 \2/' > "$work/named"
  while read -r name digest; do
    printf '%s\n' "$name" >> "$work/wanted"
    if [ ! -f "$name" ]; then fail "$name: named by the log and missing"; continue; fi
    [ "$(digest_of "$name")" = "$digest" ] || fail "$name: not the bytes that the log names"
  done < "$work/named"
fi
for name in custody/log.jsonl custody/checkpoint custody/log.pub.pem custody/checkpoint.tsr custody/tsa-ca.pem; do printf '%s\n' "$name"; done >> "$work/wanted"
for name in bagit.txt bag-info.txt manifest-sha256.txt manifest-sha512.txt custody/verify.sh custody/VERIFY.md; do
  sed -n "s,^\($name\) .*,\1,p" "$work/named" > "$work/there"
  [ -s "$work/there" ] || fail "$name: not named by the log"
done

# ---- 7. the time, where somebody else vouched for it --------------------------------------------------------------
stamped="no timestamp: nobody else vouches for when this was; only the clock of whoever made it"
if [ -f custody/checkpoint.tsr ] && [ -f custody/tsa-ca.pem ]; then
  if openssl ts -verify -data custody/checkpoint -in custody/checkpoint.tsr -CAfile custody/tsa-ca.pem >/dev/null 2>&1; then
    stamped="timestamp (RFC 3161): $(openssl ts -reply -in custody/checkpoint.tsr -text 2>/dev/null | sed -n 's/^Time stamp: //p')"
  else
    fail "custody/checkpoint.tsr: does not vouch for custody/checkpoint by custody/tsa-ca.pem"
  fi
elif [ -f custody/checkpoint.tsr ] || [ -f custody/tsa-ca.pem ]; then
  fail "custody/checkpoint.tsr and custody/tsa-ca.pem: one is here without the other"
fi

# ---- 8. who else saw it: cosignatures of witnesses (C2SP tlog-cosignature) ----------------------------------------
: > "$work/seen"
moment() { # seconds since 1970 → RFC 3339, by the civil calendar
  awk -v s="$1" 'BEGIN {
    z = int(s / 86400) + 719468; era = int(z / 146097); doe = z - era * 146097
    yoe = int((doe - int(doe / 1460) + int(doe / 36524) - int(doe / 146096)) / 365)
    doy = doe - (365 * yoe + int(yoe / 4) - int(yoe / 100)); mp = int((5 * doy + 2) / 153)
    m = mp < 10 ? mp + 3 : mp - 9; s = s % 86400
    printf "%04d-%02d-%02dT%02d:%02d:%02dZ", yoe + era * 400 + (m <= 2), m, doy - int((153 * mp + 2) / 5) + 1, int(s / 3600), int(s / 60) % 60, s % 60
  }'
}
number=1
while [ -f "custody/witness/$number.note" ] || [ -f "custody/witness/$number.pub.pem" ]; do
  name=custody/witness/$number.note
  [ -f "$name" ] && [ -f "custody/witness/$number.pub.pem" ] || { fail "custody/witness/$number.note and .pub.pem: one is here without the other"; break; }
  printf '%s\n%s\n' "$name" "custody/witness/$number.pub.pem" >> "$work/wanted"
  opened "custody/witness/$number.pub.pem" "$work/other"
  size=$(sed -n 2p "$name" | tr -d -c 0-9)
  if [ "$size" = "$count" ]; then ours=custody/checkpoint; else ours=custody/checkpoints/$size; fi
  sed -n 1,3p "$name" > "$work/given"
  sed -n 1,3p "$ours" > "$work/ours" 2>/dev/null
  cmp -s "$work/given" "$work/ours" || fail "$name: of no checkpoint of this log"
  who=$(sed -n 5p "$name" | awk '{ print $2 }')
  blob=$(sed -n 5p "$name" | awk '{ print $NF }')
  { cat "$work/given"; printf '\n\342\200\224 %s %s\n' "$who" "$blob"; } > "$work/whole"
  cmp -s "$work/whole" "$name" || fail "$name: not written as a signed note is"
  seconds=$(printf '%s\n' "$blob" | base64 -d 2>/dev/null | od -An -v -tu1 -j4 -N8 | awk '{ for (k = 1; k <= NF; k++) n = n * 256 + $k } END { printf "%.0f", n }')
  { printf 'cosignature/v1\ntime %s\n' "$seconds"; cat "$work/given"; } > "$work/cosigned"
  verified "$name" "$who" "custody/witness/$number.pub.pem" "$work/other" "$blob" 76 004 "$work/cosigned" &&
    printf 'witness: %s saw %s lines at %s (its key: ed25519:%s)\n' "$who" "$size" "$(moment "$seconds")" "$(digest_of "$work/other")" >> "$work/seen"
  number=$((number + 1))
done
awk 'NR == FNR { wanted[$0] = 1; next } !($0 in wanted) && $0 !~ /^data\// { print }' "$work/wanted" "$work/tags" > "$work/strange"
while IFS= read -r name; do fail "$name: belongs to no bundle"; done < "$work/strange"

pinned="not compared with one from outside"
if [ $# -gt 0 ] && [ "$1" != - ]; then # a key is vouched for that you named, or that one vouched for named as the next
  printf '%s' "$1" | tr 'A-F,' 'a-f\n' | sed 's/^[a-z0-9]*://' > "$work/asked"
  awk 'NR == FNR { asked["ed25519:" $1] = 1; next }
    { held = (($4 in asked) || (held && how == "rotated")); how = $2; if (held) reach = $1; ok = held }
    END { print ok + 0, reach + 0 }' "$work/asked" "$work/keys" > "$work/reach"
  read -r held reach < "$work/reach"
  if [ "$held" -eq 1 ]; then
    pinned="the one you named"
    awk -v key="$fingerprint" '"ed25519:" $1 == key { found = 1 } END { exit !found }' "$work/asked" || pinned="named by the one you named"
  elif [ "$reach" -gt 0 ]; then fail "the key that you named vouches for lines 0 to $((reach - 1)); from line $reach on $fingerprint signs, which it did not name"
  else fail "the key is $fingerprint, not the one you named"; fi
fi
[ $# -eq 0 ] || shift
for given in "$@"; do
  case $given in /*) ;; *) given=$before/$given ;; esac
  sed -n 1,3p "$given" > "$work/given" 2>/dev/null
  size=$(sed -n 2p "$work/given" | tr -d -c 0-9)
  if [ "$size" = "$count" ]; then sed -n 1,3p custody/checkpoint > "$work/ours"
  elif [ -n "$size" ] && [ -f "custody/checkpoints/$size" ]; then sed -n 1,3p "custody/checkpoints/$size" > "$work/ours"
  else : > "$work/ours"; fi
  if cmp -s "$work/given" "$work/ours"; then pinned="$pinned; begins with the checkpoint over $size lines"
  else fail "$given: this log does not begin with what that checkpoint states"; fi
done
[ "$bad" -eq 0 ] || { printf 'NOT INTACT.\n'; exit 1; }
printf 'INTACT: %s items, %s files of payload, %s lines of the log.\n' "$(wc -l < "$work/items" | tr -d ' ')" "$(wc -l < "$work/payload" | tr -d ' ')" "$count"
printf 'log: %s\nroot: %s\nkey: %s (%s)\n%s\n' "$origin" "$root" "$fingerprint" "$pinned" "$stamped"
cat "$work/seen"
[ -s "$work/seen" ] || printf 'no witness: whoever held the key could have made another log from the start\n'
while read -r size how whose named; do
  case $how in
    rotated) why="it named the next key itself" ;;
    lost) why="THE KEY WAS LOST: it named no other, and nothing but the next key says that the log is one" ;;
    *) why="the log of another workspace, taken in by the next key" ;;
  esac
  printf 'lines 0 to %s were sealed as %s by %s: %s\n' "$((size - 1))" "$whose" "$named" "$why"
done < "$work/before"
if [ "${withheld:-0}" -gt 0 ]; then
  printf 'REDACTED: %s lines are withheld, their leaves are in the tree; %s items were removed, lines and digests are in the line bundle.made.\n' "$withheld" "$(wc -l < "$work/gone" | tr -d ' ')"
fi
exit 0
