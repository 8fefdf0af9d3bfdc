import Foundation
import Synchronization

/// Ctrl-C as a wish: the first one is noted, and the program ends after the step at hand; the second one ends it at once.
public enum Interrupt {
    private static let count = Atomic<Int>(0)

    /// Notes SIGINT and SIGTERM from now on.
    public static func watch() {
        // Whoever started the program may have had these signals blocked, and that is inherited.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGINT)
        sigaddset(&signals, SIGTERM)
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        // Nothing but an atomic and _exit is safe inside a signal handler.
        for number in [SIGINT, SIGTERM] {
            signal(number) { _ in
                if Interrupt.count.wrappingAdd(1, ordering: .relaxed).newValue > 1 { _exit(130) }
            }
        }
    }

    /// Whether the program should end.
    public static var isRequested: Bool { count.load(ordering: .relaxed) > 0 }
}

/// The run was interrupted and saved.
public struct Interrupted: Error {
    /// The file to continue from.
    public let checkpoint: String

    /// An interruption after which `checkpoint` was written.
    public init(checkpoint: String) { self.checkpoint = checkpoint }
}
