import Foundation

/// Which files are meant by what stands on a command line: files, folders with all below them, quoted patterns, and
/// `sds:ROOT` for an archive as SeisComP lays it out.
public struct StreamFiles: Sendable {
    /// In the order of their paths, each once.
    public private(set) var paths: [String] = []
    /// Files in folders and patterns that hold no waveforms, with why.
    public private(set) var skipped: [(path: String, reason: String)] = []
    /// Words that led to no file at all.
    public private(set) var fruitless: [String] = []

    public static let archivePrefix = "sds:"
    /// The word that stands for records on standard input.
    public static let standardInput = "-"

    /// `span` and `stations` spare an archive's files from being opened; they choose again among what is read.
    public init(_ words: [String], span: Range<Instant>? = nil, stations: [NamePattern] = []) {
        var seen: Set<String> = []
        for word in words {
            let found: [String]
            if word.hasPrefix(Self.archivePrefix) {
                found = Self.archive(String(word.dropFirst(Self.archivePrefix.count)), span: span, stations: stations)
            } else if Self.isFolder(word) {
                found = Self.below(word)
            } else if NamePattern.isOne(word), !FileManager.default.fileExists(atPath: word) {
                found = Self.matching(word)
            } else {
                found = FileManager.default.fileExists(atPath: word) ? [word] : []
            }
            let isNamed = found == [word]
            var usable = 0
            for path in found where seen.insert(path).inserted {
                if isNamed || WaveformFile.isOne(path) {
                    paths.append(path)
                    usable += 1
                } else {
                    skipped.append((path, "it begins as neither miniSEED nor SAC"))
                }
            }
            if usable == 0 { fruitless.append(word) }
        }
        paths.sort()
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    /// All plain files below a folder, hidden ones left out.
    private static func below(_ folder: String) -> [String] {
        guard let walk = FileManager.default.enumerator(atPath: folder) else { return [] }
        var found: [String] = []
        for case let name as String in walk where !name.split(separator: "/").contains(where: { $0.hasPrefix(".") }) {
            let path = folder.hasSuffix("/") ? folder + name : folder + "/" + name
            if !isFolder(path) { found.append(path) }
        }
        return found.sorted()
    }

    /// The files that a pattern names; `**` stands for any folders.
    private static func matching(_ pattern: String) -> [String] {
        var places = [pattern.hasPrefix("/") ? "/" : ""]
        let parts = pattern.split(separator: "/").map(String.init)
        for (index, part) in parts.enumerated() {
            let isLast = index == parts.count - 1
            places = places.flatMap { place -> [String] in
                if part == "**" { return [place] + folders(below: place) }
                guard NamePattern.isOne(part) else {
                    let path = place + part
                    return FileManager.default.fileExists(atPath: path) ? [isLast ? path : path + "/"] : []
                }
                let pattern = NamePattern(part)
                let names = (try? FileManager.default.contentsOfDirectory(atPath: place.isEmpty ? "." : place)) ?? []
                return names.sorted().filter { !$0.hasPrefix(".") && pattern.matches($0) }.compactMap { name in
                    isFolder(place + name) == isLast ? nil : place + name + (isLast ? "" : "/")
                }
            }
        }
        return places.filter { !$0.hasSuffix("/") && !$0.isEmpty }
    }

    private static func folders(below place: String) -> [String] {
        guard let walk = FileManager.default.enumerator(atPath: place.isEmpty ? "." : place) else { return [] }
        var found: [String] = []
        for case let name as String in walk where isFolder(place + name) { found.append(place + name + "/") }
        return found.sorted()
    }
}

extension StreamFiles {
    /// `ROOT/YEAR/NET/STA/CHAN.D/NET.STA.LOC.CHAN.D.YEAR.DAY`. A record that crosses midnight lies in the file of its
    /// beginning, so the neighbours of the days asked for are looked at too.
    private static func archive(_ root: String, span: Range<Instant>?, stations: [NamePattern]) -> [String] {
        let days = span.map { span in
            let day = Instant.nanosecondsPerDay
            return
                (floorDivide(span.lowerBound.nanoseconds, day) - 1)...(floorDivide(
                    span.upperBound.nanoseconds - 1, day) + 1)
        }
        var found: [String] = []
        for year in names(in: root) where Int(year) != nil && year.count == 4 {
            for network in names(in: "\(root)/\(year)") {
                for station in names(in: "\(root)/\(year)/\(network)") {
                    guard isWanted("\(network).\(station)", among: stations) else { continue }
                    for channel in names(in: "\(root)/\(year)/\(network)/\(station)") where channel.hasSuffix(".D") {
                        let folder = "\(root)/\(year)/\(network)/\(station)/\(channel)"
                        found += names(in: folder).filter { isOfDay($0, among: days) }.map { "\(folder)/\($0)" }
                    }
                }
            }
        }
        return found
    }

    /// Whether a station is among those asked for; all are where none is named. A pattern may leave off location and
    /// band.
    public static func isWanted(_ name: String, among patterns: [NamePattern]) -> Bool {
        guard !patterns.isEmpty else { return true }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return patterns.contains { pattern in
            (1...max(1, parts.count)).contains { pattern.matches(parts.prefix($0).joined(separator: ".")) }
                || parts.count > 1 && pattern.matches(parts[1])
        }
    }

    /// A file whose name does not end in a year and a day is let through: what it holds decides.
    private static func isOfDay(_ name: String, among days: ClosedRange<Int>?) -> Bool {
        guard let days else { return true }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count >= 2, let year = Int(parts[parts.count - 2]), let day = Int(parts[parts.count - 1]),
            let start = Instant(year: year, day: day)
        else { return true }
        return days.contains(floorDivide(start.nanoseconds, Instant.nanosecondsPerDay))
    }

    private static func names(in folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { !$0.hasPrefix(".") }.sorted()
    }
}

/// Rounded down, also below zero. The divisor is positive.
public func floorDivide(_ a: Int, _ b: Int) -> Int { a >= 0 ? a / b : -((-a + b - 1) / b) }
