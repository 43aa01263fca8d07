import Foundation
import Testing

@testable import Files
@testable import Datasets
@testable import Seismic

/// With `STRATA_WRITTEN=FOLDER`, leaves files for `Fixtures/check_written.py`, which reads them with h5py, SeisBench,
/// ObsPy and NumPy.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["STRATA_WRITTEN"] != nil)) struct WrittenForOthersTests {
    @Test func write() throws {
        let folder = try #require(ProcessInfo.processInfo.environment["STRATA_WRITTEN"])
        var arrays: [NPZ.Entry] = []
        for format in DatasetFormat.allCases {
            let writer = try format.writer("\(folder)/\(format.rawValue)", overwrite: true)
            for index in 0..<300 {
                let trace = DatasetTests.trace(index)
                try writer.add(trace)
                let array = NumberArray(shape: [3, trace.length], floats: trace.samples)
                if format == .seisbench { arrays.append(.init("dataset_\(index)", array)) }
            }
            try writer.finish()
        }
        let start = Instant(nanoseconds: 1_600_000_000_123_456_000)
        let floats = (0..<3000).map { Float($0) * 0.37 }
        func segment(_ samples: Segment.Samples) -> Segment {
            Segment(id: "XX.ABC.00.HHZ", start: start, rate: 100, samples: samples)
        }
        try MiniSEED.write([segment(.int32(WaveformTests.wild))], to: "\(folder)/steim.mseed", overwrite: true)
        try MiniSEED.write([segment(.float32(floats))], to: "\(folder)/float.mseed", recordLength: 512, overwrite: true)
        try SAC.write(segment(.float32(floats)), to: "\(folder)/written.sac", overwrite: true)
        arrays.append(.init("steim", NumberArray(shape: [9000], doubles: WaveformTests.wild.map(Double.init))))
        arrays.append(.init("float", NumberArray(shape: [3000], floats: floats)))
        arrays.append(.init("written", NumberArray(shape: [3000], floats: floats)))
        try NPZ.write(arrays, to: "\(folder)/expected.npz", overwrite: true)
    }
}
