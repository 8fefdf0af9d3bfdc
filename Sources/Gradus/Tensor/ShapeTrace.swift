import Synchronization

/// What is noted while a model is followed without data: the multiply-adds done so far.
final class ShapeTrace: Sendable {
    private let sum = Atomic<Int>(0)

    var multiplyAdds: Int { sum.load(ordering: .relaxed) }

    func note(multiplyAdds count: Int) { sum.wrappingAdd(count, ordering: .relaxed) }
}
