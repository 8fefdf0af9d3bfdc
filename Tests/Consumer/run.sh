#!/bin/sh
# Builds and runs a package that depends on Gradus as others do: by the URL of a git repository and a version.
set -eu
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git clone --quiet . "$work/Gradus"
git -C "$work/Gradus" -c user.name=consumer -c user.email=consumer@example.org tag --force -a 0.1.0 -m "for the consumer" > /dev/null
cp -r Tests/Consumer "$work/consumer"
cd "$work/consumer"
GRADUS_URL="file://$work/Gradus" swift run -c release consumer
