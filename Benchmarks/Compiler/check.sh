#!/usr/bin/env bash
# How long checking takes, in processor time: the catalogue, and single files of 500 to 8,000 layers.
# Usage: Benchmarks/Compiler/check.sh [PATH-TO-STRATA]
set -euo pipefail
cd "$(dirname "$0")/../.."
strata="${1:-.build/release/strata}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

processor_ms() {
    local best=1000000
    for _ in 1 2 3 4 5; do
        local TIMEFORMAT='%U %S'
        local used
        used="$({ time "$strata" check "$1" >/dev/null 2>&1 || true; } 2>&1 | awk '{ printf "%d", ($1 + $2) * 1000 }')"
        if [ "$used" -lt "$best" ]; then best="$used"; fi
    done
    echo "$best"
}

echo "start of the program: $(processor_ms /dev/null) ms"
echo "architectures ($(find architectures -name '*.arch' | wc -l) files): $(processor_ms architectures) ms"
for layers in 500 1000 2000 4000 8000; do
    file="$work/$layers.arch"
    {
        echo "network Long {"
        echo "    input x: [8, 6000] at 100 Hz"
        echo "    y0 = x"
        for ((i = 1; i <= layers / 2; i++)); do echo "    y$i = y$((i - 1)) -> conv(8, 3, activation: relu) -> batch_norm"; done
        echo "    output y = y$((layers / 2))"
        echo "}"
    } >"$file"
    echo "$layers layers, written out: $(processor_ms "$file") ms"
done
