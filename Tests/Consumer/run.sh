#!/bin/sh
# Builds and runs a package that depends on Gradus as others do: by the URL of a git repository and a version, which is a
# tag of a clone of its own. The package and its program are the README's, with digits that need no files in place of
# Fashion-MNIST; debug and release must both run, and both end in a mistake of rest.swift.
set -eu
cd "$(dirname "$0")/../.."
repository=$(pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git clone --quiet . "$work/Gradus"
git -C "$work/Gradus" -c user.name=consumer -c user.email=consumer@example.org tag --force -a 0.1.0 -m "for the consumer" > /dev/null

# The README's n-th block of Swift.
block() { awk -v n="$1" '/^```swift$/ { count++; inside = 1; next } /^```$/ { inside = 0 } inside && count == n' README.md; }

mkdir -p "$work/mine/Sources/mine"
block 2 | sed "s|url: \"[^\"]*\", branch: \"main\"|url: \"file://$work/Gradus\", from: \"0.1.0\"|" > "$work/mine/Package.swift"
{
    block 1 | sed 's|try FashionMNIST()|GeneratedDigits(training: 3000, test: 500)|; s|1\.\.\.4|1...2|'
    echo
    block 3
    echo
    cat Tests/Consumer/rest.swift
} > "$work/mine/Sources/mine/main.swift"
grep -q 'from: "0.1.0"' "$work/mine/Package.swift"
grep -q 'GeneratedDigits' "$work/mine/Sources/mine/main.swift"

cd "$work/mine"
for configuration in debug release; do
    swift build -c "$configuration" > build.txt 2>&1 || { tail -n 40 build.txt; exit 1; }
    if grep "warning:" build.txt; then echo "there are warnings"; exit 1; fi
    # The last line of the program is a mistake: it ends with a message, and what was printed before must not be lost.
    if ".build/$configuration/mine" > out.txt 2> errors.txt; then echo "the wrong shape was not seen"; exit 1; fi
    echo "$configuration: $(cat out.txt)"
    grep -q "a step of 100 takes" out.txt
    grep -E '^([^ ]*\.swift:[0-9]+: )?Fatal error: Dense "5" expects \[…, 3136\], got \[2, 576\]' errors.txt \
        || { cat errors.txt; exit 1; }
done
cd "$repository"
