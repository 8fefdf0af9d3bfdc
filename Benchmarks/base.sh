#!/bin/sh
# Builds `benchmarks` as it was at a commit and prints the program's path.
#
#     base.sh [COMMIT]
#
# Without a commit: the last tag; where there is none, the commit in which this branch left origin/main or main, or the
# one before this if there is nothing between. The sources lie in a worktree of git under .build/baselines, and stay there.
set -eu
cd "$(dirname "$0")/.."

chosen() {
    git describe --tags --abbrev=0 2> /dev/null && return
    for branch in origin/main main; do
        base=$(git merge-base HEAD "$branch" 2> /dev/null) || continue
        if [ "$base" != "$(git rev-parse HEAD)" ]; then echo "$base"; return; fi
    done
    if git diff --quiet HEAD; then git rev-parse HEAD~1; else git rev-parse HEAD; fi
}

name=${1:-$(chosen)}
commit=$(git rev-parse --verify --quiet "$name^{commit}") || { echo "there is no commit \"$name\"" >&2; exit 2; }
folder=.build/baselines/$commit
program=$folder/.build/release/benchmarks
echo "baseline: $(git log -1 --format='%h, %ad, %s' --date=short "$commit")" >&2
if [ ! -x "$program" ]; then
    git worktree prune
    [ -d "$folder" ] || git worktree add --quiet --detach "$folder" "$commit" >&2
    echo "building it, which takes some minutes" >&2
    swift build --package-path "$folder" -c release --product benchmarks > "$folder/build.log" 2>&1 \
        || { tail -n 20 "$folder/build.log" >&2; exit 1; }
fi
echo "$PWD/$program"
