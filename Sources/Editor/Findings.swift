import Compiler
import GraphIR

/// One finding as an editor shows it.
public struct Finding: Hashable, Sendable {
    public enum Weight: Sendable { case error, warning, information }
    public struct Related: Hashable, Sendable {
        public var location: Location
        public var message: String
    }

    public var range: Range<Int>
    public var weight: Weight
    public var code: String
    public var message: String
    public var related: [Related]
    /// What is there for nothing: editors grey it out.
    public var isUnnecessary: Bool
}

extension Analysis {
    /// What was noticed in a file: in this text, or in one that it was read with.
    public func findings(in path: String) -> [Finding] {
        guard let file = compilation.files.firstIndex(where: { $0.path == path }) else { return [] }
        return compilation.diagnostics.filter { $0.place.file == file }.map(finding)
    }

    /// Findings that no file is to blame for.
    public var homeless: [String] {
        compilation.diagnostics.filter { !compilation.files.indices.contains($0.place.file) }.map(\.message)
    }

    private func finding(_ diagnostic: Diagnostic) -> Finding {
        var message = diagnostic.message
        if !diagnostic.remark.isEmpty { message += " (\(diagnostic.remark))" }
        for help in diagnostic.help { message += "\nhelp: \(help)" }
        for note in diagnostic.notes { message += "\nnote: \(note)" }
        let isPromise = diagnostic.code == Code.expectationNotMet.rawValue
        let weight: Finding.Weight =
            diagnostic.severity == .warning
            ? .warning : diagnostic.severity == .note || isPromise ? .information : .error
        let unnecessary = [Code.unusedParameter, .unusedName, .unusedBlock].map(\.rawValue)
        return Finding(
            range: diagnostic.place.start..<max(diagnostic.place.start, diagnostic.place.end), weight: weight,
            code: diagnostic.code, message: message,
            related: diagnostic.labels.compactMap { label in
                location(label.place).map { Finding.Related(location: $0, message: label.message) }
            },
            isUnnecessary: unnecessary.contains(diagnostic.code))
    }
}
