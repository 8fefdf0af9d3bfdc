#!/bin/sh
# The manifest refuses other systems and processors in words: each condition is reversed in a copy, which must then be refused.
set -eu
cd "$(dirname "$0")/../.."

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT

refuses() {
    sed "s/$1/$2/" Package.swift > "$copy/Package.swift"
    if cmp -s Package.swift "$copy/Package.swift"; then echo "Package.swift has no line '$1'"; exit 1; fi
    if swift package --package-path "$copy" dump-package > "$copy/log" 2>&1; then echo "not refused: $2"; exit 1; fi
    grep -q "$3" "$copy/log" || { echo "refused without saying '$3':"; cat "$copy/log"; exit 1; }
}

refuses '#if !os(Linux)' '#if os(Linux)' 'Gradus runs on Linux only'
refuses '#if !arch(x86_64) \&\& !arch(arm64)' '#if arch(x86_64) || arch(arm64)' 'Gradus runs on x86-64 and aarch64'
echo "other platforms are refused in words"
