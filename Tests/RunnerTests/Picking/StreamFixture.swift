import Foundation
import Seismic

@testable import Runner

/// A made recording of one station: quiet ground with sharp onsets at known times, and a toy that picks them.
struct StreamFixture {
    static let rate = 20.0
    /// Not on a whole sample: loggers are late.
    static let start = Instant("2024-05-06T23:10:00.013Z")!
    let folder: String
    let count: Int
    /// Samples from the start where something happens.
    let onsets: [Int]

    init(hours: Double = 2, seed: UInt64 = 3) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("picking-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        count = Int(hours * 3600 * Self.rate)
        onsets = Array(stride(from: 700, to: count - 400, by: 1777))
    }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }

    /// What the ground did, from the sample's number alone.
    func value(_ component: Character, _ sample: Int) -> Int32 {
        var state = UInt64(bitPattern: Int64(sample)) &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(component.asciiValue ?? 0)
        state = (state ^ state >> 29) &* 0xBF58_476D_1CE4_E5B9
        let noise = Int32(truncatingIfNeeded: Int(state >> 40) % 21) - 10
        let since = onsets.last { $0 <= sample }.map { sample - $0 } ?? .max
        return noise + (since < 40 ? Int32(4000 / (since + 1)) : 0)
    }

    /// Writes some components of a stretch as one file.
    @discardableResult
    func write(
        _ name: String, _ range: Range<Int>, components: String = "ZNE", band: String = "HH", late: Double = 0
    ) throws -> String {
        let segments = components.map { component in
            Segment(
                id: "XX.ABC..\(band)\(component)",
                start: Self.start.advanced(bySeconds: Double(range.lowerBound) / Self.rate + late), rate: Self.rate,
                samples: .int32(range.map { value(component, $0) }))
        }
        let path = "\(folder)/\(name)"
        try MiniSEED.write(segments, to: path, overwrite: true)
        return path
    }
}

/// What a network does, without one: a curve of the vertical, which says nothing where hardly anything moves.
protocol VerticalSource: CurveSource {
    /// - `scale`: the window's largest.
    func curve(_ z: [Float], scale: Float) -> [Float]
}

extension VerticalSource {
    var phases: [String] { ["P"] }
    var hasDetection: Bool { false }
    var components: String { "ZNE" }
    var rate: Double { StreamFixture.rate }
    var length: Int { 600 }
    var step: Int { 1 }

    func curves(of windows: [Window]) throws -> [CurveAnswer] {
        windows.map { window in
            let z = window.samples[0]
            let scale = z.map(abs).max() ?? 1
            return CurveAnswer(curves: [scale < 100 ? z.map { _ in 0 } : curve(z, scale: scale)])
        }
    }
}

/// Sees jumps.
struct JumpSource: VerticalSource {
    var batch = 7
    let model = "toy"

    func curve(_ z: [Float], scale: Float) -> [Float] {
        z.indices.map { index in index == 0 ? 0 : max(0, min(1, (z[index] - z[index - 1]) / 4000)) }
    }
}
