import GraphIR

/// A value that an edit gives to a parameter of a stage.
struct Override: Sendable {
    var name: Identifier
    var value: Expression
    /// The file whose names the value uses.
    var file: Int
}

/// The edits of a variant and of the variants above it, the eldest first, while the network is built with them.
struct Editing: Sendable {
    enum Action: Sendable {
        case set(Identifier, Expression)
        case replace([Stage])
        case remove
        case insert([Stage], isBefore: Bool)
    }
    /// One edit for one selector.
    struct Active: Sendable {
        var action: Action
        var selector: Selector
        var place: Place
        var file: Int
        var matches = 0
    }
    var active: [Active] = []
    /// Edits below this one are done with: they do not apply to what a later one brings in.
    var first = 0
    /// The stages that were met, for the message of an edit that matches nothing.
    private(set) var met: [Met] = []
    struct Met: Sendable {
        var path: String
        var kind: String
    }
    /// `set` edits and overrides of the network's own parameters, whose traces are lost in the values.
    var parameterEdits: [Place] = []
    /// Shapes that a variant says anew.
    private var shapes: [(name: Int32, ascription: Ascription)] = []

    var isEmpty: Bool { active.isEmpty }

    mutating func meet(_ path: String, _ kind: String) {
        // What takes the place of a stage is met under its path again.
        if met.count < 4096, met.last?.path != path { met.append(Met(path: path, kind: kind)) }
    }

    mutating func restate(_ name: Identifier, _ ascription: Ascription) {
        shapes.removeAll { $0.name == name.word }
        shapes.append((name.word, ascription))
    }
    func shape(of name: Identifier) -> Ascription? { shapes.first { $0.name == name.word }?.ascription }

    static func bit(_ index: Int) -> UInt64 { 1 << UInt64(min(index, 63)) }

    /// The last edit among those of a mask.
    func culprit(_ mask: UInt64) -> Int? {
        mask == 0 || active.isEmpty ? nil : min(63 - mask.leadingZeroBitCount, active.count - 1)
    }

    func blame(_ diagnostic: Diagnostic, on edit: Int) -> Diagnostic {
        guard active[edit].place.file != diagnostic.place.file || active[edit].place.start != diagnostic.place.start
        else { return diagnostic }
        return Editing.blame(diagnostic, on: active[edit].place)
    }

    static func blame(_ diagnostic: Diagnostic, on place: Place) -> Diagnostic {
        var blamed = diagnostic
        blamed.place = place
        blamed.remark = "after this edit"
        let here = diagnostic.remark.isEmpty ? "here" : diagnostic.remark
        blamed.labels = [Diagnostic.Label(diagnostic.place, here)] + diagnostic.labels
        blamed.fixes = []
        return blamed
    }
}
