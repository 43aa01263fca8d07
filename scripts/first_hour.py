#!/usr/bin/env python3
"""Runs every command of docs/first-hour.md, in order, and holds its output against the page.

    first_hour.py STRATA WORK [--write] [--page PAGE]

A line that begins with `$ ` in a fenced block is a command; what follows up to the next one is what it prints. A line
that is `…` stands for any number of lines. Without --write a command whose output has another form than the page says
ends this with status 1: numbers, times, hashes and paths may differ, words and lines may not. With --write the page gets
what was printed, cut where it was cut before. All is made in WORK, which is emptied first.
"""

import difflib, os, pathlib, re, shutil, subprocess, sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def blocks(lines):
    """Runs of lines between fences, as (first, last) of what is between."""
    begin = None
    for number, line in enumerate(lines):
        if line.startswith("```"):
            if begin is None:
                begin = number + 1
            else:
                yield begin, number
                begin = None


def form(line):
    """What must stay of a line: its words, not its numbers."""
    line = re.sub(r"\b[0-9a-f]{8,}\b", "#", line)
    line = re.sub(r"[0-9][0-9.,:TZ-]*", "#", line)
    line = re.sub(r"[+-](?=#)", "", line)
    line = re.sub(r"# ?(ms|s|min|h|KiB|MiB|GiB|TiB|kB|MB)\b", "#", line)
    line = re.sub(r"(# )+#", "#", line)
    line = re.sub(r"[█▁▂▃▄▅▆▇·─]+", "~", line)
    # Which epoch is the best so far, and what is better, is a matter of rounding.
    line = re.sub(r"\s+best\b(?! epoch)", "", line)
    return re.sub(r"\s+", " ", line).strip()


def matches(expected, said):
    """Whether lines have the page's form, `…` standing for any lines."""
    pattern = "".join(r"(?:[^\n]*\n)*?" if line == "…" else re.escape(form(line)) + r"\n" for line in expected)
    return re.fullmatch(pattern, "".join(form(line) + "\n" for line in said)) is not None


def cut(expected, said):
    """What was said, as short as the page had it: as many lines at both ends, and in between as many from where a part
    begins with the same words."""
    if "…" not in expected or len(said) <= len(expected):
        return said
    parts, rest = [], list(expected)
    while "…" in rest:
        parts.append(rest[: rest.index("…")])
        rest = rest[rest.index("…") + 1 :]
    head, middles, tail = parts[0], parts[1:], rest
    kept, at = said[: len(head)], len(head)
    for middle in middles:
        found = [i for i in range(at, len(said) - len(tail)) if middle and form(said[i]) == form(middle[0])]
        if found:
            kept += ["…"] + said[found[0] : found[0] + len(middle)]
            at = found[0] + len(middle)
    return kept + ["…"] + (said[-len(tail) :] if tail else [])


def main():
    words = [word for word in sys.argv[1:] if not word.startswith("--")]
    page = ROOT / "docs/first-hour.md"
    if "--page" in sys.argv:
        page = pathlib.Path(words.pop())
    strata, work = pathlib.Path(words[0]).absolute(), pathlib.Path(words[1]).absolute()
    if work.exists():
        shutil.rmtree(work)
    (work / "bin").mkdir(parents=True)
    (work / "bin/strata").symlink_to(strata)
    environment = dict(
        os.environ, PATH=f"{work / 'bin'}:{os.environ['PATH']}", STRATA_PATH=str(ROOT / "architectures"),
        XDG_CACHE_HOME=str(work / "cache"), XDG_CONFIG_HOME=str(work / "config"), NO_COLOR="1")
    (work / "here").mkdir()
    lines, new, done, wrong = page.read_text().split("\n"), [], 0, 0
    for begin, end in blocks(lines):
        if not any(line.startswith("$ ") for line in lines[begin:end]):
            continue
        new += lines[done:begin]
        number = begin
        while number < end:
            command = lines[number]
            number += 1
            while command.endswith("\\"):
                command += "\n" + lines[number]
                number += 1
            # What a command is fed stands behind it, up to its last line.
            while command.count("<<'END'") and not command.endswith("\nEND"):
                command += "\n" + lines[number]
                number += 1
            expected = []
            while number < end and not lines[number].startswith("$ "):
                expected.append(lines[number])
                number += 1
            ran = subprocess.run(
                ["bash", "-c", command[2:]], cwd=work / "here", env=environment, text=True, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT)
            # A line that is written over itself was a moment's.
            printed = ran.stdout.replace(f"{work / 'here'}/", "")
            said = [line.split("\r")[-1].rstrip() for line in printed.rstrip("\n").split("\n")]
            said = [] if said == [""] else said
            new += command.split("\n") + cut(expected, said)
            if not matches(expected, said):
                wrong += 1
                print(f"\n$ {command[2:]}")
                print("\n".join(difflib.unified_diff(
                    [form(line) for line in expected], [form(line) for line in said], "page", "printed", lineterm="")))
        done = end
    new += lines[done:]
    if "--write" in sys.argv:
        page.write_text("\n".join(new))
        print(f"{page}: {wrong} outputs are new")
    elif wrong:
        sys.exit(f"{wrong} outputs have another form than {page} says; --write puts them there")
    else:
        print(f"every output of {page} has its form")


main()
