#!/usr/bin/env bash
# How long checking takes, in milliseconds of processor time (user and system, the best of ten): the catalogue, and
# single files of 500 to 8,000 layers written in four ways. Time that is linear in the layers grows twofold a column.
# Usage: Benchmarks/Compiler/check.sh [PATH-TO-STRATA]
set -euo pipefail
cd "$(dirname "$0")/../.."
strata="${1:-.build/release/strata}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
export LC_ALL=C TIMEFORMAT='%U %S'

processor_ms() {
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        { time "$strata" check "$1" >/dev/null 2>&1; } 2>&1
    done | awk '{ used = ($1 + $2) * 1000; if (NR == 1 || used < best) best = used } END { printf "%.0f", best }'
}

# Each writes a network of so many layers into a folder of its own; the file to check is network.arch.
unit='conv(8, 3, activation: relu) -> batch_norm'
network() { printf 'network Long {\n    input x: [8, 6000] at 100 Hz\n%s\n    output y = z\n}\n' "$1"; }
write_a_line_each() {
    local lines='    y0 = x' i
    for ((i = 1; i <= $1 / 2; i++)); do lines+=$'\n'"    y$i = y$((i - 1)) -> $unit"; done
    network "$lines"$'\n'"    z = y$(($1 / 2))" >network.arch
}
write_a_loop() { network "    z = x -> repeat $(($1 / 2)) { $unit }" >network.arch; }
write_blocks_of_sums() {
    network "    z = x -> repeat $(($1 / 5)) { unit as part }" >network.arch
    printf '\nblock unit on x {\n    branch = x -> %s -> relu -> dropout(0.1)\n    return x + branch\n}\n' "$unit" \
        >>network.arch
}
write_a_variant() {
    write_blocks_of_sums "$1"
    mv network.arch parent.arch
    printf 'variant Edited of "parent.arch" {\n    replace relu with gelu\n    set conv.kernel = 5\n    remove dropout\n}\n' \
        >network.arch
}

printf '%-28s %5s ms\n' "start of the program" "$(processor_ms /dev/null)"
printf '%-28s %5s ms\n' "architectures, $(find architectures -name '*.arch' | wc -l) files" "$(processor_ms architectures)"
sizes=(500 1000 2000 4000 8000)
printf '\n%-28s' "one file of … layers, ms"
printf ' %5s' "${sizes[@]}"
printf '\n'
for way in a_line_each a_loop blocks_of_sums a_variant; do
    printf '%-28s' "${way//_/ }"
    for layers in "${sizes[@]}"; do
        mkdir -p "$work/$way.$layers"
        (cd "$work/$way.$layers" && "write_$way" "$layers")
        grep -q nothing <("$strata" check "$work/$way.$layers/network.arch") || { echo " does not compile"; exit 1; }
        printf ' %5s' "$(processor_ms "$work/$way.$layers/network.arch")"
    done
    printf '\n'
done
