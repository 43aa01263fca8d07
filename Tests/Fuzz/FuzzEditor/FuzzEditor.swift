import Editor
import GraphIR
import Layers

/// Any bytes as a text that is typed: the first half is opened, the rest says where it is edited and with what, and every
/// question is asked after each edit, of which there are a few: more inputs tell more than long ones. Nothing may trap,
/// and offsets stay within the text.
@_cdecl("LLVMFuzzerTestOneInput") public func test(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: min(count, 2048)))
    let path = "/fuzz/text.arch"
    var workspace = Workspace(surroundings)
    let half = bytes.count / 2
    workspace.open(path, Array(bytes[..<half]))
    ask(&workspace, path)
    var index = half
    var edits = 0
    while index + 4 < bytes.count, edits < 4 {
        edits += 1
        let length = workspace.texts[path]?.count ?? 0
        let at = (Int(bytes[index]) << 8 | Int(bytes[index + 1])) % (length + 1)
        let removed = Int(bytes[index + 2]) % 16
        let inserted = Array(bytes[(index + 4)..<min(bytes.count, index + 4 + Int(bytes[index + 3]) % 24)])
        workspace.edit(path, at..<at + removed, inserted)
        ask(&workspace, path)
        index += 4 + max(1, inserted.count)
    }
    return 0
}

private let surroundings = Workspace.Surroundings(registry: .builtIn) { _ in throw Nothing() }
private struct Nothing: Error {}

private func ask(_ workspace: inout Workspace, _ path: String) {
    guard let analysis = workspace.analysis(of: path) else { return }
    let length = analysis.text.count
    for offset in stride(from: 0, through: length, by: max(1, length / 4)) {
        _ = (analysis.hover(at: offset), analysis.completion(at: offset), analysis.callHelp(at: offset))
        _ = (analysis.references(at: offset), analysis.definitions(at: offset), analysis.selections(at: offset))
        _ = (analysis.hierarchyItem(at: offset), analysis.path(at: offset), analysis.highlights(at: offset))
        _ = analysis.actions(in: offset..<min(length, offset + 30))
        _ = try? analysis.rename(at: offset, to: "other", others: [], in: workspace)
    }
    _ = (analysis.outline, analysis.folds, analysis.colours, analysis.lenses, analysis.layout(), analysis.picture)
    for hint in analysis.hints where hint.offset < 0 || hint.offset > length {
        Swift.fatalError("a hint beyond the text")
    }
    for finding in analysis.findings(in: path) where finding.range.lowerBound < 0 {
        Swift.fatalError("a finding before it")
    }
}
