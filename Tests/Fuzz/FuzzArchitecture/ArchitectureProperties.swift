import Compiler
import GraphIR

/// What holds for every text, however broken; the fuzzer and the tests ask the same.
enum ArchitectureProperties {
    /// The first one that does not hold; `nil` if all do.
    static func broken(by text: [UInt8], registry: Registry = .builtIn) -> String? {
        let compilation = compiled(text, registry)
        for diagnostic in compilation.diagnostics {
            let places = [diagnostic.place] + diagnostic.labels.map(\.place)
            for place in places where !isWithin(place, compilation.files) { return "a place outside of the text" }
            if render(diagnostic, files: compilation.files).isEmpty { return "a message without words" }
        }
        if compilation.network != nil, compilation.hasErrors { return "a network with errors" }
        return brokenByFormatting(text, compilation, registry) ?? brokenByGraphText(compilation, registry)
    }

    private static func compiled(_ text: [UInt8], _ registry: Registry) -> Compilation {
        compile(path: "a.arch", registry: registry) { path in
            guard path == "a.arch" else { throw NothingElse() }
            return text
        }
    }
    private struct NothingElse: Error {}

    private static func isWithin(_ place: Place, _ files: [SourceFile]) -> Bool {
        if place == .nowhere { return true }
        guard files.indices.contains(place.file) else { return false }
        return place.start >= 0 && place.start <= place.end && place.end <= files[place.file].text.count
    }

    private static func brokenByFormatting(_ text: [UInt8], _ first: Compilation, _ registry: Registry) -> String? {
        guard let once = format(text) else { return nil }
        if format(once) != once { return "formatting twice changes something" }
        let second = compiled(once, registry)
        if first.network?.graph.meaningHash(registry) != second.network?.graph.meaningHash(registry) {
            return "formatting changes the meaning"
        }
        return nil
    }

    private static func brokenByGraphText(_ compilation: Compilation, _ registry: Registry) -> String? {
        guard let graph = compilation.network?.graph else { return nil }
        let copy = compiled(Array(graph.text.utf8), registry).network?.graph
        if copy?.meaningHash(registry) != graph.meaningHash(registry) { return "the graph's text means something else" }
        return nil
    }
}
