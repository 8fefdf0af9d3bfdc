/// The task-local values of the library, for threads outside of the task, which do not inherit them.
///
/// Threads of the pool (``Parallel``) and those that prepare batches run outside of the caller's task. Kernels read no
/// task-local value, so their loops need none; code that may call layers, initializers or a user's closure carries them
/// over with this type:
///
/// | value | set by | read by |
/// | --- | --- | --- |
/// | ``RandomGenerator/current`` | ``withRandomSeed(_:_:)`` | initializers, training passes, random tensors, shuffles |
/// | whether initializers return zeros | ``withoutInitialization(_:)`` | initializers |
/// | the model that runs | `valueWithGradient(at: model)`, training | messages, which name its layers |
///
/// The call that differentiates is not carried: operations are recorded by one thread, in a fixed order. On other threads
/// the tensors of a call are constants.
package struct TaskContext: Sendable {
    private let random = RandomGenerator.scoped
    private let returnsZeros = WeightsToCome.isExpected
    private let names = RunningModel.names

    /// The values of the current task.
    package init() {}

    /// Runs `body` with these values.
    package func run<Result>(_ body: () throws -> Result) rethrows -> Result {
        try RandomGenerator.$scoped.withValue(random) {
            try WeightsToCome.$isExpected.withValue(returnsZeros) {
                try RunningModel.$names.withValue(names, operation: body)
            }
        }
    }
}
