#!/bin/sh
# Makes the built-in text, gradus.txt: the project's own chapters and the sources of its library, one after the other.
# It is made again only when it should change, because what a run on it reaches changes with it.
set -eu
cd "$(dirname "$0")/../../.."
{
    cat README.md Docs/en/*.md
    find Sources/Gradus Sources/GradusModels Sources/GradusText -name '*.swift' | LC_ALL=C sort | xargs cat
} > Examples/TextGeneration/BuiltInText/gradus.txt
