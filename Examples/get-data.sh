#!/bin/sh
# Gets the data sets that Debian ships into .data, checks them, and says where the others are.
# A set that cannot be had is no error: the programs then draw data of their own.

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
