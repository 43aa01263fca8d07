import Files
import Foundation
import GraphIR
import Runner

/// What looking inside made: words for a terminal, and what goes into files.
struct InsideLook {
    /// Of its files, without their ending: what was looked at, so that two looks do not replace each other.
    var name: String
    var text: String
    var json: JSON
    var page: (() -> String)?
    var arrays: [NPZ.Entry] = []
    var csv: String?
    var svg: (() -> String)?

    /// A name made of words, such as a trace's, that may hold anything.
    static func name(_ words: String?...) -> String {
        RunFolder.component(words.compactMap { $0 }.joined(separator: "-"))
    }

    /// The command line, for the foot of a page.
    static var line: String {
        (["strata"] + CommandLine.arguments.dropFirst()).map { $0.contains(" ") ? "\"\($0)\"" : $0 }
            .joined(separator: " ")
    }

    /// The traces that were named, for the name of a file.
    static func named(_ traces: [String]) -> String? { traces.isEmpty ? nil : traces.joined(separator: "-") }

    /// Writes what is asked for and prints the rest.
    ///
    /// - `html`, `npz`, `csv`, `svg`: files that were asked for by name.
    func finish(
        _ call: Invocation<InsideOptions>, html: String? = nil, npz: String? = nil, csv: String? = nil,
        svg: String? = nil
    ) throws {
        let wanted = [html, npz, csv, svg].contains { $0 != nil }
        try put(html, overwrite: call.overwrite) { self.page?() }
        try put(csv, overwrite: call.overwrite) { self.csv }
        try put(svg, overwrite: call.overwrite) { self.svg?() }
        if let npz { try NPZ.write(arrays, to: npz, overwrite: call.overwrite) }
        var made: [String] = []
        if let folder = call.out {
            made = try save(into: folder, everything: true)
        } else if !wanted, !call.json, page != nil {
            made = try save(into: Self.usualFolder(call.operands[0]), everything: false)
        }
        if call.json {
            Terminal.print(json.text(indented: true))
        } else {
            Terminal.print(text)
            for file in made { Terminal.print("wrote \(file)") }
        }
    }

    /// `inside-NAME` after the model's own name; seeds lie in the folder of what they are seeds of.
    private static func usualFolder(_ model: String) -> String {
        let model = URL(fileURLWithPath: model).standardizedFileURL.deletingPathExtension()
        let name = model.lastPathComponent
        let owner = name.hasPrefix("seed_") ? model.deletingLastPathComponent().lastPathComponent + "-" : ""
        return "inside-" + RunFolder.component(owner + name)
    }

    private func put(_ file: String?, overwrite: Bool, _ text: () -> String?) throws {
        guard let file, let text = text() else { return }
        try write(text, to: file, overwrite: overwrite)
    }

    /// A look is made anew wherever it stands: in such a folder it takes the place of the same look before.
    private func save(into folder: String, everything: Bool) throws -> [String] {
        guard !RunFolder(folder).exists else {
            throw Exit(
                .usage, "\(folder) is a run, and looking inside changes none", help: "--out names another folder")
        }
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw Exit(.inputOutput, "\(folder) cannot be made: \(error.localizedDescription)")
        }
        let stem = folder + "/" + name
        var made: [String] = []
        func put(_ ending: String, _ text: String?) throws {
            guard let text else { return }
            try write(text, to: stem + ending, overwrite: true)
            made.append(stem + ending)
        }
        try put(".html", page?())
        guard everything else { return made }
        try put(".json", json.text(indented: true) + "\n")
        try put(".csv", csv)
        try put(".svg", svg?())
        if !arrays.isEmpty {
            try NPZ.write(arrays, to: stem + ".npz", overwrite: true)
            made.append(stem + ".npz")
        }
        return made
    }
}
