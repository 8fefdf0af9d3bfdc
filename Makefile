# Gradus. `make demo` trains a classifier and shows what it learned; `make test` runs all tests.

# What Debian and Ubuntu call the libraries that are built on, and a font for the images.
PACKAGES = libopenblas-dev liblapacke-dev zlib1g-dev libzip-dev libpng-dev libturbojpeg0-dev libfreetype-dev \
    libfontconfig-dev liblinear-dev libsvm-dev fonts-dejavu-core pkg-config
SUDO = $(shell [ "$$(id -u)" = 0 ] || echo sudo)
APT_INSTALL = $(SUDO) apt-get install -y --no-install-recommends
SOURCES = Package.swift Sources Tests Examples Benchmarks

# Benchmarks run as on a user's machine: OpenBLAS chooses its kernels.
BENCH = env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE

.PHONY: help demo test test-aarch64 test-nehalem bench bench-check bench-peers bench-kernels bench-sweep build packages data \
    doctor new lint format clean

help:
	@echo "make demo     train a classifier on real images, about a minute, and say where its images are"
	@echo "make test     run all tests in release mode"
	@echo "make test-aarch64 and make test-nehalem test the C kernels for other processors under emulation"
	@echo "make bench    time all workloads; make bench-peers compares them with PyTorch and TensorFlow,"
	@echo "              make bench-kernels each function and make bench-sweep 100 shapes with PyTorch"
	@echo "make bench-check    fail where a workload is over 5 % slower than at BASE=COMMIT (default: the last tag)"
	@echo "make new NAME=digits    begin a project of your own in ../digits, or in DIR=FOLDER"
	@echo "make doctor   what is installed, how fast this machine is, how long each program takes"
	@echo "make data     get the data sets that package indices ship, and say where the others are"
	@echo "make packages install the system libraries that are missing"
	@echo "make lint     check the format of the sources; make format corrects it"

demo: build data
	.build/release/image-classification

test: packages
	swift test -c release

# The C kernels and their test program, for processors that are not here: the emulator refuses what they lack.
KERNEL_SOURCES = $(wildcard Sources/CKernels/*.c Sources/CKernels/variants/*.c Tests/Kernels/*.c)
CLANG = $$(dirname $$(readlink -f $$(command -v swift)))/clang

test-aarch64: PACKAGES = qemu-user-static gcc-aarch64-linux-gnu libc6-dev-arm64-cross
test-aarch64: packages
	mkdir -p .build/aarch64
	$(CLANG) --target=aarch64-linux-gnu -O2 -std=gnu11 -static -ISources/CKernels/include $(KERNEL_SOURCES) \
	    -o .build/aarch64/kernel-tests -lm -lpthread
	qemu-aarch64-static .build/aarch64/kernel-tests

# A processor of 2008, without AVX.
test-nehalem: PACKAGES += qemu-user-static
test-nehalem: build
	qemu-x86_64-static -cpu Nehalem .build/release/kernel-tests

# NAME and DIR reach the script as variables of its environment.
new:
	@sh Examples/Project/new.sh

doctor: build
	.build/release/doctor

bench: build
	$(BENCH) .build/release/benchmarks

# Fails when a workload takes over 5 % more time than the program of an older commit, which is built under .build/baselines:
# BASE=COMMIT, by default the last tag, else where the branch began. ONLY="gpt mlp" chooses workloads, PAIRS=N repeats.
BENCH_CHECK = $(if $(ONLY),--only $(ONLY)) $(if $(PAIRS),--pairs $(PAIRS)) $(if $(NOISY),--noisy)
bench-check: build
	baseline=$$(Benchmarks/base.sh $(BASE)) \
	    && $(BENCH) .build/release/benchmarks --against "$$baseline" $(BENCH_CHECK)

# The peers live in two environments of their own; their packages come from Python's index.
COMPARE = $(if $(ONLY),--only $(ONLY)) $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(NOISY),--noisy)
bench-peers: build .peers/torch .peers/tensorflow
	$(BENCH) python3 Benchmarks/compare.py .build/release/benchmarks .peers/torch/bin/python \
	    .peers/tensorflow/bin/python out/benchmarks/ratios.jsonl $(COMPARE)

bench-kernels bench-sweep: bench-%: build .peers/torch
	$(BENCH) python3 Benchmarks/compare_served.py $* .build/release/benchmarks .peers/torch/bin/python out/benchmarks/$* \
	    $(COMPARE)

.peers/torch:
	python3 -m venv $@ && $@/bin/pip install --quiet torch torchvision numpy onnx onnxruntime || { rm -rf $@; exit 1; }

.peers/tensorflow:
	python3 -m venv $@ && $@/bin/pip install --quiet tensorflow-cpu || { rm -rf $@; exit 1; }

build: packages
	swift build -c release

# Installs what is missing and nothing else; says so before it does. The first attempt is silent: on a new machine the
# list of packages is missing, and apt complains once for each. What stops the second one is shown.
packages:
	@command -v swift > /dev/null || { echo "Swift 6.3 or newer is needed: see https://www.swift.org/install"; exit 1; }
	@command -v dpkg-query > /dev/null || { echo "not a Debian system: make sure that you have $(PACKAGES)"; exit 0; }; \
	missing=""; \
	for package in $(PACKAGES); do \
	    dpkg-query -W -f '$${Status}' $$package 2> /dev/null | grep -q "ok installed" || missing="$$missing $$package"; \
	done; \
	if [ -n "$$missing" ]; then \
	    echo "installing:$$missing"; \
	    $(APT_INSTALL) $$missing > /dev/null 2>&1 \
	        || { echo "reading the list of packages anew"; $(SUDO) apt-get update > /dev/null \
	            && $(APT_INSTALL) $$missing > /dev/null; } \
	        || { echo "could not install$$missing; install them by hand and try again"; exit 1; }; \
	fi

data:
	@sh Examples/get-data.sh

lint:
	swift format lint --strict --recursive $(SOURCES)

format:
	swift format --in-place --recursive $(SOURCES)

clean:
	rm -rf .build out
