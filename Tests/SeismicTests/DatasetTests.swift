import Foundation
import GraphIR
import Testing

@testable import Files
@testable import Datasets
@testable import Seismic

/// Datasets as SeisBench and STEAD have them, against what SeisBench reads; and what we write, read again.
@Suite struct DatasetTests {
    @Test(arguments: ["seisbench", "slices", "chunked", "stead"]) func readsWhatSeisBenchReads(name: String) throws {
        let expected = try Fixture.json("datasets/\(name).json")
        let traces = try #require(expected["traces"]?.array)
        let dataset = try openDataset(Fixture.path("datasets/\(name)"))
        #expect(dataset.format == (name == "stead" ? "stead" : "seisbench"))
        #expect(dataset.count == traces.count)
        for (index, what) in traces.enumerated() {
            let trace = try dataset.trace(index)
            #expect(trace.name == what["name"]?.string && dataset.name(index) == trace.name)
            #expect(trace.components == expected["order"]?.string)
            #expect([trace.channels, trace.length] == what["shape"]?.ints, "\(trace.name)")
            #expect(trace.samples.map { Int(Int32(bitPattern: $0.bitPattern)) } == what["bits"]?.ints, "\(trace.name)")
            guard name != "stead" else { continue }
            #expect(abs(trace.rate - (what["rate"]?.double ?? 0)) < 1e-9 && dataset.rate(index) == trace.rate)
            #expect(trace.metadata.double("trace_p_arrival_sample") == what["p"]?.double)
        }
    }

    @Test func tablesSayWhatTheyMean() throws {
        let seisbench = try openDataset(Fixture.path("datasets/seisbench"))
        #expect(seisbench.metadata(0)["station_network_code"] == "NA")
        #expect((0..<18).map { seisbench.split($0) } == (0..<18).map { [.train, .dev, .test][$0 / 6] })
        let slices = try openDataset(Fixture.path("datasets/slices/metadata.csv"))
        #expect(slices.metadata(3)["note"] == "a \"b\"\nc")
    }

    @Test(arguments: [true, false]) func steadByTableAndByAttributes(hasTable: Bool) throws {
        try withTemporaryFolder { folder in
            let names = ["merged.hdf5"] + (hasTable ? ["merged.csv"] : [])
            for name in names {
                try FileManager.default.copyItem(
                    atPath: Fixture.path("datasets/stead/\(name)"), toPath: folder.appendingPathComponent(name).path)
            }
            let dataset = try openDataset(folder.path)
            let event = try dataset.trace(0)
            #expect(event.name == "109C.TA_20060723155859_EV")
            #expect(event.metadata.int("trace_p_arrival_sample") == 700)
            #expect(event.metadata.numbers("trace_snr_db") == [56.79, 55.4, 47.4])
            #expect(event.metadata.int("trace_coda_end_sample") == 2896)
            #expect(event.metadata["source_depth_uncertainty_km"] == nil)
            #expect(event.metadata["source_magnitude_author"] == nil)
            #expect(event.metadata["station_code"] == "109C")
            #expect(event.metadata["trace_category"] == "earthquake_local")
            #expect(event.start == Instant("2006-07-23T15:58:55.13Z"))
            let noise = dataset.metadata(1)
            #expect(noise.double("trace_p_arrival_sample") == nil && noise["trace_category"] == "noise")
            #expect(noise.columns == dataset.columns && dataset.columns.count == (hasTable ? 35 : 35))
        }
    }

    static func trace(_ index: Int, length: Int = 70, rate: Double = 100) -> Trace {
        let samples = (0..<3 * length).map { Float(sin(Double($0 * (index + 1)))) * 1000 }
        var metadata = TraceMetadata([("split", ["train", "dev", "test"][index % 3]), ("station_code", "A,\"B\"")])
        metadata.set("trace_p_arrival_sample", index % 4 == 3 ? nil : 12.5 + Double(index))
        metadata["trace_snr_db"] = "[ 1.5 2.25 nan]"
        metadata["trace_coda_end_sample"] = "[[60.]]"
        metadata["trace_category"] = index % 4 == 3 ? "noise" : "earthquake_local"
        return Trace(
            name: "trace_\(index)", start: Instant(nanoseconds: 1_600_000_000_123_456_000), rate: rate,
            components: "ZNE", samples: samples, length: length, metadata: metadata)
    }

    @Test(arguments: DatasetFormat.allCases) func whatIsWrittenIsRead(format: DatasetFormat) throws {
        try withTemporaryFolder { folder in
            let path = folder.appendingPathComponent("set").path
            let traces = (0..<150).map { DatasetTests.trace($0, length: format == .stead ? 70 : 60 + $0 * 3) }
            let writer = try format.writer(path)
            for trace in traces { try writer.add(trace) }
            try writer.finish()
            let dataset = try openDataset(path)
            #expect(dataset.format == format.rawValue && dataset.count == traces.count)
            for (index, trace) in traces.enumerated() {
                let read = try dataset.trace(index)
                for letter in "ZNE" { #expect(read.channel(named: letter) == trace.channel(named: letter)) }
                #expect(read.start == trace.start && read.rate == trace.rate && read.length == trace.length)
                #expect(
                    read.metadata.double("trace_p_arrival_sample") == trace.metadata.double("trace_p_arrival_sample"))
                #expect(read.metadata["station_code"] == "A,\"B\"")
                #expect(read.metadata.numbers("trace_snr_db").prefix(2) == [1.5, 2.25])
                #expect(read.metadata.int("trace_coda_end_sample") == 60)
            }
            #expect(throws: DataError.self) { try format.writer(path) }
        }
    }

    @Test func ratesAndComponentsMayDiffer() throws {
        try withTemporaryFolder { folder in
            let writer = try DatasetFormat.seisbench.writer(folder.path)
            var vertical = DatasetTests.trace(1, rate: 20)
            (vertical.components, vertical.samples) = ("Z", Array(vertical.channel(0)))
            try writer.add(DatasetTests.trace(0))
            try writer.add(vertical)
            try writer.finish()
            let dataset = try openDataset(folder.path)
            #expect(try dataset.trace(0).rate == 100 && dataset.trace(1).rate == 20)
            #expect(try dataset.trace(1).components == "Z" && dataset.trace(1).samples == vertical.samples)
        }
    }

    @Test func badRowsAndMissingTracesSayWhere() throws {
        try withTemporaryFolder { folder in
            let table = folder.appendingPathComponent("metadata.csv")
            try FileManager.default.copyItem(
                atPath: Fixture.path("datasets/chunked/waveforms2020.hdf5"),
                toPath: folder.appendingPathComponent("waveforms.hdf5").path)
            try Data("trace_name,x\nt2020_0,1\nt2020_1\nnowhere,2\n\"t2020_0$9,:\",3\nt2020_2,5".utf8).write(to: table)
            let dataset = try openDataset(folder.path)
            #expect(dataset.count == 5)
            #expect(try dataset.trace(0).length == 20 && dataset.trace(4).length == 20)
            let short = try #require(throws: DataError.self) { try dataset.trace(1) }
            #expect(short.file == table.path && short.byte == 23 && short.expected == "2 values in row 2")
            let missing = try #require(throws: DataError.self) { try dataset.trace(2) }
            #expect(missing.trace == "nowhere")
            #expect(throws: DataError.self) { try dataset.trace(3) }
        }
    }

    /// A group `data_format` makes it SeisBench's, whatever the files are called and whichever of them is named.
    @Test func otherNamesAreSeisBenchToo() throws {
        try withTemporaryFolder { folder in
            let writer = try DatasetFormat.seisbench.writer(folder.path + "/set")
            for index in 0..<3 { try writer.add(DatasetTests.trace(index)) }
            try writer.finish()
            let files = FileManager.default
            for (own, other) in [("waveforms.hdf5", "data.h5"), ("metadata.csv", "data.csv")] {
                try files.moveItem(atPath: "\(folder.path)/set/\(own)", toPath: "\(folder.path)/set/\(other)")
            }
            for path in ["set", "set/data.h5", "set/data.csv"] {
                let dataset = try openDataset("\(folder.path)/\(path)")
                #expect(dataset.format == "seisbench" && dataset.notes.isEmpty, "\(path)")
                #expect(try dataset.trace(2).components == "ZNE")
                #expect(try dataset.trace(2).samples == DatasetTests.trace(2).samples)
            }
            try files.removeItem(atPath: folder.path + "/set/data.csv")
            let error = try #require(throws: DataError.self) { try openDataset(folder.path + "/set") }
            #expect(error.expected.contains("data.csv"), "\(error)")
        }
        let stead = try openDataset(Fixture.path("datasets/stead"))
        #expect(stead.notes == ["taken for STEAD: components in the order E, N, Z at 100 Hz"])
        let lines = try DatasetSummary(stead, readingAll: false, collectingBad: false).lines
        #expect(lines.contains("  note        taken for STEAD: components in the order E, N, Z at 100 Hz"))
    }

    /// What a file that somebody wrote by hand lacks is asked for by its name.
    @Test func whatIsMissingIsNamed() throws {
        /// Three channels of five samples each.
        func opened(
            _ folder: URL, _ formats: [(name: String, value: HDF5Value)], shape: [Int], header: String = "trace_name"
        ) throws -> any Dataset {
            let writer = try HDF5Writer(folder.path + "/waveforms.hdf5", overwrite: true)
            let samples = (0..<15).map(Float.init)
            try writer.add("data/a", .numbers(NumberArray(shape: shape, floats: samples)))
            for (name, value) in formats { try writer.add("data_format/\(name)", value) }
            try writer.finish()
            let row = header == "trace_name" ? "a" : "a,100"
            try Data("\(header)\n\(row)\n".utf8).write(to: folder.appendingPathComponent("metadata.csv"))
            return try openDataset(folder.path)
        }
        try withTemporaryFolder { folder in
            let bare = try opened(folder, [], shape: [3, 5])
            let noRate = try #require(throws: DataError.self) { try bare.trace(0) }
            #expect(noRate.expected.contains("trace_sampling_rate_hz"))
            #expect(noRate.expected.contains("data_format/sampling_rate"))
            let rated = "trace_name,trace_sampling_rate_hz"
            let unnamed = try opened(folder, [], shape: [3, 5], header: rated)
            #expect(try unnamed.trace(0).components == "ZNE")
            #expect(unnamed.notes.count == 1 && unnamed.notes[0].contains("taken as Z, N, E"), "\(unnamed.notes)")
            let turned = try opened(folder, [], shape: [5, 3], header: rated)
            let other = try #require(throws: DataError.self) { try turned.trace(0) }
            #expect(other.found == "5 channels" && other.help?.contains("dimension_order = WC") == true)
            let right = try opened(
                folder, [("dimension_order", .texts(["WC"], shape: []))], shape: [5, 3], header: rated)
            #expect(Array(try right.trace(0).channel(0)) == [0, 3, 6, 9, 12])
        }
        try withTemporaryFolder { folder in
            let samples = [Float](repeating: 1, count: 15)
            try NPY.write(NumberArray(shape: [1, 3, 5], floats: samples), to: folder.path + "/x.npy")
            try Data("trace,p\n0,3\n".utf8).write(to: folder.appendingPathComponent("picks.csv"))
            for path in [folder.path, folder.path + "/x.npy"] {
                let error = try #require(throws: DataError.self) { try openDataset(path) }
                for word in ["samples.npy", "metadata.csv", "trace_sampling_rate_hz", "trace_component_order"] {
                    #expect(error.help?.contains(word) == true, "\(error)")
                }
            }
            try FileManager.default.moveItem(atPath: folder.path + "/x.npy", toPath: folder.path + "/samples.npy")
            for (table, column) in [
                ("trace_name\na\n", "trace_sampling_rate_hz"),
                ("trace_name,trace_sampling_rate_hz\na,100\n", "trace_component_order"),
            ] {
                try Data(table.utf8).write(to: folder.appendingPathComponent("metadata.csv"))
                let error = try #require(throws: DataError.self) { try openDataset(folder.path).trace(0) }
                #expect(error.expected.contains(column), "\(error)")
            }
        }
    }

    @Test func whatNobodyRecognisesIsSaid() throws {
        #expect(throws: DataError.self) { try openDataset(Fixture.path("hdf5/nothing")) }
        #expect(throws: DataError.self) { try openDataset(Fixture.path("numpy")) }
    }

    @Test(arguments: [
        ("17", 20, [17]), ("-1", 20, [19]), (":3", 5, [0, 1, 2]), ("3:", 5, [3, 4]), ("::2", 5, [0, 2, 4]),
        ("::-2", 5, [4, 2, 0]), ("-3:-1", 5, [2, 3]), ("10:2:-3", 8, [7, 4]), ("9:", 5, []), (":-9:-1", 3, [2, 1, 0]),
    ]) func slicesAreNumPys(text: String, length: Int, places: [Int]) throws {
        let slice = try #require(AxisSlice.axes(of: text)?.first)
        let found = try #require(slice.places(length: length))
        #expect((0..<found.count).map { found.first + $0 * found.step } == places)
    }

    @Test(arguments: ["", "x", "1:2:3:4", "::0", "1,,2", "99999999999999999999"]) func nonsenseIsNoSlice(text: String) {
        #expect(AxisSlice.axes(of: text) == nil)
    }
}
