import Files
import Foundation
import GraphIR
import Testing

@testable import Images
@testable import Datasets
@testable import Seismic

/// What is done to pictures before a network sees them.
@Suite struct PictureStepTests {
    private static let type = TensorType(Shape(3, 4, 6))

    /// A picture whose numbers say where they are: channel, row, column.
    private static func counted(_ height: Int = 4, _ width: Int = 6) -> Window {
        let plane = Plane(height: height, width: width)
        return Window(
            samples: (0..<3).map { channel in
                (0..<plane.count).map { Float(channel) / 4 + Float($0 / width) / 16 + Float($0 % width) / 256 }
            }, components: "RGB", rate: 1, plane: plane)
    }

    /// As Pillow resizes with BILINEAR, which rounds to whole numbers twice on its way.
    @Test(arguments: [(20, 33), (90, 70), (61, 20)]) func resizedAsPillow(width: Int, height: Int) throws {
        let picture = try PictureFile.read(Fixture.path("444.jpg"))
        var window = Window(
            samples: picture.planes, components: "RGB", rate: 1,
            plane: Plane(height: picture.height, width: picture.width))
        Resize(to: Plane(height: height, width: width)).apply(to: &window)
        let expected = try NPY.read(Fixture.path("resized_\(width)_\(height).npy"))
        #expect(expected.shape == [height, width, 3] && window.plane == Plane(height: height, width: width))
        let numbers = expected.floats
        var farthest: Float = 0
        for (channel, samples) in window.samples.enumerated() {
            for (pixel, value) in samples.enumerated() {
                farthest = max(farthest, abs(value * 255 - numbers[3 * pixel + channel]))
            }
        }
        #expect(farthest <= 1.05)
    }

    @Test func theMiddleKeepsItsProportions() throws {
        let step = try Resize(
            Arguments(["height": .int(2), "width": .int(2), "keep": .word("middle")]), window: Self.type)
        var window = Self.counted(4, 8)
        step.apply(to: &window)
        #expect(window.plane == Plane(height: 2, width: 2))
        // The four middle columns are left: a picture of them alone gives the same.
        var middle = Self.counted(4, 8)
        middle.cut(Plane(height: 4, width: 4), row: 0, column: 2)
        Resize(to: Plane(height: 2, width: 2)).apply(to: &middle)
        #expect(window.samples == middle.samples)
    }

    @Test func croppedAndStandardized() throws {
        var window = Self.counted(6, 8)
        try CropPicture(CropPicture.signature.defaults, window: Self.type).apply(to: &window)
        #expect(window.plane == Plane(height: 4, width: 6) && window.valid == 0..<24)
        #expect(window.samples[0][0] == Float(1) / 16 + Float(1) / 256)
        try Standardize(
            Arguments(["mean": .list([.float(0), .float(0.25), .float(0.5)]), "deviation": .list([.float(0.5)])]),
            window: Self.type
        ).apply(to: &window)
        #expect(window.samples[0] == window.samples[1] && window.samples[1] == window.samples[2])
        #expect(throws: Complaint.self) {
            try Standardize(Arguments(["mean": .list([.float(0), .float(1)])]), window: Self.type)
        }
        #expect(throws: Complaint.self) {
            try Standardize(Standardize.signature.defaults, window: TensorType(Shape(3, 100), rate: 100))
        }
    }

    @Test func mirrorsAndMoves() throws {
        var dice = Dice(seed: 1, purpose: "test")
        var window = Self.counted()
        let flip = try Flip(Arguments(["p": .float(1), "axis": .word("both")]), window: Self.type)
        _ = flip.apply(to: &window, dice: &dice)
        #expect(window.samples[1] == Self.counted().samples[1].reversed())
        _ = flip.apply(to: &window, dice: &dice)
        #expect(window.samples == Self.counted().samples)
        // A move takes rows and columns from the picture, whose outermost go on.
        let crop = try RandomCrop(Arguments(["margin": .int(2)]), window: Self.type)
        for _ in 0..<20 {
            var moved = Self.counted()
            _ = crop.apply(to: &moved, dice: &dice)
            #expect(moved.plane == Self.counted().plane && moved.samples[0].count == 24)
            #expect(Set(moved.samples[0]).isSubset(of: Set(Self.counted().samples[0])))
        }
        var bright = Self.counted()
        _ = try Brightness(Arguments(["p": .float(1), "most": .float(1)]), window: Self.type).apply(
            to: &bright, dice: &dice)
        #expect(bright.samples.joined().allSatisfy { (0...1).contains($0) } && bright.samples != Self.counted().samples)
    }

    // MARK: The way to a network

    private func pipeline(_ steps: [PluginCall], _ shape: Shape) throws -> Pipeline {
        var recipe = Recipe()
        recipe.preparations = steps
        return try Pipeline(recipe, window: TensorType(shape))
    }

    @Test func coloursBecomeThoseOfTheNetwork() throws {
        let grey = Window(samples: [[0, 0.5, 1, 0.25]], components: "G", rate: 1, plane: Plane(height: 2, width: 2))
        var window = grey
        try pipeline([], Shape(3, 2, 2)).prepare(&window)
        #expect(window.samples == [grey.samples[0], grey.samples[0], grey.samples[0]])
        var colour = Self.counted()
        try pipeline([], Shape(1, 4, 6)).prepare(&colour)
        #expect(colour.samples.count == 1)
        #expect(abs(colour.samples[0][0] - (0.587 * 0.25 + 0.114 * 0.5)) < 1e-6)
        var clear = Self.counted()
        clear.samples.append([Float](repeating: 1, count: 24))
        try pipeline([], Shape(3, 4, 6)).prepare(&clear)
        #expect(clear.samples == Self.counted().samples)
    }

    @Test func whatDoesNotFitIsSaid() throws {
        var window = Self.counted(5, 6)
        #expect(throws: PreparationError.self) { try pipeline([], Shape(3, 4, 6)).prepare(&window) }
        var seismogram = Window(samples: [[1, 2, 3]], components: "Z", rate: 100)
        #expect(throws: PreparationError.self) { try pipeline([], Shape(1, 1, 3)).prepare(&seismogram) }
        // A filter is nothing for pictures.
        #expect(throws: PreparationError.self) {
            try pipeline([PluginCall(.preparation, "detrend", Arguments())], Shape(3, 4, 6))
        }
        var demeaned = Self.counted()
        try pipeline([PluginCall(.preparation, "demean", Arguments())], Shape(3, 4, 6)).prepare(&demeaned)
        #expect(abs(demeaned.samples[0].reduce(0, +)) < 1e-4)
    }
}
