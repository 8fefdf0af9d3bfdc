#!/bin/sh
# Prints what the compiler spends on each expression of Tests/GradusTests/Programming/Formulas.swift, slowest first, in
# milliseconds. Needs a debug build: `swift build`.
set -eu
cd "$(dirname "$0")/../.."
built=.build/debug
[ -d "$built/Modules" ] || { echo "no debug build here; run swift build"; exit 1; }
swiftc -swift-version 6 -typecheck -I "$built/Modules" \
    -Xcc "-fmodule-map-file=$built/CKernels.build/module.modulemap" \
    -Xcc -fmodule-map-file=Sources/COpenBLAS/module.modulemap \
    -Xcc -fmodule-map-file=Sources/CLAPACKE/module.modulemap \
    -Xfrontend -debug-time-expression-type-checking -Xfrontend -warn-long-expression-type-checking=200 \
    Tests/GradusTests/Programming/Formulas.swift 2>&1 \
    | grep '^[0-9. ]*ms' | sort -rn | head -n "${1:-20}"
