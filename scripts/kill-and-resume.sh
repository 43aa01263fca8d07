#!/usr/bin/env bash
# Kills a training (SIGKILL) at random moments, resumes it, and again, until it has been killed often enough; whenever
# a run reaches its end, its weights and history must be those of the run that was never killed, to the bit.
# Usage: scripts/kill-and-resume.sh STRATA [KILLS] [NETWORK] [DATA]
set -eu
strata=$1
kills=${2:-200}
network=${3:-tutorial/first}
data=${4:-synthetic:160}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
arguments=(train "$network" --data "$data" --epochs 4 --batch 8 --set "train.checkpoint=0 s")
without_times() { awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) keep[i] = $i != "seconds" && $i != "windows_per_s" }
                           { line = ""; for (i = 1; i <= NF; i++) if (keep[i]) line = line "," $i; print line }' "$1"; }

started=$(date +%s%N)
"$strata" "${arguments[@]}" --out "$folder/whole" 2>/dev/null >/dev/null
milliseconds=$((($(date +%s%N) - started) / 1000000))
killed=0
finished=0
while [ "$killed" -lt "$kills" ]; do
  "$strata" "${arguments[@]}" --out "$folder/run" --resume >/dev/null 2>"$folder/log" &
  process=$!
  sleep "$(awk -v r=$RANDOM -v t="$milliseconds" 'BEGIN { printf "%.3f", (0.02 + 0.6 * r / 32768) * t / 1000 }')"
  if kill -9 "$process" 2>/dev/null; then killed=$((killed + 1)); fi
  wait "$process" 2>/dev/null && ended=0 || ended=$?
  if [ "$ended" -ne 0 ] && [ "$ended" -ne 137 ]; then
    echo "after $killed kills the run ended with status $ended:"
    cat "$folder/log"
    exit 1
  fi
  if [ "$ended" -eq 0 ]; then
    finished=$((finished + 1))
    for file in weights/best.safetensors weights/last.safetensors; do
      cmp "$folder/whole/$file" "$folder/run/$file" || { echo "$file differs after $killed kills"; exit 1; }
    done
    [ "$(without_times "$folder/whole/history.csv")" = "$(without_times "$folder/run/history.csv")" ] ||
      { echo "history.csv differs after $killed kills"; exit 1; }
    rm -rf "$folder/run"
  fi
done
"$strata" "${arguments[@]}" --out "$folder/run" --resume >/dev/null 2>"$folder/log"
cmp "$folder/whole/weights/last.safetensors" "$folder/run/weights/last.safetensors" || exit 1
echo "$killed kills, $((finished + 1)) runs brought to their end: weights and histories equal to the bit"
