import Files
import Foundation
import GraphIR

/// `waveforms:FOLDER[,window=SECONDS][,overlap=SHARE]`, or the folder or file alone.
struct RecordingsOrder: Hashable {
    static let prefix = DatasetPlace.recordings
    var path: String
    /// In seconds; recordings are whole where it is not given.
    var window: Double?
    var overlap = 0.0

    init(_ text: String) throws {
        guard text.hasPrefix(Self.prefix) else {
            path = text
            return
        }
        var parts = text.dropFirst(Self.prefix.count).split(separator: ",", omittingEmptySubsequences: false)
        path = String(parts.removeFirst())
        var said: Set<Substring> = []
        for part in parts {
            let pair = part.split(separator: "=", maxSplits: 1)
            let number = pair.count == 2 ? RecordingsOrder.number(pair[1], of: pair[0]) : nil
            let isNew = said.insert(pair.first ?? "").inserted
            switch (pair.first ?? "", number) {
            case ("window", let seconds?) where isNew && seconds > 0 && seconds <= 1e6: window = seconds
            case ("overlap", let share?) where isNew && share >= 0 && share <= 0.95: overlap = share
            default: throw RecordingsOrder.refusal(text, "'\(part)'")
            }
        }
        if said.contains("overlap"), window == nil { throw RecordingsOrder.refusal(text, "an overlap without window") }
    }

    /// Seconds may say that they are: `window=30s`.
    private static func number(_ text: Substring, of name: Substring) -> Double? {
        Double(name == "window" && text.hasSuffix("s") ? text.dropLast() : text)
    }

    private static func refusal(_ text: String, _ found: String) -> DataError {
        DataError(
            .request, file: text, expected: "waveforms:FOLDER[,window=SECONDS][,overlap=0…0.95], each once",
            found: found)
    }

    /// Where `picks.csv` is looked for.
    var folder: String {
        var isFolder: ObjCBool = false
        let isThere = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        return isThere && !isFolder.boolValue ? URL(fileURLWithPath: path).deletingLastPathComponent().path : path
    }
}

/// Recognises folders of waveform files, and single ones.
enum RecordingsReader: DatasetReader {
    static let signature = Signature(
        .reader, "waveforms",
        """
        miniSEED, SEED and SAC files, packed with gzip or not, alone or in a folder and the folders in it, as a dataset.
        The components of a station that recorded together are one trace, until all are silent for more than a second; \
        gaps of some are no numbers. waveforms:FOLDER,window=60,overlap=0.3 cuts windows of a minute, each beginning \
        0.7 minutes after the one before. Arrivals come from SAC's headers (A, T0 to T9 by their labels) and from a \
        table picks.csv in the folder, with the columns network, station, phase, time and, if there is one, event.
        """)

    static func recognises(_ path: String) -> Bool {
        path.hasPrefix(RecordingsOrder.prefix) || !files(in: path, most: 1).isEmpty
    }

    static func open(_ path: String) throws -> any Dataset { try RecordingsDataset(path) }
    static func open(_ path: String, skippingBad: Bool) throws -> any Dataset {
        try RecordingsDataset(path, skippingBad: skippingBad)
    }

    /// The waveform files of a folder, and how many others there are; the table of arrivals is none of them.
    static func contents(of path: String) -> (files: [String], others: [LeftOut]) {
        let found = files(in: path)
        var others: [LeftOut] = []
        let known = Set(found)
        for file in plainFiles(in: path) where !known.contains(file) && file != "\(path)/picks.csv" {
            others.add("files that are no miniSEED, SEED or SAC, packed or not", example: file)
        }
        return (found, others)
    }

    private static func plainFiles(in path: String) -> [String] {
        let root = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        guard let walk = FileManager.default.enumerator(atPath: root) else { return [] }
        var found: [String] = []
        for case let name as String in walk {
            var isFolder: ObjCBool = false
            let file = "\(path)/\(name)"
            guard FileManager.default.fileExists(atPath: file, isDirectory: &isFolder), !isFolder.boolValue else {
                continue
            }
            found.append(file)
        }
        return found.sorted()
    }

    /// The waveform files of a folder by their first bytes, in the order of their paths.
    static func files(in path: String, most: Int = .max) -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return [] }
        if !isFolder.boolValue { return WaveformFile.isOne(path) ? [path] : [] }
        let root = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        guard let walk = FileManager.default.enumerator(atPath: root) else { return [] }
        var found: [String] = []
        for case let name as String in walk {
            if found.count >= most { break }
            let file = "\(path)/\(name)"
            if WaveformFile.isOne(file) { found.append(file) }
        }
        return found.sorted()
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(RecordingsReader.self, $0) }
