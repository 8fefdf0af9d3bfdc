import Foundation
import Synchronization

/// Ctrl-C as a request: after the first one a program ends with the present step; the second one ends it at once.
public enum Interrupt {
    private static let count = Atomic<Int>(0)

    /// Handles SIGINT and SIGTERM from now on.
    public static func watch() {
        // The parent process may have blocked these signals, which is inherited.
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

/// The run was interrupted; what it had done is kept.
public struct Interrupted: Error {
    /// What is kept where, and how to go on.
    let message: String

    /// An interruption after which a checkpoint was written.
    public init(checkpoint: String) {
        message = "interrupted; saved to \(checkpoint). Add --resume to continue."
    }

    /// An interruption of a command that cannot be continued; `log` has what it found.
    public init(log: String) {
        message = "interrupted; what was found until then is in \(log)."
    }
}
