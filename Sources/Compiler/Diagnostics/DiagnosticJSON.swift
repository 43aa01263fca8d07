import GraphIR

/// A diagnostic for programs: `{code, severity, file, range, message, labels, notes, fixes}`, lines and columns from 1.
public func json(_ diagnostic: Diagnostic, files: [SourceFile]) -> JSON {
    func file(_ place: Place) -> JSON {
        files.indices.contains(place.file) ? .string(files[place.file].path) : .null
    }
    func position(_ place: Place, _ offset: Int) -> JSON {
        guard files.indices.contains(place.file) else { return ["line": 1, "column": 1] }
        let (line, column) = files[place.file].position(of: offset)
        return ["line": .int(line), "column": .int(column)]
    }
    func range(_ place: Place) -> JSON {
        ["start": position(place, place.start), "end": position(place, place.end)]
    }
    let labels = diagnostic.labels.map { label -> JSON in
        ["file": file(label.place), "range": range(label.place), "message": .string(label.message)]
    }
    let fixes = diagnostic.fixes.map { fix -> JSON in
        let edits = fix.edits.map { edit -> JSON in
            ["file": file(edit.place), "range": range(edit.place), "text": .string(edit.text)]
        }
        return ["title": .string(fix.title), "edits": .array(edits)]
    }
    return [
        "code": .string(diagnostic.code),
        "severity": .string(diagnostic.severity.rawValue),
        "file": file(diagnostic.place),
        "range": range(diagnostic.place),
        "message": .string(diagnostic.message),
        "remark": .string(diagnostic.remark),
        "labels": .array(labels),
        "notes": .array(diagnostic.notes.map { .string($0) }),
        "help": .array(diagnostic.help.map { .string($0) }),
        "fixes": .array(fixes),
    ]
}
