import GraphIR

/// The edits that fixes make, put into a text. Of two that overlap, the first one wins.
public func apply(_ edits: [Diagnostic.Fix.Edit], to text: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var position = 0
    for edit in edits.sorted(by: { ($0.place.start, $0.place.end) < ($1.place.start, $1.place.end) }) {
        guard edit.place.start >= position, edit.place.end <= text.count, edit.place.start <= edit.place.end else {
            continue
        }
        result += text[position..<edit.place.start]
        result += edit.text.utf8
        position = edit.place.end
    }
    return result + text[position...]
}

/// The first fix of every finding that concerns one file alone and can be made without asking.
public func fixes(of diagnostics: [Diagnostic], in file: Int) -> [Diagnostic.Fix.Edit] {
    diagnostics.compactMap(\.certainFix).filter { $0.edits.allSatisfy { $0.place.file == file } }.flatMap(\.edits)
}

extension [Diagnostic] {
    /// `dropout(p=0.2)` is one mistake to its writer: where the name is wrong, the sign behind it is mended along.
    func joiningAssignedArguments() -> [Diagnostic] {
        func end(_ place: Place) -> Place { Place(file: place.file, start: place.end, end: place.end) }
        let wrongNames = Set(lazy.filter { $0.code == Code.unknownArgument.rawValue }.map { end($0.place) })
        guard !wrongNames.isEmpty else { return self }
        var signs: [Place: [Diagnostic.Fix.Edit]] = [:]
        var kept: [Diagnostic] = []
        for diagnostic in self {
            let edits = diagnostic.code == Code.expected.rawValue ? diagnostic.fixes.first?.edits ?? [] : []
            let name = edits.first.map { Place(file: $0.place.file, start: $0.place.start, end: $0.place.start) }
            if let name, edits.count == 1, wrongNames.contains(name) {
                signs[name] = edits
            } else {
                kept.append(diagnostic)
            }
        }
        for index in kept.indices where kept[index].code == Code.unknownArgument.rawValue {
            let more = signs[end(kept[index].place)] ?? []
            for fix in kept[index].fixes.indices { kept[index].fixes[fix].edits += more }
        }
        return kept
    }
}

extension Diagnostic {
    /// What a program may change by itself. A promise that is not kept is not changed to one that is, nor a number
    /// moved into its range: what is wrong there only the author knows.
    public var certainFix: Fix? {
        let choices = [
            Code.shapeIsNotAsSaid, .expectationNotMet, .outOfRange, .lossDoesNotFit, .preparationDoesNotFit,
        ].map(\.rawValue)
        return choices.contains(code) ? nil : fixes.first
    }
}
