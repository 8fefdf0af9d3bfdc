import Gradus
import GradusModels
import Synchronization
import Testing

/// Task-local values on threads of the pool.
@Suite struct TaskContextTests {
    /// A batch of at least 8 images runs example by example on the pool's threads.
    @Test func perExamplePassesKeepTheTaskLocalValues() {
        let generators = Mutex<Set<ObjectIdentifier>>([])
        let images = Tensor<Float>(ones: [32, 4])
        let (expected, weights) = withRandomSeed(7) {
            withoutInitialization {
                let weights = Pass.inference.perExample(images) { _ in
                    _ = generators.withLock { $0.insert(ObjectIdentifier(RandomGenerator.current)) }
                    return Dense(4, 3).weight.value.reshaped(to: [1, 12])
                }
                return (ObjectIdentifier(RandomGenerator.current), weights)
            }
        }
        #expect(generators.withLock { $0 } == [expected])
        #expect(weights == Tensor(zeros: [32, 12]))
    }

    @Test func theContextIsThatOfItsTask() {
        let context = withRandomSeed(7) { TaskContext() }
        let outside = ObjectIdentifier(RandomGenerator.current)
        let generators = Mutex<Set<ObjectIdentifier>>([])
        Parallel.forEach(100) { _ in
            context.run { _ = generators.withLock { $0.insert(ObjectIdentifier(RandomGenerator.current)) } }
        }
        #expect(generators.withLock { $0.count == 1 && !$0.contains(outside) })
    }
}
