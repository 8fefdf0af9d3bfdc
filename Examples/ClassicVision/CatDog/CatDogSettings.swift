import ExampleSupport

/// What the attack on a CAPTCHA of cats and dogs does.
struct CatDogSettings {
    let images: ImageChoice
    /// The two classes.
    let classes: [String]
    let seed: Int
    /// How many images are trained and evaluated on, at most.
    let count: Int
    let testLimit: Int
    /// How many tiles describe texture.
    let tiles: Int
    let folds: Int
    /// The most images that C and γ are chosen with.
    let tuningLimit: Int
    let out: String
    /// Whether these are the sizes that results are expected for.
    let isUsual: Bool

    init(_ flags: Flags) throws {
        if flags.has("--smoke") && flags.has("--full") {
            throw UsageError("--smoke and --full contradict each other")
        }
        let (isSmoke, isFull) = (flags.has("--smoke"), flags.has("--full"))
        var choice = try ImageChoice(flags)
        if choice.dataset == nil { choice.dataset = .cifar10 }
        images = choice
        let named = flags.texts("--classes")
        guard named.isEmpty || named.count == 2 && named[0] != named[1] else {
            throw UsageError("--classes takes the names of two classes, got \(named.joined(separator: " "))")
        }
        let usual: [ImageChoice.Dataset: [String]] = [
            .fashion: ["Shirt", "Coat"], .mnist: ["4", "9"], .generated: ["4", "9"],
        ]
        classes = named.isEmpty ? usual[choice.dataset ?? .cifar10] ?? ["cat", "dog"] : named
        seed = try flags.integer("--seed", in: 0...Int(Int32.max)) ?? 1
        count = try flags.integer("--images", in: 4...1_000_000) ?? (isSmoke ? 120 : isFull ? 10_000 : 2000)
        testLimit = try flags.integer("--test-images", in: 1...1_000_000) ?? (isSmoke ? 100 : 2000)
        tiles = try flags.integer("--tiles", in: 1...100_000) ?? (isSmoke ? 50 : isFull ? 5000 : 1000)
        folds = try flags.integer("--folds", in: 2...100) ?? 5
        tuningLimit = try flags.integer("--tuning-images", in: 4...100_000) ?? 2000
        out = flags.text("--out") ?? "out/cat-dog"
        guard 2 * folds <= min(count, tuningLimit) else {
            throw UsageError(
                "\(min(count, tuningLimit)) images cannot be cut into \(folds) folds of at least 2; give --images or "
                    + "--tuning-images larger numbers, or --folds a smaller one")
        }
        isUsual = !isSmoke && ["--images", "--tiles", "--classes", "--test-images"].allSatisfy { !flags.has($0) }
    }

    static let help = HelpText(
        program: "classic-vision cat-dog",
        summary:
            "tells cats from dogs as Golle did in 2008, when a CAPTCHA relied on it: by which colors occur where, by small "
            + "tiles of texture, with support vector machines; and by both together.",
        examples: [
            ("swift run -c release classic-vision cat-dog", "2,000 images of CIFAR-10, half a minute"),
            ("swift run -c release classic-vision cat-dog --full", "all 10,000 and 5,000 tiles, as in the paper"),
            (
                "swift run -c release classic-vision cat-dog --dataset fashion --classes Sneaker Sandal",
                "two other classes of another set"
            ),
        ],
        flags: [
            FlagSpecification("--help", .toggle, "print this text"),
            FlagSpecification("--seed", .value("N"), "choose the random numbers (default 1)"),
        ] + ImageChoice.flags + [
            FlagSpecification("--classes", .values("NAME"), "the two classes (default cat dog)"),
            FlagSpecification("--images", .value("N"), "the most images to learn from (default 2000)"),
            FlagSpecification("--test-images", .value("N"), "the most images to evaluate on (default 2000)"),
            FlagSpecification("--tiles", .value("N"), "tiles of texture (default 1000)"),
            FlagSpecification("--folds", .value("N"), "parts of a cross-validation (default 5)"),
            FlagSpecification(
                "--tuning-images", .value("N"), "the most images that C and γ are chosen with (default 2000)"),
            FlagSpecification("--out", .value("FOLDER"), "where results go (default out/cat-dog)"),
            FlagSpecification("--threads", .value("N"), "threads to use (default: one a processor)"),
            FlagSpecification("--smoke", .toggle, "a run of seconds on little data, to see that all works"),
            FlagSpecification("--full", .toggle, "all images and 5,000 tiles: many minutes, and 3 GiB"),
        ])
}
