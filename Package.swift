// swift-tools-version: 6.2
import PackageDescription

// Tests/Structure/platforms.sh checks both refusals.
#if !os(Linux)
    fatalError("Gradus runs on Linux only. On macOS and Windows, build it in a Linux container or in WSL.")
#endif
#if !arch(x86_64) && !arch(arm64)
    fatalError("Gradus runs on x86-64 and aarch64 processors only.")
#endif

let package = Package(
    name: "Gradus",
    products: [
        .library(name: "Gradus", targets: ["Gradus"]),
        .library(name: "GradusBLAS", targets: ["GradusBLAS"]),
        .library(name: "GradusEvaluation", targets: ["GradusEvaluation"]),
        .library(name: "GradusTraining", targets: ["GradusTraining"]),
        .library(name: "GradusData", targets: ["GradusData"]),
        .library(name: "GradusVision", targets: ["GradusVision"]),
        .library(name: "GradusText", targets: ["GradusText"]),
        .library(name: "GradusSVM", targets: ["GradusSVM"]),
        .library(name: "GradusModels", targets: ["GradusModels"]),
        .executable(name: "doctor", targets: ["doctor"]),
        .executable(name: "tabular-regression", targets: ["tabular-regression"]),
        .executable(name: "classic-vision", targets: ["classic-vision"]),
        .executable(name: "image-classification", targets: ["image-classification"]),
        .executable(name: "text-generation", targets: ["text-generation"]),
        .executable(name: "translation", targets: ["translation"]),
        .executable(name: "image-generation", targets: ["image-generation"]),
    ],
    targets: [
        // The system's libraries.
        .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .systemLibrary(name: "CLAPACKE", pkgConfig: "lapacke", providers: [.apt(["liblapacke-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CLibZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
        .systemLibrary(name: "CJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),
        // No file of these two describes them to pkg-config.
        .systemLibrary(name: "CLibLinear", providers: [.apt(["liblinear-dev"])]),
        .systemLibrary(name: "CLibSVM", providers: [.apt(["libsvm-dev"])]),
        .systemLibrary(name: "CFreeType", pkgConfig: "freetype2", providers: [.apt(["libfreetype-dev"])]),
        .systemLibrary(name: "CFontconfig", pkgConfig: "fontconfig", providers: [.apt(["libfontconfig-dev"])]),

        // The library, from the floor up: each room knows only those above it in this list.
        .target(
            name: "CKernels",
            // In debug builds too: at -O0 a step of training takes ten times as long (Docs/decisions.md).
            cSettings: [.unsafeFlags(["-O3"], .when(configuration: .debug))], linkerSettings: [.linkedLibrary("m")]),
        .target(name: "GradusBLAS", dependencies: ["COpenBLAS", "CLAPACKE"]),
        .target(name: "Gradus", dependencies: ["GradusBLAS", "CKernels"]),
        .target(name: "GradusEvaluation", dependencies: ["Gradus"]),
        .target(name: "GradusTraining", dependencies: ["Gradus"]),
        .target(name: "GradusData", dependencies: ["Gradus", "GradusEvaluation", "CZlib", "CLibZip"]),
        .target(name: "GradusText", dependencies: ["Gradus", "GradusData"]),
        .target(name: "GradusSVM", dependencies: ["Gradus", "CLibLinear", "CLibSVM"]),
        .target(name: "GradusModels", dependencies: ["Gradus"]),
        .target(name: "CImageNetClassNames", exclude: ["imagenet.txt"]),
        .target(
            name: "GradusVision",
            dependencies: [
                "Gradus", "GradusEvaluation", "GradusData", "GradusTraining", "GradusModels", "CImageNetClassNames",
                "CPNG", "CJPEG", "CZlib", "CFreeType", "CFontconfig",
            ]),

        .target(
            name: "CBuiltInText", path: "Examples/TextGeneration/BuiltInText", exclude: ["gradus.txt", "make.sh"]),
        .executableTarget(
            name: "text-generation",
            dependencies: ["CBuiltInText", "Gradus", "GradusTraining", "GradusData", "GradusModels", "GradusText"],
            path: "Examples/TextGeneration", exclude: ["BuiltInText"]),
        .executableTarget(
            name: "image-classification",
            dependencies: [
                "Gradus", "GradusEvaluation", "GradusTraining", "GradusData", "GradusVision", "GradusModels",
            ],
            path: "Examples/ImageClassification"),
        .executableTarget(
            name: "image-generation",
            dependencies: [
                "Gradus", "GradusEvaluation", "GradusTraining", "GradusData", "GradusModels", "GradusSVM",
                "GradusVision",
            ],
            path: "Examples/ImageGeneration"),
        .executableTarget(
            name: "tabular-regression", dependencies: ["Gradus", "GradusData", "GradusTraining"],
            path: "Examples/TabularRegression"),
        .target(
            name: "CTranslationPresets", path: "Examples/Translation/Presets",
            exclude: [
                "tiny.json", "small.json", "iwslt15.json", "gnmt.json", "transformer.json", "captions.json",
                "subwords.json",
            ]),
        .target(
            name: "CPhraseWords", path: "Examples/Translation/Phrases/Words", exclude: ["words.txt"]),
        .executableTarget(
            name: "translation",
            dependencies: [
                "CPhraseWords", "CTranslationPresets", "Gradus", "GradusTraining", "GradusData", "GradusModels",
                "GradusText", "GradusVision",
            ],
            path: "Examples/Translation", exclude: ["Presets", "Phrases/Words"]),
        .executableTarget(
            name: "classic-vision",
            dependencies: [
                "Gradus", "GradusEvaluation", "GradusTraining", "GradusData", "GradusModels", "GradusSVM",
                "GradusVision",
            ],
            path: "Examples/ClassicVision"),
        .executableTarget(
            name: "doctor",
            dependencies: ["Gradus", "GradusTraining", "GradusBLAS", "GradusData", "GradusText", "GradusVision"],
            path: "Examples/Doctor"),
        .executableTarget(
            name: "benchmarks",
            dependencies: [
                "CKernels", "Gradus", "GradusEvaluation", "GradusTraining", "GradusBLAS", "GradusModels", "GradusText",
            ],
            path: "Benchmarks",
            exclude: [
                "peers.py", "inference_peers.py", "peer_networks", "compare.py", "alternation.py", "kernels_torch.py",
                "sweep_torch.py", "sweep_shapes.py", "sweep_shapes.json", "compare_served.py", "char_rnn_torch.py",
                "translation_torch.py", "base.sh",
            ]),
        .testTarget(name: "GradusBLASTests", dependencies: ["GradusBLAS"]),
        // Tests the C kernels; a Swift test starts it.
        .executableTarget(name: "kernel-tests", dependencies: ["CKernels"], path: "Tests/Kernels"),
        // Killed by a test while it saves.
        .executableTarget(name: "endless-saver", dependencies: ["Gradus"], path: "Tests/EndlessSaver"),
        .testTarget(
            name: "GradusTests",
            dependencies: [
                "Gradus", "GradusEvaluation", "GradusTraining", "GradusModels", "GradusText", "CKernels",
                "endless-saver", "kernel-tests",
            ],
            resources: [.copy("Fixtures")]),
        .testTarget(
            name: "GradusEvaluationTests", dependencies: ["Gradus", "GradusBLAS", "GradusEvaluation"]),
        .testTarget(
            name: "GradusDataTests", dependencies: ["GradusData", "GradusModels", "CZlib"],
            resources: [.copy("Fixtures")]),
        .testTarget(name: "GradusTrainingTests", dependencies: ["Gradus", "GradusTraining", "tabular-regression"]),
        .testTarget(
            name: "GradusSVMTests",
            dependencies: ["Gradus", "GradusEvaluation", "GradusTraining", "GradusSVM", "CLibSVM"]),
        .testTarget(
            name: "GradusTextTests", dependencies: ["GradusText", "CZlib"], resources: [.copy("Fixtures")]),
        .testTarget(
            name: "GradusVisionTests",
            dependencies: ["Gradus", "GradusEvaluation", "GradusTraining", "GradusData", "GradusVision"],
            resources: [.copy("Fixtures")]),
        .testTarget(
            name: "ExampleTests",
            dependencies: [
                "Gradus", "GradusData", "GradusEvaluation", "GradusModels", "GradusSVM", "GradusText", "GradusTraining",
                "GradusVision", "benchmarks", "classic-vision", "doctor", "image-classification", "image-generation",
                "tabular-regression", "text-generation", "translation",
            ]),
    ]
)
