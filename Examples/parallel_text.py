"""Writes two aligned files, a sentence a line, from what Debian ships; get-data.sh calls it.

parallel_text.py debian LISTS OUT    English and French package descriptions, from the lists Translation-en and -fr of apt
parallel_text.py verses SWORD OUT    English and Spanish verses, from two modules of the SWORD project, with pysword

OUT gets train, val and test in both languages. What goes where follows from the English sentence alone.
"""

import hashlib
import pathlib
import re
import subprocess
import sys
import zlib


def write(pairs, languages, out):
    """Pairs that differ, each English sentence once; 1,000 to judge by, 1,000 to choose by, the rest to learn from."""
    once = {}
    for source, target in pairs:
        if source and target and source != target:
            once.setdefault(source, target)
    order = sorted(once, key=lambda sentence: hashlib.sha256(sentence.encode()).digest())
    parts = {"test": order[:1000], "val": order[1000:2000], "train": order[2000:]}
    for name, sentences in parts.items():
        for language, lines in zip(languages, [sentences, [once[sentence] for sentence in sentences]]):
            text = "".join(line + "\n" for line in lines)
            (pathlib.Path(out) / f"{name}.{language}").write_text(text, encoding="utf-8")
    print(len(order))


def descriptions(lists, language):
    """The descriptions of a language by the checksum of the English one: the short line, then the paragraphs."""
    found = {}
    for path in sorted(pathlib.Path(lists).glob(f"*_Translation-{language}*")):
        text = subprocess.run(["/usr/lib/apt/apt-helper", "cat-file", path], stdout=subprocess.PIPE, check=True).stdout
        for entry in text.decode("utf-8", "replace").split("\n\n"):
            match = re.search(rf"^Description-md5: (\S+)\nDescription-{language}: (.*(?:\n .*)*)", entry, re.M)
            if match and "\ufffd" not in entry:
                first, _, rest = match.group(2).partition("\n")
                paragraphs = re.split(r"^ \.\s*$", rest, flags=re.M) if rest else []
                found[match.group(1)] = [first.strip()] + [" ".join(p.split()) for p in paragraphs]
    return found


def sentences(paragraph):
    return re.split(r"(?<=[.?!])\s+(?=[A-ZÀ-Ý«])", paragraph)


def debian(lists):
    english, french = (descriptions(lists, language) for language in ("en", "fr"))
    for checksum in english.keys() & french.keys():
        if len(english[checksum]) != len(french[checksum]):
            continue
        for paragraph, translation in zip(english[checksum], french[checksum]):
            # Lists are set in ways that differ; a paragraph of prose has no mark at its beginning.
            if re.match(r"[-*•]", paragraph):
                continue
            pieces, translations = sentences(paragraph), sentences(translation)
            if len(pieces) == len(translations):
                yield from zip(pieces, translations)
            else:
                yield paragraph, translation


def verses(folder):
    from pysword.modules import SwordModules

    modules = SwordModules(folder)
    modules.parse_modules()
    bibles = [modules.get_bible_from_module(name) for name in ("engWEB2015eb", "spaRV1909eb")]
    books = [{b.name: b for part in bible.get_structure().get_books().values() for b in part} for bible in bibles]

    def verse(bible, book, chapter, number):
        try:
            text = bible.get(books=[book], chapters=[chapter], verses=[number], clean=True)
        except (ValueError, IndexError, KeyError, zlib.error):
            return ""
        return " ".join(re.sub(r"<[^>]*>", " ", text).split())

    for name in [name for name in books[0] if name in books[1]]:
        for chapter in range(1, min(len(side[name].chapter_lengths) for side in books) + 1):
            lengths = [side[name].chapter_lengths[chapter - 1] for side in books]
            # Where one numbers differently, its verses do not belong together.
            if lengths[0] == lengths[1]:
                for number in range(1, lengths[0] + 1):
                    yield tuple(verse(bible, name, chapter, number) for bible in bibles)


if __name__ == "__main__":
    kind, source, out = sys.argv[1:]
    if kind == "debian":
        write(sorted(debian(source)), ["en", "fr"], out)
    else:
        write(verses(source), ["en", "es"], out)
