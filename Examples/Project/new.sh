#!/bin/sh
# make new NAME=digits [DIR=../digits]: a package of your own, which depends on this one by its path.
set -eu
gradus=$(cd "$(dirname "$0")/../.." && pwd -P)
name=${NAME:-}
fail() { echo "error: $*" >&2; exit 2; }

[ -n "$name" ] || fail "a project needs a name: make new NAME=digits"
case $name in
    [!A-Za-z]* | *[!A-Za-z0-9_-]*) fail "\"$name\" cannot name a Swift target: letters, digits, - and _, a letter first" ;;
    Gradus* | CKernels | COpenBLAS | Swift | Foundation | Dispatch | Glibc | main | \
        as | break | case | catch | class | continue | default | defer | do | else | enum | extension | false | for | func | \
        guard | if | import | in | init | inout | internal | is | let | nil | operator | private | protocol | public | \
        repeat | return | self | static | struct | super | switch | throw | throws | true | try | var | where | while)
        fail "\"$name\" means something else in Swift or Gradus; choose another name" ;;
esac
folder=${DIR:-$gradus/../$name}
if [ -e "$folder" ] || [ -L "$folder" ]; then fail "$folder exists; choose another folder with DIR="; fi
parent=$(mkdir -p "$(dirname "$folder")" && cd "$(dirname "$folder")" && pwd -P) || fail "$folder cannot be created"
folder=$parent/$(basename "$folder")
case $folder/ in "$gradus"/*) fail "$folder is inside of Gradus; choose another folder with DIR=" ;; esac
case $gradus in *[\"\\]*) fail "the path of Gradus contains a quote or a backslash: $gradus" ;; esac

mkdir -p "$folder/Sources/$name"
printf '.build\nout\n' > "$folder/.gitignore"
cp "$gradus/Examples/Project/Train.swift" "$folder/Sources/$name/Train.swift"
cat > "$folder/Sources/$name/main.swift" << END
import GradusTraining

Program("$name", [Train.self]).run()
END
cat > "$folder/Package.swift" << END
// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "$name",
    dependencies: [.package(name: "Gradus", path: "$gradus")],
    targets: [
        .executableTarget(
            name: "$name",
            dependencies: [
                .product(name: "Gradus", package: "Gradus"), .product(name: "GradusData", package: "Gradus"),
                .product(name: "GradusTraining", package: "Gradus"),
            ])
    ]
)
END
echo "$folder"
echo "Its network, data and loop are in Sources/$name/Train.swift. Train it:"
echo "  cd \"$folder\" && swift run -c release $name"
