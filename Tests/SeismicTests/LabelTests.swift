import GraphIR
import Testing

@testable import Files
@testable import Datasets
@testable import Seismic

/// The labels of the studies, sample by sample.
struct LabelTests {
    static let window = TensorType(Shape(3, 6000), rate: 100)
    static let row = TensorType(Shape(1, 6000), rate: 100)

    private func quake(p: Double, s: Double, length: Int = 6000) -> Window {
        Window(
            samples: Array(repeating: [Float](repeating: 0, count: length), count: 3), components: "ZNE", rate: 100,
            picks: [.init(.P, at: p), .init(.S, at: s)])
    }
    private func pick(_ arguments: KeyValuePairs<String, Value>, output: TensorType = row) throws -> PickLabeler {
        var all = PickLabeler.signature.defaults
        for (name, value) in arguments { all.set(name, value) }
        return try PickLabeler(all, window: Self.window, output: output)
    }

    @Test func gaussianIsEQTransformers() throws {
        let values = try pick(["phase": .word("P")]).label(for: quake(p: 700.9, s: 1000)).values
        #expect(values.count == 6000)
        // Cut to whole samples, 40 of them, exp(-2) at the first edge and nothing at the last.
        #expect(values.indices.filter { values[$0] > 0 } == Array(680..<720))
        #expect(values[700] == 1)
        #expect(abs(values[680] - 0.1353353) < 1e-6)
        #expect(abs(values[710] - 0.6065307) < 1e-6)
    }

    @Test func triangleAndBox() throws {
        let triangle = try pick(["phase": .word("S"), "shape": .word("triangle")]).label(for: quake(p: 700, s: 1000))
        #expect(triangle.values[1000] == 1)
        #expect(triangle.values[980] == 0 && triangle.values[1020] == 0)
        #expect(abs(triangle.values[990] - 0.5) < 1e-6 && abs(triangle.values[1010] - 0.5) < 1e-6)
        let box = try pick(["phase": .word("S"), "shape": .word("box")]).label(for: quake(p: 700, s: 1000)).values
        #expect(box.indices.filter { box[$0] == 1 } == Array(980..<1020))
    }

    @Test func picksAtTheEndsAreCut() throws {
        for shape in ["gaussian", "triangle", "box"] {
            for place in [0.0, 3, 5990, 5999] {
                let label = try pick(["phase": .word("P"), "shape": .word(shape)]).label(for: quake(p: place, s: 9e9))
                #expect(label.values.count == 6000)
                #expect(label.values[Int(place)] == 1)
            }
            let outside = try pick(["phase": .word("P"), "shape": .word(shape)]).label(for: quake(p: -500, s: -1e300))
            #expect(outside.values.allSatisfy { $0 == 0 })
        }
    }

    @Test func severalEventsAndFamilies() throws {
        var window = quake(p: 700, s: 1000)
        window.picks += [.init(.Pn, at: 3000, event: 1), .init(.Sg, at: 3300, event: 1)]
        let p = try pick(["phase": .word("P")]).label(for: window).values
        #expect(p[700] == 1 && p[3000] == 1 && p[3300] == 0)
        let pn = try pick(["phase": .word("Pn")]).label(for: window).values
        #expect(pn[700] == 0 && pn[3000] == 1)
    }

    @Test func channelsOfASoftmaxSumToOne() throws {
        let rows: Value = .list([.word("noise"), .word("P"), .word("S")])
        let labeler = try pick(["phase": rows], output: TensorType(Shape(3, 6000), rate: 100))
        #expect(labeler.meaning == .onsets([nil, "P", "S"]))
        // So close that the bumps overlap.
        let values = labeler.label(for: quake(p: 700, s: 712)).values
        for sample in 0..<6000 {
            #expect(abs(values[sample] + values[6000 + sample] + values[12000 + sample] - 1) < 1e-6)
        }
        #expect(values[0] == 1 && values[6000 + 700] > 0.5)
    }

    @Test func detectionIsEQTransformers() throws {
        let labeler = try EventLabeler(EventLabeler.signature.defaults, window: Self.window, output: Self.row)
        let values = labeler.label(for: quake(p: 700.7, s: 1000.2)).values
        // From int(P) to int(S + 0.4 (S - P)), both cut to whole samples first.
        #expect(values.indices.filter { values[$0] == 1 } == Array(700..<1120))
        let late = labeler.label(for: quake(p: 5000, s: 5900))
        #expect(late.values[5999] == 1 && late.mask == nil)
        #expect(
            labeler.label(for: Window(samples: [[Float](repeating: 0, count: 6000)], components: "Z", rate: 100))
                .values.allSatisfy { $0 == 0 })
    }

    @Test func halfAnEventTeachesNothingWhereItMayBe() throws {
        let labeler = try EventLabeler(EventLabeler.signature.defaults, window: Self.window, output: Self.row)
        var window = quake(p: 700, s: 1000)
        window.picks.removeLast()
        let mask = try #require(labeler.label(for: window).mask)
        #expect(mask[699] == 1 && mask[700] == 0 && mask[5999] == 0)
    }

    /// Catalogues hold anything: arrivals far outside the window, in any order, one without the other.
    @Test func arrivalsAnywhereAreLabels() throws {
        let places = [-1e300, -1e19, -500, 0, 3000, 5999, 6000, 99_999, 1e19, 1e300]
        let event = try EventLabeler(EventLabeler.signature.defaults, window: Self.window, output: Self.row)
        let noise = try NoiseLabeler(NoiseLabeler.signature.defaults, window: Self.window, output: Self.row)
        let labelers: [any Labeler] = [event, noise, try pick(["phase": .word("P")]), try pick(["phase": .word("S")])]
        for p in places {
            for s in places {
                var window = quake(p: p, s: s)
                for picks in [window.picks, [window.picks[0]], [window.picks[1]]] {
                    window.picks = picks
                    for labeler in labelers {
                        let label = labeler.label(for: window)
                        #expect(label.values.count == 6000 && label.values.allSatisfy { (0...1).contains($0) })
                        #expect(label.mask.map { $0.count == 6000 } ?? true)
                    }
                    for name in ["shift", "second_event", "noise", "drop_channel", "gap"] {
                        var moved = window
                        var dice = Dice(seed: 1, purpose: name)
                        let call = LoaderTests.call(.augmentation, name, ["p": .float(1)])
                        let type = try #require(Registry.builtIn[.augmentation, name] as? any Augmentation.Type)
                        _ = try type.init(call.arguments, window: Self.window).apply(to: &moved, dice: &dice)
                        #expect(moved.length == 6000)
                    }
                    var cut = window
                    cut.crop(to: 1000..<2000)
                    #expect(cut.length == 1000)
                }
            }
        }
    }

    @Test func noiseIsWhatPicksLeave() throws {
        let labeler = try NoiseLabeler(NoiseLabeler.signature.defaults, window: Self.window, output: Self.row)
        let values = labeler.label(for: quake(p: 700, s: 1000)).values
        #expect(values[700] == 0 && values[1000] == 0 && values[2000] == 1)
    }

    @Test func coarseOutputs() throws {
        // 47 frames over 6000 samples: 100 Hz and 100/128 Hz.
        let output = TensorType(Shape(1, 47), rate: 100.0 / 128)
        let values = try pick(["phase": .word("P")], output: output).label(for: quake(p: 1300, s: 2000)).values
        #expect(values.count == 47)
        #expect(values.indices.max { values[$0] < values[$1] } == 1300 / 128)
    }

    @Test func framesAreOfTheClassAtTheirMiddle() throws {
        let window = TensorType(Shape(1, .symbol("T")), rate: 100)
        let frames = (Dimension.symbol("T") - 400).floorDivided(by: 50) + 1
        var arguments = FramesLabeler.signature.defaults
        arguments.set("classes", .list(["SIL", "TRE", "LP"].map { .string($0) }))
        let labeler = try FramesLabeler(arguments, window: window, output: TensorType(Shape(3, frames), rate: 2))
        // What a window has behind its last whole frame moves no frame.
        for length in [2400, 2401, 2449] {
            var stream = Window(samples: [[Float](repeating: 0, count: length)], components: "Z", rate: 100)
            stream.spans = [.init(1000..<1500, "LP"), .init(1500..<1600, "VTE")]
            let label = labeler.label(for: stream)
            // 41 frames; the middle of frame f is at 50 f + 199.5.
            #expect(label.values.count == 3 * 41)
            for frame in 0..<41 {
                let middle = 50 * Double(frame) + 199.5
                let isLP = middle >= 1000 && middle < 1500
                let isUnknown = middle >= 1500 && middle < 1600
                #expect(label.values[2 * 41 + frame] == (isLP ? 1 : 0))
                #expect(label.values[frame] == (isLP || isUnknown ? 0 : 1))
                #expect(label.mask?[frame] == (isUnknown ? 0 : 1))
            }
        }
    }

    @Test func classes() throws {
        let window = TensorType(Shape(3, 6000), rate: 100)
        func labeler(_ values: [String], by source: String = "picks", outputs: Int) throws -> ClassLabeler {
            var arguments = ClassLabeler.signature.defaults
            arguments.set("values", .list(values.map { .string($0) }))
            arguments.set("by", .word(source))
            return try ClassLabeler(
                arguments, window: window, output: TensorType(Shape([.number(outputs)])))
        }
        #expect(try labeler(["earthquake"], outputs: 1).label(for: quake(p: 700, s: 900)).values == [1])
        #expect(try labeler(["earthquake"], outputs: 1).label(for: quake(p: 7000, s: 9000)).values == [0])
        let three = try labeler(["P", "S", "noise"], by: "centre", outputs: 3)
        #expect(three.label(for: quake(p: 2990, s: 3200)).values == [1, 0, 0])
        #expect(three.label(for: quake(p: 2000, s: 3049)).values == [0, 1, 0])
        #expect(three.label(for: quake(p: 100, s: 200)).values == [0, 0, 1])
        var tremor = quake(p: 1, s: 2)
        tremor.metadata["trace_category"] = "earthquake_local"
        #expect(try labeler(["noise", "earthquake"], by: "column", outputs: 2).label(for: tremor).values == [0, 1])
        #expect(try labeler(["noise", "blast"], by: "column", outputs: 2).label(for: tremor).mask == [0, 0])
        #expect(throws: Complaint.self) { try labeler(["P", "tremor"], outputs: 2) }
        #expect(throws: Complaint.self) { try labeler(["P", "S", "noise"], outputs: 2) }
    }

    @Test func misfitGrades() throws {
        func grade(_ envelope: Double, _ phase: Double, outputs: Int) throws -> Label {
            var pair = Window(samples: [[0, 1], [0, 1]], components: "OS", rate: 0.5)
            pair.metadata.set("trace_envelope_misfit", envelope)
            pair.metadata.set("trace_phase_misfit", phase)
            let labeler = try MisfitGradeLabeler(
                MisfitGradeLabeler.signature.defaults, window: TensorType(Shape(2, 1024)),
                output: TensorType(Shape([.number(outputs)])))
            return labeler.label(for: pair)
        }
        #expect(try grade(0.5, 0.59, outputs: 4).values == [1, 0, 0, 0])
        #expect(try grade(0.5, 0.65, outputs: 4).values == [0, 1, 0, 0])
        #expect(try grade(0.7, 0.55, outputs: 3).values == [0, 0, 1])
        #expect(try grade(0.7, 0.7, outputs: 4).values == [0, 0, 0, 1])
        #expect(try grade(0.7, 0.7, outputs: 3).mask == [0, 0, 0])
    }

    @Test func regions() throws {
        func quakeAt(_ latitude: Double, _ longitude: Double) -> Window {
            var window = quake(p: 700, s: 900)
            window.metadata.set("source_latitude_deg", latitude)
            window.metadata.set("source_longitude_deg", longitude)
            return window
        }
        var arguments = RegionLabeler.signature.defaults
        arguments.set("centres", .list([.list([.float(10), .float(-68)]), .list([.float(10), .float(-60)])]))
        let labeler = try RegionLabeler(arguments, window: Self.window, output: TensorType(Shape(3)))
        #expect(labeler.label(for: quakeAt(10.2, -67)).values == [0, 1, 0])
        #expect(labeler.label(for: quakeAt(9.2, -61)).values == [0, 0, 1])
        #expect(labeler.label(for: quake(p: 700, s: 900)).mask == [0, 0, 0])
        #expect(labeler.label(for: quake(p: 7000, s: 9000)).values == [1, 0, 0])
    }

    @Test func polygonsOnBothMaps() throws {
        let text = """
            {"cluster_type": "polygons", "clusters": [{"id": 0, "label": "north", "points":
            [{"x": 0, "y": 0}, {"x": 60, "y": 0}, {"x": 60, "y": 40}]}]}
            """
        let triangle = try #require(try Polygon.read(Array(text.utf8), file: "regions.json").first)
        #expect(triangle.label == "north")
        // The long side from (0, 0) to (60, 40) is straight in degrees, and bends on the other map: at 20 degrees east
        // it passes 30 degrees north, or, halfway up the Mercator scale, about 35.2.
        let between = Epicentre(latitude: 32, longitude: 20)
        #expect(triangle.contains(between, on: .geographic))
        #expect(!triangle.contains(between, on: .mercator))
        #expect(triangle.contains(Epicentre(latitude: 40, longitude: 20), on: .mercator))
        #expect(!triangle.contains(Epicentre(latitude: -1, longitude: 1), on: .geographic))
        // EPSG:3857 of 45 N 90 E, from the definition of the projection.
        let place = Epicentre(latitude: 45, longitude: 90).mercator
        #expect(abs(place.x - 10_018_754.171) < 0.01 && abs(place.y - 5_621_521.486) < 0.01)
        #expect(throws: DataError.self) { try Polygon.read(Array("{\"clusters\": [{}]}".utf8), file: "r") }
    }

    @Test func kMeansFindsTheGroups() {
        var dice = Dice(seed: 3, purpose: "test")
        let truth = [(10.0, -70.0), (12, -68), (9, -64)]
        let places = (0..<300).map { index in
            Epicentre(
                latitude: truth[index % 3].0 + 0.2 * dice.normal(), longitude: truth[index % 3].1 + 0.2 * dice.normal())
        }
        let centres = KMeans(places, count: 3, seed: 1).centres
        for (centre, true_) in zip(centres, truth) {
            #expect(abs(centre.latitude - true_.0) < 0.1 && abs(centre.longitude - true_.1) < 0.1)
        }
        #expect(KMeans(places, count: 3, seed: 2).centres == centres)
    }
}
