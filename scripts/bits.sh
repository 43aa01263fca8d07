#!/usr/bin/env bash
# The bits of training: trains one small network of every family for a few steps and prints the SHA-256 of the tensors
# that come out, without the file's header, which tells of more than numbers. A change that should change no behaviour
# leaves this table as it was; the numbers are those of one processor family and one compiler.
# Usage: scripts/bits.sh STRATA [NAME…]
set -eu
strata=$1
shift
names=("$@")
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

run() {  # NAME NETWORK DATA BATCH
  if [ "${#names[@]}" -gt 0 ] && [[ " ${names[*]} " != *" $1 "* ]]; then return; fi
  "$strata" train "$2" --data "$3" --out "$out/$1" --batch "$4" --epochs 1 --seed 1 >"$out/$1.log" 2>&1 ||
    { cat "$out/$1.log" >&2; exit 1; }
  local file=$out/$1/weights/last.safetensors
  local header
  header=$(od -An -t u8 -N 8 "$file" | tr -d ' ')
  printf '%s  %s\n' "$(tail -c +$((header + 9)) "$file" | sha256sum | cut -d ' ' -f 1)" "$2"
}

run phasenet picker/phasenet synthetic:60 8
run gpd picker/gpd synthetic:60 8
run eqt eqt synthetic:24 4
run gru eqt/gru synthetic:16 4
run branches tutorial/branches synthetic:60 8
run tcn volcano/tcn synthetic:volcano:8 2
run rnn volcano/rnn synthetic:volcano:8 2
run lstm volcano/lstm synthetic:volcano:8 2
run resnet fwi/resnet synthetic:fwi:64 8
run convnetquake detector/convnetquake synthetic:160 16
run upc_ucv detector/upc_ucv synthetic:160 16
run majstorovic detector/majstorovic synthetic:60 8
