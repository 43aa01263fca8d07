import Foundation
import GraphIR
import Runner

/// How a night's picks came about, kept beside them so that one of them can be drawn later.
struct PickNight {
    /// The words behind `strata pick`, and the folder in which they were said.
    let words: [String]
    let folder: String
    /// The hash of what picked, so that nothing else is asked later; `nil` where it picked nothing.
    private(set) var model: String?
    private static let name = "pick.json"

    init(_ words: [String], folder: String) {
        // Whether it was gone on with says nothing of the picks.
        self.words = words.filter { !["--resume", "--overwrite"].contains($0) }
        self.folder = folder
    }

    /// That of the folder in which a list of picks lies.
    init(besides picks: String) throws {
        let place = URL(fileURLWithPath: picks).deletingLastPathComponent().path
        let path = place + "/" + Self.name
        guard let bytes = FileManager.default.contents(atPath: path), let json = try? JSON(parsing: [UInt8](bytes)),
            json["format"]?.int == 1, let words = json["words"]?.array?.compactMap(\.string),
            let folder = json["folder"]?.string
        else {
            throw Exit(
                .badData, "\(path) does not say how these picks were made",
                help: "strata plot draws picks of strata pick, which writes pick.json beside them")
        }
        self.words = words
        self.folder = folder
        model = json["model"]?.string
    }

    func write(below out: String, model: String?) throws {
        let json: JSON = [
            "format": 1, "program": .string("strata \(strataVersion)"), "folder": .string(folder),
            "model": model.map { .string($0) } ?? .null,
            "words": .array(words.map { .string($0) }),
        ]
        let path = out + "/" + Self.name
        do {
            try json.text(indented: true).write(toFile: path, atomically: true, encoding: .utf8)
        } catch {
            throw Exit(.inputOutput, "\(path) cannot be written")
        }
    }
}
