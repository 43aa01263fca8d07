import GraphIR
import Testing

@testable import Runner

@Suite struct MetricTests {
    private func values(_ predictions: Predictions, weights: [Double]? = nil) -> [String: Double] {
        var values: [String: Double] = [:]
        for use in MetricUse.all(for: predictions) {
            values[use.name] = use.metric.measure(predictions)?.value(weights: weights, traces: predictions.count)
        }
        return values
    }

    private func expect(_ values: [String: Double], toBe expected: JSON?, all: Bool = true) throws {
        let members = try #require(expected?.members)
        for member in members {
            let ours = try #require(values[member.key], "\(member.key) is missing")
            let theirs = try #require(member.value.double)
            #expect(abs(ours - theirs) <= 1e-12 * max(1, abs(theirs)), "\(member.key): \(ours), not \(theirs)")
        }
        if all { #expect(values.keys.sorted() == members.map { $0.key }.sorted()) }
    }

    /// emlutilities (the EQTransformer study's own tool), scikit-learn and NumPy on 240 traces: every metric there is.
    @Test func picksAndDetections() throws {
        let predictions = try #require(Predictions(csv: Fixture.text("predictions.csv")))
        try expect(values(predictions), toBe: Fixture.json("metrics.json")["predictions"])
    }

    @Test func tracesMayBeWeighed() throws {
        let predictions = try #require(Predictions(csv: Fixture.text("predictions.csv")))
        let fixture = try Fixture.json("metrics.json")
        let weights = try #require(fixture["weights"]).doubles
        try expect(values(predictions, weights: weights), toBe: fixture["weighted"], all: false)
    }

    /// A weight of two is the trace twice, for every metric.
    @Test func weightsAreCopies() throws {
        let predictions = try #require(Predictions(csv: Fixture.text("predictions.csv")))
        let weights = try #require(Fixture.json("metrics.json")["weights"]).doubles
        let copies = predictions.rows(weights.indices.flatMap { Array(repeating: $0, count: Int(weights[$0])) })
        let (weighed, copied) = (values(predictions, weights: weights), values(copies))
        #expect(weighed.count == copied.count)
        for (name, value) in weighed { #expect(abs(value - (copied[name] ?? .nan)) < 1e-9, "\(name)") }
    }

    @Test func classes() throws {
        let predictions = try #require(Predictions(csv: Fixture.text("classes.csv")))
        let fixture = try Fixture.json("metrics.json")
        try expect(values(predictions), toBe: fixture["classes"])
        let table = try #require(ClassTable(predictions))
        #expect(table.matrix == fixture["confusion"]?.array?.map { $0.doubles.map { Int($0) } })
    }

    /// The published row of EQTransformer itself: its counts give its recalls and precisions to the last digit.
    @Test func theStudysOwnRow() throws {
        func column(_ misses: Int, _ alarms: Int) -> Predictions.Values {
            .numbers(
                (0..<25_313).map { $0 < 20_582 ? ($0 < misses ? .nan : 0.5) : ($0 - 20_582 < alarms ? 0.5 : .nan) })
        }
        let categories = (0..<25_313).map { $0 < 20_582 ? "earthquake_local" : "noise" }
        let predictions = Predictions([
            .init("trace_category", .texts(categories)), .init("detection_probability", column(12, 59)),
            .init("P_probability", column(35, 47)), .init("S_probability", column(42, 53)),
            .init("detection_score", column(0, 0)), .init("P_score", column(0, 0)), .init("S_score", column(0, 0)),
        ])
        let row: [(String, Double)] = [
            ("det_recall", 0.9994169662812166), ("det_precision", 0.997139948616026), ("d_tp", 20570), ("d_fp", 59),
            ("d_tn", 4672), ("d_fn", 12), ("p_recall", 0.9982994849868817), ("p_precision", 0.9977177818782169),
            ("p_tp", 20547), ("p_fp", 47), ("p_tn", 4684), ("p_fn", 35), ("s_recall", 0.997959381984258),
            ("s_precision", 0.9974263099111349), ("s_tp", 20540), ("s_fp", 53), ("s_tn", 4678), ("s_fn", 42),
        ]
        let ours = values(predictions)
        for (name, value) in row { #expect(ours[name] == value, "\(name)") }
    }

    @Test func framesAreClassesToo() throws {
        let cells = [
            ClassTable.Cell(truth: 0, said: 0, count: 8), .init(truth: 0, said: 1, count: 2),
            .init(truth: 1, said: 1, count: 5),
        ]
        let text = ClassTable.text(cells, classes: ["LP", "VTE"])
        #expect(text == "LP>LP:8 LP>VTE:2 VTE>VTE:5")
        let predictions = Predictions([
            .init("trace_name", .texts(["a", "b"])), .init("confusion", .texts([text, "VTE>LP:5"])),
            .init("frames_LP", .numbers([10, 0])), .init("frames_VTE", .numbers([5, 5])),
        ])
        #expect(ClassTable(predictions)?.matrix == [[8, 2], [5, 5]])
        #expect(values(predictions)["accuracy"] == 0.65)
        #expect(Predictions(csv: predictions.csv) == predictions)
    }

    @Test func nothingToMeasureIsNoNumber() throws {
        let predictions = try #require(Predictions(csv: Fixture.text("predictions.csv")))
        let none = values(predictions, weights: [Double](repeating: 0, count: predictions.count))
        #expect(none["p_f1_0.5s"] == nil && none["detection_auc"] == nil)
        #expect(none["p_residual_median_found"] == nil && none["p_residual_std_found"] == nil)
    }
}
