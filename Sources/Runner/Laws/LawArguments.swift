import Foundation
import GraphIR

/// Arguments that a plugin accepts, found from its signature alone: defaults, and what else must be said guessed.
enum LawArguments {
    /// The first choice that is accepted; `nil` if nothing that was tried fits.
    static func first<Made>(_ signature: Signature, _ make: (Arguments) throws -> Made) -> Made? {
        let required = signature.parameters.filter { $0.standard == nil }
        let choices = required.map { candidates($0.type) }
        let total = choices.reduce(1) { $0 * $1.count }
        for number in 0..<min(total, 400) {
            var arguments = signature.defaults
            var rest = number
            for (parameter, values) in zip(required, choices) {
                arguments.set(parameter.name, values[rest % values.count])
                rest /= values.count
            }
            if let made = try? make(arguments) { return made }
        }
        return nil
    }

    private static func candidates(_ type: ValueType) -> [Value] {
        switch type {
        case .int, .size, .samples: [.int(2), .int(1), .int(20)]
        case .float, .share: [.float(0.5), .float(2)]
        case .seconds: [.quantity(0.2, .s), .quantity(2, .s)]
        case .hertz: [.quantity(5, .hertz), .quantity(20, .hertz), .quantity(100, .hertz)]
        case .bool: [.bool(true), .bool(false)]
        case .word(let words): words.map(Value.word)
        case .list(let element): candidates(element).flatMap { [.list([$0]), .list([$0, $0])] }
        case .either(let types): types.flatMap { candidates($0) }
        case .string: [.string("trace_category"), .string("ZNE")]
        case .plugin, .activation: []
        }
    }
}

/// The same work from several threads at once, as loaders do it.
enum LawThreads {
    /// Whether a function gives the same whoever calls it, and however many do.
    static func agree<Result: Equatable & Sendable>(_ work: @escaping @Sendable () -> Result) -> Bool {
        let alone = work()
        let results = Results<Result>()
        DispatchQueue.concurrentPerform(iterations: 6) { _ in results.add(work()) }
        return results.all.allSatisfy { $0 == alone }
    }

    private final class Results<Result: Sendable>: @unchecked Sendable {
        private let lock = NSLock()
        private var results: [Result] = []
        func add(_ result: Result) { lock.withLock { results.append(result) } }
        var all: [Result] { lock.withLock { results } }
    }
}
