import Foundation
import GraphIR
import Seismic

/// What every dataset reader keeps: it takes nothing for its own that is not, and is sure about it.
enum ReaderLaws {
    static func violations(of type: any DatasetReader.Type) -> [String] {
        let folder = NSTemporaryDirectory() + "strata-laws-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try? FileManager.default.createDirectory(atPath: folder + "/empty", withIntermediateDirectories: true)
        let files: [(name: String, bytes: [UInt8])] = [
            ("nothing", []), ("zeros.bin", [UInt8](repeating: 0, count: 600)),
            ("noise.dat", (0..<600).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ $0 >> 3) }),
            ("words.txt", Array("nobody's data\n".utf8)),
        ]
        for file in files { try? Data(file.bytes).write(to: URL(fileURLWithPath: folder + "/" + file.name)) }
        var found: [String] = []
        for path in ["/nowhere/at/all", folder + "/empty"] + files.map({ folder + "/" + $0.name }) {
            let name = (path as NSString).lastPathComponent
            let isTaken = type.recognises(path)
            if type.recognises(path) != isTaken { found.append("it changes its mind about '\(name)'") }
            if isTaken, let dataset = try? type.open(path), dataset.count > 0 {
                found.append("it finds \(dataset.count) traces in '\(name)', which has none")
            }
        }
        return found
    }
}
