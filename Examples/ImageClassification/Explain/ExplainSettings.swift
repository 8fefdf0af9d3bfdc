import ExampleSupport

/// What the command line asks to be shown of a network.
struct ExplainSettings {
    /// What can be shown.
    enum Part: String, CaseIterable {
        case filters
        case featureMaps = "feature-maps"
        case saliency
        case occlusion
        case classes
        case embedding
    }

    let parts: Set<Part>
    /// Whether `--show` named them; else what is not possible is left out.
    let isChosen: Bool
    let images: [String]
    let classes: [String]
    let layers: [String]
    let steps: Int
    let count: Int
    let seed: Int
    let data: String?

    init(_ flags: Flags) throws {
        let names = Part.allCases.map(\.rawValue)
        isChosen = flags.has("--show")
        parts = Set(
            try flags.texts("--show").map { word in
                guard let part = Part(rawValue: word) else {
                    throw UsageError("--show takes \(names.joined(separator: ", ")), got \"\(word)\"")
                }
                return part
            } + (flags.has("--show") ? [] : Part.allCases))
        (images, classes) = (flags.operands, flags.texts("--class"))
        layers = flags.texts("--layers")
        steps = try flags.integer("--steps", in: 1...10_000) ?? 64
        count = try flags.integer("--count", in: 3...5_000) ?? 400
        seed = try flags.integer("--seed", in: 0...Int(Int32.max)) ?? 1
        data = flags.text("--data")
    }
}

extension ExplainSettings {
    static let help = HelpText(
        program: "image-classification explain",
        summary:
            "looks into a network and draws what it finds: the filters of its first layer, what its layers make of an image, "
            + "which pixels its answer depends on, what it takes for the essence of a class, and what it holds to be alike.",
        operands: "[PICTURE…]",
        examples: [
            (
                "swift run -c release image-classification explain cat.jpg --model mobilenetv2",
                "a pretrained network and a photograph of yours"
            ),
            ("swift run -c release image-classification explain", "the network of the last run, on a test image"),
            (
                "swift run -c release image-classification explain cat.jpg --model mobilenetv2 --show occlusion --class tabby",
                "one image, for a class that you choose"
            ),
        ],
        flags: [
            FlagSpecification("--help", .toggle, "print this text"),
            FlagSpecification(
                "--model", .value("NAME"), "a pretrained network (default: the run's in the --out folder)"),
            FlagSpecification("--weights", .value("FILE"), "its weights (default: the published ones, looked for)"),
            FlagSpecification(
                "--out", .value("FOLDER"), "a run's folder; images go into its subfolder explain"),
            FlagSpecification("--checkpoint", .value("FILE"), "the network (default: the run's checkpoint)"),
            FlagSpecification(
                "--show", .values("WHAT"), "\(Part.allCases.map(\.rawValue).joined(separator: ", ")) (default: all)"),
            FlagSpecification(
                "--class", .values("NAME"), "classes by name or number (default: the likeliest of each image)"),
            FlagSpecification(
                "--layers", .values("NAME"), "layers whose feature maps are drawn; list prints their names"),
            FlagSpecification("--steps", .value("N"), "steps of class visualization (default 64)"),
            FlagSpecification(
                "--data", .value("FOLDER"), "images for the embedding, one subfolder a class (default: the run's own)"
            ),
            FlagSpecification("--count", .value("N"), "images in the embedding at most (default 400)"),
            FlagSpecification("--seed", .value("N"), "choose noise and images (default 1)"),
            FlagSpecification("--threads", .value("N"), "threads to use (default: one a processor)"),
        ])
}
