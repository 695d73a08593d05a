#!/bin/sh
# Checks this bundle with a POSIX shell, sha256sum or shasum, openssl 3, base64, sed, awk and od; see VERIFY.md beside it.
# Usage: sh custody/verify.sh [FINGERPRINT [CHECKPOINT...]]
#   FINGERPRINT   of the key, as it was told to you by another way; - for none
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
line=
while IFS= read -r line; do
  { printf '\000'; printf '%s' "$line"; } > "$work/leaf/$count"
  count=$((count + 1))
done < custody/log.jsonl
[ -z "$line" ] || fail "custody/log.jsonl: its last line has no end"
[ "$count" -gt 0 ] || { fail "custody/log.jsonl: holds no line"; exit 1; }

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
hashed "$work/leaf" "$count" > "$work/level0"
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
          print older, told_digest > (work "/older")
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
      if (line ~ /"kind":"bundle.made"/) last = line
      at++
    }
    print last > (work "/made.line")
  }' || stop "the log could not be read"
for name in older peaks items oddline; do [ -f "$work/$name" ] || : > "$work/$name"; done
while IFS= read -r name; do fail "custody/log.jsonl: line $name names no earlier checkpoint"; done < "$work/oddline"
root64=$(cat "$work/root64")

# ---- 3. the signatures: every checkpoint is signed by the key beside it -------------------------------------------
openssl pkey -pubin -in custody/log.pub.pem -outform DER -out "$work/der" 2>/dev/null || { fail "custody/log.pub.pem: holds no public key"; exit 1; }
openssl pkey -pubin -in custody/log.pub.pem -outform PEM -out "$work/pem" 2>/dev/null
cmp -s "$work/pem" custody/log.pub.pem || fail "custody/log.pub.pem: holds more than a public key"
[ "$(wc -c < "$work/der")" -eq 44 ] || { fail "custody/log.pub.pem: holds no Ed25519 key"; exit 1; }
od -An -v -tx1 -j12 "$work/der" | tr -d ' \n' > "$work/raw.hex"
printf '%s\n' "$(cat "$work/raw.hex")" | awk -v at="$work/raw" "$pairs"'{ printf "printf '\''%s'\'' > %s\n", octal($1), at }' > "$work/make.sh"
. "$work/make.sh"
fingerprint=ed25519:$(digest_of "$work/raw")
origin=$(sed -n 1p custody/checkpoint)

signed() { # file, size, root in base64
  sed -n 1,3p "$1" > "$work/body"
  printf '%s\n%s\n%s\n' "$origin" "$2" "$3" > "$work/expected"
  cmp -s "$work/body" "$work/expected" || { fail "$1: does not state the log as it is (size $2, root $3)"; return; }
  blob=$(sed -n 5p "$1" | awk '{ print $NF }')
  { cat "$work/expected"; printf '\n\342\200\224 %s %s\n' "$origin" "$blob"; } > "$work/whole"
  cmp -s "$work/whole" "$1" || { fail "$1: not written as a signed note is"; return; }
  printf '%s\n' "$blob" | base64 -d > "$work/blob" 2>/dev/null || { fail "$1: its signature is no base64"; return; }
  [ "$(base64 < "$work/blob" | tr -d '\n')" = "$blob" ] || { fail "$1: its signature is not written as base64 is"; return; }
  [ "$(wc -c < "$work/blob")" -eq 68 ] || { fail "$1: its signature has not 4 + 64 bytes"; return; }
  { printf '%s\n\001' "$origin"; cat "$work/raw"; } > "$work/named"
  id=$(digest_of "$work/named" | sed 's/^\(........\).*/\1/')
  [ "$(od -An -v -tx1 -N4 "$work/blob" | tr -d ' \n')" = "$id" ] || { fail "$1: signed in the name of another key"; return; }
  od -An -v -tx1 -j4 "$work/blob" | tr -d ' \n' | awk -v at="$work/sig" "$pairs"'{ printf "printf '\''%s'\'' > %s\n", octal($1), at }' > "$work/make.sh"
  . "$work/make.sh"
  openssl pkeyutl -verify -pubin -inkey custody/log.pub.pem -rawin -in "$work/expected" -sigfile "$work/sig" >/dev/null 2>&1 ||
    fail "$1: the signature is not of the key in custody/log.pub.pem"
}
signed custody/checkpoint "$count" "$root64"

# ---- 4. earlier checkpoints and the proofs that lead from each to the last ----------------------------------------
: > "$work/wanted"
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
awk 'NR == FNR { wanted[$0] = 1; next } !($0 in wanted) && $0 !~ /^data\// { print }' "$work/wanted" "$work/tags" > "$work/strange"
while IFS= read -r name; do fail "$name: belongs to no bundle"; done < "$work/strange"

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

pinned="not compared with one from outside"
if [ $# -gt 0 ] && [ "$1" != - ]; then
  asked=$(printf '%s' "$1" | tr 'A-F' 'a-f' | sed 's/^[a-z0-9]*://')
  if [ "ed25519:$asked" = "$fingerprint" ]; then pinned="the one you named"; else fail "the key is $fingerprint, not the one you named"; fi
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
exit 0
