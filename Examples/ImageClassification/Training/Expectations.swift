/// What runs have been measured to reach.
enum Expectations {
    /// The least test accuracy of such a run, which learned from so many images; nil for settings that nobody has measured.
    static func accuracy(_ record: RunRecord, images: Int) -> Double? {
        let name = record.networkName
        let usual = record.size == .full ? Recipe.full(for: name) : .usual(for: name)
        var recipe = record.recipe
        recipe.epochs = usual.epochs
        guard recipe == usual, record.size != .smoke, record.images.limit == nil, let set = record.images.dataset,
            set != .cifar10 || images == 50_000
        else { return nil }
        let epochs = record.recipe.epochs
        switch (name, set, record.size) {
        case ("tf-layers", .mnist, .full): return epochs >= 33 ? 0.965 : nil
        case ("tf-layers", .fashion, .standard): return reached([0.86, 0.885, 0.90, 0.91], epochs)
        case ("tf-layers", .mnist, .standard): return reached([0.98, 0.985, 0.988, 0.99], epochs)
        case ("tf-layers", .generated, .standard): return reached([0.96, 0.98], epochs)
        // The JPEG copy of CIFAR-10; the original is easier.
        case ("resnet20-cifar", .cifar10, .standard): return epochs >= 6 ? 0.78 : nil
        case ("tf-cifar10", .cifar10, .standard): return epochs >= 10 ? 0.73 : nil
        case ("cifar10-full", .cifar10, .standard): return epochs >= 10 ? 0.628 : nil
        default: return nil
        }
    }

    private static func reached(_ byEpoch: [Double], _ epochs: Int) -> Double {
        byEpoch[min(epochs, byEpoch.count) - 1]
    }
}
