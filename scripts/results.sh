#!/usr/bin/env bash
# Trains one network of every family on synthetic data with a small budget and judges it on the held-out split,
# with the very commands of docs/results.md. Usage: scripts/results.sh STRATA OUT [NAME…]
# With QUICK=1 each gets 150 traces and one epoch, to see that every family goes all the way.
set -eu
strata=$1
out=$2
shift 2
mkdir -p "$out"

run() {  # NAME NETWORK DATA OPTIONS…
  local name=$1 network=$2 data=$3
  shift 3
  if [ -n "${QUICK:-}" ]; then
    data=${data%:*}:150
    for ((i = 1; i < $#; i++)); do
      if [ "${!i}" = --epochs ]; then set -- "${@:1:i}" 1 "${@:i+2}"; fi
    done
  fi
  echo "== $name: strata train $network --data $data $*"
  "$strata" train "$network" --data "$data" --out "$out/$name" --resume "$@" 2>"$out/$name.log"
  "$strata" evaluate "$out/$name" --overwrite >"$out/$name.txt"
  tail -n 1 "$out/$name/history.csv"
}

wanted() { [ "${#names[@]}" -eq 0 ] || [[ " ${names[*]} " == *" $1 "* ]]; }
names=("$@")
wanted phasenet && run phasenet picker/phasenet synthetic:2400 --batch 16 --epochs 12 --set "train.optimizer=adam(rate: 3e-3)"
wanted eqt && run eqt eqt synthetic:3200 --batch 8 --epochs 30
wanted tcn && run tcn volcano/tcn synthetic:volcano:160 --batch 4 --epochs 15
wanted rnn && run rnn volcano/rnn synthetic:volcano:160 --batch 4 --epochs 15
wanted lstm && run lstm volcano/lstm synthetic:volcano:160 --batch 4 --epochs 15
wanted resnet && run resnet fwi/resnet synthetic:fwi:4000 --batch 32 --epochs 12 --set "train.schedule=cosine(warm_up: 1)"
wanted convnetquake && run convnetquake detector/convnetquake synthetic:2000 --batch 32 --epochs 10 --set "train.optimizer=adam(rate: 1e-3)"
wanted upc_ucv && run upc_ucv detector/upc_ucv synthetic:2000 --batch 32 --epochs 6
wanted majstorovic && run majstorovic detector/majstorovic synthetic:2000 --batch 32 --epochs 10
exit 0
