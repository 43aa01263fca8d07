import Files
import Foundation
import GraphIR

extension ModelBundle {
    /// What it holds, line by line, for a terminal.
    public var summary: [String] {
        let origin = manifest.origin
        let authors = origin.authors.isEmpty ? "nobody named" : origin.authors.joined(separator: ", ")
        var lines = [
            "by \(authors); licence \(origin.licence)", "hash of the network \(manifest.hash)",
            "hash of the numbers \(manifest.tensors)",
        ]
        if let citation = origin.citation { lines.append("cite: \(citation)") }
        for input in manifest.interface["inputs"]?.array ?? [] { lines.append("takes " + BundleManifest.port(input)) }
        for output in manifest.interface["outputs"]?.array ?? [] {
            lines.append("answers " + BundleManifest.port(output))
        }
        let steps = manifest.preparation
        lines.append("preparation: " + (steps.isEmpty ? "none is stated" : steps.joined(separator: " -> ")))
        if let name = manifest.data["name"]?.string { lines.append("trained on \(name)") }
        for parent in manifest.parents.array ?? [] {
            lines.append("imported from \(parent["file"]?.string ?? ""), SHA-256 \(parent["sha256"]?.string ?? "")")
        }
        for plugin in manifest.plugins { lines.append("wants the plugin \(plugin.path), SHA-256 \(plugin.sha256)") }
        let numbers = (manifest.result["metrics"]?.array ?? []).compactMap { metric -> String? in
            guard let value = metric["value"]?.double else { return nil }
            let interval = BundleManifest.interval(metric).map { " (\($0))" } ?? ""
            return "\(metric["name"]?.string ?? "") \(BundleManifest.number(value))\(interval)"
        }
        lines += numbers.prefix(5)
        if numbers.count > 5 { lines.append("\(numbers.count - 5) more numbers: card.md") }
        lines.append("example: \(manifest.example.from); \(manifest.members.count) members")
        if let picking = manifest.picking {
            lines.append("record: \(picking.from); picks: \(picking.count), \(picking.text)")
        }
        return lines.map { shown($0) }
    }

    /// Writes the members below a folder that is new or empty; their names were checked when the bundle was read.
    public func unpack(to folder: String) throws -> [String] {
        let files = FileManager.default
        let there = (try? files.contentsOfDirectory(atPath: folder)) ?? []
        guard there.isEmpty else {
            throw RunError(.access, "\(folder) holds something already", help: "give a folder that is new or empty")
        }
        for member in members {
            let target = URL(fileURLWithPath: folder + "/" + member.name)
            do {
                try files.createDirectory(
                    at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
            } catch {
                throw RunError(.access, "\(target.deletingLastPathComponent().path) cannot be made")
            }
            try AtomicFile(target.path).write(member.contents)
        }
        return members.map(\.name)
    }
}

extension BundleVerdict {
    /// What came out, for a terminal.
    public func lines(_ bundle: ModelBundle) -> [String] {
        var lines = [bundle.identityLine, "\(bundle.manifest.members.count) members, every hash is right"]
        for difference in differences {
            let name = shown(difference.output)
            let place = "at number \(difference.index)"
            lines.append(
                difference.largest == 0
                    ? "\(name): the same bits" : "\(name): largest difference \(difference.largest), \(place)")
        }
        lines += picks?.lines ?? ["picks: it has no record to pick"]
        lines.append(
            "\(isMet ? "within" : "BEYOND") the tolerance of \(tolerance); made on \(shown(processors.there)), run on "
                + processors.here)
        return lines
    }
}
