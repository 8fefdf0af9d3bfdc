#!/usr/bin/env python3
"""Fails when a module or a folder refers to one above it.

    swift build && python3 Tests/Structure/arrows.py [--from FOLDER --to FOLDER]

The references come from the compiler's index of a debug build, which its library libIndexStore reads. Modules may refer to what
Package.swift lets them see; folders inside a module to those before them in FLOORS. --from and --to list what is behind one arrow.
"""
import argparse
import collections
import ctypes
import os
import shutil
import sys

# The folders of a module from the ground up; those in one set may know each other. A module that is not listed may be in any
# order, but without a circle.
FLOORS = {
    "Sources/Gradus": [
        {"Files"}, {"Kernels", "Tensor", "Autodiff"}, {"Operations"}, {"Losses"}, {"Modules"},
        {"Checkpoints"}, {"Layers"}, {"Inspection"}, {"Optimizers"},
    ],
}

DEFINITION, REFERENCE, RECORD = 2, 4, 2


class Text(ctypes.Structure):
    _fields_ = [("data", ctypes.c_void_p), ("length", ctypes.c_size_t)]

    def __str__(self):
        return ctypes.string_at(self.data, self.length).decode() if self.data else ""


class Index:
    """What the compiler noted of the sources: which file defines a symbol, and which files refer to it."""

    EachUnit = ctypes.CFUNCTYPE(ctypes.c_bool, ctypes.c_void_p, Text)
    Each = ctypes.CFUNCTYPE(ctypes.c_bool, ctypes.c_void_p, ctypes.c_void_p)

    def __init__(self, store):
        toolchain = os.path.dirname(os.path.dirname(os.path.realpath(shutil.which("swiftc"))))
        self.library = ctypes.CDLL(os.path.join(toolchain, "lib", "libIndexStore.so"))
        self.store = self.call("store_create", ctypes.c_void_p, store.encode(), None)

    def call(self, name, result, *arguments):
        function = getattr(self.library, "indexstore_" + name)
        function.restype = result
        return function(*[ctypes.c_void_p(a) if isinstance(a, int) else a for a in arguments])

    def records(self, root):
        """Paths of source files below `root` by the names of their records."""
        units, found = [], {}
        self.call("store_units_apply_f", ctypes.c_bool, self.store, ctypes.c_uint(0), None,
                  self.EachUnit(lambda _, name: units.append(str(name)) or True))
        for unit in units:
            reader = self.call("unit_reader_create", ctypes.c_void_p, self.store, unit.encode(), None)
            if not reader:
                continue

            def dependency(_, entry):
                path = os.path.realpath(str(self.call("unit_dependency_get_filepath", Text, entry)))
                is_record = self.call("unit_dependency_get_kind", ctypes.c_int, entry) == RECORD
                # A build leaves records of files behind that have gone since.
                if is_record and path.startswith(root) and os.path.exists(path):
                    found[str(self.call("unit_dependency_get_name", Text, entry))] = path
                return True
            self.call("unit_reader_dependencies_apply_f", ctypes.c_bool, reader, None, self.Each(dependency))
            self.call("unit_reader_dispose", None, reader)
        return found

    def references(self, root):
        """(file that refers, file that defines, name) of all symbols that are defined below `root`."""
        defined, used = {}, []
        for record, path in self.records(root).items():
            reader = self.call("record_reader_create", ctypes.c_void_p, self.store, record.encode(), None)
            if not reader:
                continue

            def occurrence(_, entry):
                symbol = self.call("occurrence_get_symbol", ctypes.c_void_p, entry)
                roles = self.call("occurrence_get_roles", ctypes.c_uint64, entry)
                usr = str(self.call("symbol_get_usr", Text, symbol))
                if roles & DEFINITION:
                    defined[usr] = path
                elif roles & REFERENCE:
                    used.append((path, usr, str(self.call("symbol_get_name", Text, symbol))))
                return True
            self.call("record_reader_occurrences_apply_f", ctypes.c_bool, reader, None, self.Each(occurrence))
            self.call("record_reader_dispose", None, reader)
        return [(path, defined[usr], name) for path, usr, name in used if usr in defined]


def folder(path, root):
    """`Sources/Gradus/Layers` of a file somewhere below it; a module without folders is its own."""
    parts = os.path.relpath(path, root).split(os.sep)
    return "/".join(parts[:3] if len(parts) > 3 else parts[:2])


def circles(arrows):
    """The strongly connected parts of more than one folder (Tarjan 1972)."""
    after = collections.defaultdict(list)
    for source, target in arrows:
        after[source].append(target)
    number, lowest, stack, found = {}, {}, [], []

    def visit(node):
        number[node] = lowest[node] = len(number)
        stack.append(node)
        for following in after[node]:
            if following not in number:
                visit(following)
                lowest[node] = min(lowest[node], lowest[following])
            elif following in stack:
                lowest[node] = min(lowest[node], number[following])
        if lowest[node] == number[node]:
            part = stack[stack.index(node):]
            del stack[stack.index(node):]
            if len(part) > 1:
                found.append(sorted(part))

    for node in list(after):
        if node not in number:
            visit(node)
    return found


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--store", default=".build/debug/index/store")
    options.add_argument("--from", dest="source")
    options.add_argument("--to", dest="target")
    options = options.parse_args()
    root = os.path.realpath(".")
    behind = collections.defaultdict(collections.Counter)
    for path, target, name in Index(os.path.realpath(options.store)).references(root + os.sep):
        pair = folder(path, root), folder(target, root)
        if pair[0] != pair[1] and all(part.startswith("Sources/Gradus") for part in pair):
            behind[pair][f"{os.path.basename(path)} -> {os.path.basename(target)}: {name}"] += 1
    if options.source:
        for what, count in behind[options.source, options.target].most_common():
            print(count, what)
        return 0
    if not behind:
        sys.exit(f"{options.store} holds no references; run `swift build` first")
    wrong = []
    allowed = set()
    for module, floors in FLOORS.items():
        height = {f"{module}/{name}": floor for floor, names in enumerate(floors) for name in names}
        for source, target in behind:
            if source.startswith(module + "/") and target.startswith(module + "/"):
                for name in (source, target):
                    if name not in height:
                        sys.exit(f"{name} has no floor; enter it into FLOORS of {os.path.relpath(__file__)}")
                if height[source] < height[target]:
                    wrong.append(f"{source} -> {target}, {sum(behind[source, target].values())} references")
                if height[source] == height[target]:
                    allowed.add((source, target))
    modules = {tuple("/".join(name.split("/")[:2]) for name in pair) for pair in behind}
    for circle in circles({pair for pair in behind if pair not in allowed}) + circles({p for p in modules if p[0] != p[1]}):
        wrong.append("a circle of " + ", ".join(circle))
    print(f"{len(behind)} arrows between folders, {len(wrong)} wrong")
    for line in wrong:
        print("  " + line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
