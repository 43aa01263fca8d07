#!/usr/bin/env bash
# Runs the tests of the engine under the address and the thread sanitizer. Takes some minutes.
# usage: scripts/sanitize.sh [address|thread]
set -euo pipefail
cd "$(dirname "$0")/.."
# A backtracer that stops at a sanitizer's report can hang for minutes.
export SWIFT_BACKTRACE=enable=no
# Signatures are kept for good, and the enums that point to them hide the pointers' low bits: they are no leaks.
export ASAN_OPTIONS=detect_leaks=0
for sanitizer in ${1:-address thread}; do
    swift test --sanitize="$sanitizer" --scratch-path ".build/$sanitizer" \
        --filter 'KernelsTests|InterpreterTests|LayersTests'
done
