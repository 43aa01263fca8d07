#!/usr/bin/env bash
# Writes two tables of docs/comparing.md: how often verdicts are right in made-up worlds, by the rule before and today's;
# how often a difference is claimed between equally good networks, by the rule that picks are read by.
# usage: scripts/calibration.sh [FILE]     a minute or two after the build
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
file=${1:-$(mktemp)}
(cd "$here" && STRATA_CALIBRATION=$file swift test --filter 'CalibrationTests.table|RuleCalibrationTests.table' >/dev/null)
cat "$file" "$file.rules"
