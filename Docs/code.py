#!/usr/bin/env python3
"""Puts the files that chapters show into them, so that a chapter's code is compiled code.

A chapter marks a block by a comment before it:

    <!-- code: Examples/TextGeneration/Train.swift -->
    <!-- code: Examples/TextGeneration/Train.swift, from "let model" to "}" -->

The first shows the whole file, the second the lines from the first that contains one text to the next that contains the
other. `python3 Docs/code.py` writes the blocks; with --check it fails where a block differs from its file.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
BLOCK = re.compile(
    r'(<!-- code: (?P<path>[^,>]+?)(?:, from "(?P<first>[^"]+)" to "(?P<last>[^"]+)")? -->\n```\w*\n)(?P<code>.*?)(\n```\n)', re.S)


def excerpt(path, first, last):
    lines = (ROOT / path).read_text().rstrip("\n").split("\n")
    if first is None:
        return "\n".join(lines)
    start = next((n for n, line in enumerate(lines) if first in line), None)
    if start is None:
        sys.exit(f"{path}: no line contains \"{first}\"")
    end = next((n for n in range(start + 1, len(lines)) if last in lines[n]), None)
    if end is None:
        sys.exit(f"{path}: no line after \"{first}\" contains \"{last}\"")
    chosen = lines[start:end + 1]
    margin = min(len(line) - len(line.lstrip()) for line in chosen if line.strip())
    return "\n".join(line[margin:] for line in chosen)


def main():
    check, wrong, blocks = "--check" in sys.argv[1:], [], 0
    for chapter in sorted(ROOT.glob("Docs/*/*.md")) + [ROOT / "README.md"]:
        text = chapter.read_text()

        def replaced(match):
            nonlocal blocks
            blocks += 1
            code = excerpt(match["path"], match["first"], match["last"])
            if code != match["code"]:
                wrong.append(f"{chapter.relative_to(ROOT)}: {match['path']}")
            return match[1] + code + match[6]

        changed = BLOCK.sub(replaced, text)
        if text.count("<!-- code:") != len(BLOCK.findall(text)):
            sys.exit(f"{chapter.relative_to(ROOT)}: a marked block has no code fence after it")
        if not check and changed != text:
            chapter.write_text(changed)
    print(f"{blocks} blocks of code, {len(wrong)} differed" + "".join(f"\n  {name}" for name in wrong))
    if check and wrong:
        sys.exit("python3 Docs/code.py writes them")


main()
