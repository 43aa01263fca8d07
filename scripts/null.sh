#!/usr/bin/env bash
# One network compared with itself on many made datasets: whatever difference shows is noise, so p must be spread evenly
# and the interval must hold zero in 95 of 100. Trains once, then lets each JUDGE (a build of strata) judge the same runs.
# usage: scripts/null.sh FOLDER [JUDGE...]     without a judge the build that trains judges; a judge is a program and
#        options of compare: "old/strata" "new/strata --rule eqt"
# environment: STRATA (the build that trains), NETWORK, REPEATS (40), TRACES (600), SEEDS (3), EPOCHS (8)
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
[ $# -ge 1 ] || { sed -n 's/^# usage: /usage: /p' "$0" >&2; exit 64; }
folder=$1
shift
strata=${STRATA:-$here/.build/release/strata}
network=${NETWORK:-$here/architectures/tutorial/first.arch}
[ $# -ge 1 ] || set -- "$strata"
mkdir -p "$folder"
cp "$network" "$folder/a.arch"
cp "$network" "$folder/b.arch"
for repeat in $(seq 1 "${REPEATS:-40}"); do
    runs=$folder/$repeat
    if [ ! -e "$runs/trained" ]; then
        (cd "$folder" && nice -n 10 "$strata" compare a.arch b.arch --data "synthetic:${TRACES:-600},seed=$repeat" \
            --seeds "${SEEDS:-3}" --epochs "${EPOCHS:-8}" --batch 16 --out "$repeat" >/dev/null 2>"$repeat.log") || {
            echo "the training of dataset $repeat failed: see $folder/$repeat.log" >&2
            exit 1
        }
        rm -rf "$runs"/runs/*/*/checkpoint
        touch "$runs/trained"
    fi
done
number=0
for judge in "$@"; do
    number=$((number + 1))
    for repeat in $(seq 1 "${REPEATS:-40}"); do
        read -r -a words <<<"$judge"
        "${words[0]}" compare "${words[@]:1}" "$folder/$repeat"/runs/{a,b}.arch \
            --out "$folder/$repeat/judged" --json >"$folder/$repeat.$number.json" 2>"$folder/$repeat.$number.log" || {
            echo "the judging of dataset $repeat failed: see $folder/$repeat.$number.log" >&2
            exit 1
        }
    done
    echo "## $judge"
    python3 "$here/scripts/null.py" "$folder"/*."$number".json
done
