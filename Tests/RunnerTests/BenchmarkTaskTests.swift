import Files
import GraphIR
import Seismic
import Testing

@testable import Runner

/// SeisBench's benchmark: its files are read and written, and its own script's numbers come out.
@Suite struct BenchmarkTaskTests {
    private func predictions(_ split: String, _ task: BenchmarkTargets.Task) throws -> BenchmarkPredictions {
        let name = "Benchmark/\(split)_\(task.rawValue).csv"
        return try BenchmarkPredictions(csv: Fixture.text(name), task: task, path: name)
    }

    /// Every number of pick-benchmark's `collect_results.py` on its own files.
    @Test func scoresAreThoseOfPickBenchmark() throws {
        let scores = BenchmarkScores(
            detection: try (predictions("dev", .detection), predictions("test", .detection)),
            phases: try (predictions("dev", .phases), predictions("test", .phases)))
        let expected = try #require(Fixture.json("Benchmark/expected.json").members)
        #expect(scores.values.map(\.name).sorted() == expected.map(\.key).sorted())
        for member in expected {
            let (ours, theirs) = (scores[member.key] ?? .nan, member.value.double ?? .nan)
            #expect(abs(ours - theirs) <= 1e-9 * max(1, abs(theirs)), "\(member.key): \(ours), not \(theirs)")
        }
    }

    @Test func filesReadBackTheSame() throws {
        for task in BenchmarkTargets.Task.allCases {
            let read = try predictions("test", task)
            let again = try BenchmarkPredictions(csv: read.csv, task: task, path: "again")
            #expect(again.targets.targets == read.targets.targets)
            #expect(again.csv == read.csv)
            let targets = try BenchmarkTargets(csv: read.targets.csv, task: task, path: "targets")
            #expect(targets.targets == read.targets.targets)
        }
        #expect(throws: RunError.self) {
            try BenchmarkTargets(csv: "trace_name,start_sample\na,1\n", task: .detection, path: "x")
        }
        #expect(throws: RunError.self) {
            try BenchmarkTargets(
                csv: "trace_name,trace_split,sampling_rate,start_sample,end_sample,trace_type\na,dev,0,5,2,noise\n",
                task: .detection, path: "x")
        }
    }

    /// Pieces hold what they say: the onset stands where it should, and outside the recording there are zeros.
    @Test func piecesHoldTheirOnsets() throws {
        let dataset = try openDataset("synthetic:40")
        let targets = BenchmarkTargets(.phases, of: dataset)
        #expect(targets.targets.count > 3)
        #expect(BenchmarkTargets(.phases, of: dataset).targets == targets.targets)
        let pieces = try TargetDataset(dataset, targets.targets, seconds: 30)
        for (index, target) in targets.targets.enumerated() {
            let onset = try #require(target.onset)
            #expect(Double(target.start) + 50 <= onset + 1 && onset - 1 <= Double(target.end) - 50)
            #expect(target.end - target.start == 1000 && ["P", "S"].contains(target.phase))
            let piece = try pieces.trace(index)
            let whole = try dataset.trace(try #require((0..<dataset.count).first { dataset.name($0) == target.trace }))
            let start = Int(pieces.windowStart(index))
            #expect(piece.length == 3000)
            let place = Int(onset) - start
            #expect(piece.samples[place] == whole.samples[Int(onset)])
            if start < 0 { #expect(piece.samples[0] == 0) }
        }
        let detection = BenchmarkTargets(.detection, of: dataset)
        #expect(Set(detection.targets.compactMap(\.type)) == ["earthquake", "noise"])
        #expect(throws: RunError.self) {
            try TargetDataset(ToyData(), targets.targets, seconds: 30)
        }
    }
}
