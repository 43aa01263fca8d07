import Datasets
import Foundation

/// One picture of a shape or a texture: where it lies, how large it is, how it is turned and coloured is drawn anew for
/// each; what it shows is its class.
public struct MadePicture {
    public static let classes = [
        "checks", "cross", "disc", "dots", "grain", "ring", "rings", "square", "stripes", "triangle",
    ]

    private let plane: Plane
    private let category: String
    private var dice: Dice

    public init(_ category: String, plane: Plane, dice: Dice) {
        self.category = category
        self.plane = plane
        self.dice = dice
    }

    /// Red, green and blue, each a whole number of 255ths from 0 to 1, as a file would have them.
    public mutating func planes() -> [[Float]] {
        let (front, back) = colours()
        let slope = (dice.uniform(-0.2, 0.2), dice.uniform(-0.2, 0.2))
        let noise = dice.uniform(0.01, 0.08)
        let mask = cover()
        let grain = (0..<3).map { dice.part($0).whiteNoise(plane.count) }
        return (0..<3).map { channel in
            (0..<plane.count).map { place in
                let x = Double(place % plane.width) / Double(plane.width) - 0.5
                let y = Double(place / plane.width) / Double(plane.height) - 0.5
                let share = mask[place]
                let colour = share * front[channel] + (1 - share) * back[channel]
                let value = colour + slope.0 * x + slope.1 * y + noise * Double(grain[channel][place])
                return Float((max(0, min(1, value)) * 255).rounded() / 255)
            }
        }
    }

    /// Two colours that can be told apart.
    private mutating func colours() -> (front: [Double], back: [Double]) {
        let back = (0..<3).map { _ in dice.uniform(0.1, 0.9) }
        var front = back
        // Each draw is one of many; the farthest is taken.
        var farthest = -1.0
        for _ in 0..<4 {
            let other = (0..<3).map { _ in dice.uniform(0.05, 0.95) }
            let distance = zip(other, back).reduce(0) { $0 + abs($1.0 - $1.1) }
            if distance > farthest { (front, farthest) = (other, distance) }
        }
        return (front, back)
    }

    /// How much of each pixel is in front.
    private mutating func cover() -> [Double] {
        let side = Double(min(plane.width, plane.height))
        let isTexture = ["checks", "dots", "grain", "rings", "stripes"].contains(category)
        let size = isTexture ? side / dice.uniform(2.5, 5) : side * dice.uniform(0.2, 0.36)
        let room = isTexture ? 0.5 : size * 0.8 / side
        let centre = (
            x: Double(plane.width) * dice.uniform(room, 1 - room),
            y: Double(plane.height) * dice.uniform(room, 1 - room)
        )
        let turn = dice.uniform(0, 2 * .pi)
        let (c, s) = (cos(turn), sin(turn))
        let blots = category == "grain" ? (0..<24).map { _ in Blot(&dice, plane) } : []
        return (0..<plane.count).map { place in
            let dx = Double(place % plane.width) + 0.5 - centre.x, dy = Double(place / plane.width) + 0.5 - centre.y
            let u = (c * dx + s * dy) / size, v = (c * dy - s * dx) / size
            let inside = blots.isEmpty ? Self.inside(category, u, v) : Blot.inside(blots, place, plane)
            // A pixel at the rim is partly in front.
            return max(0, min(1, 0.5 + inside * size))
        }
    }

    /// How far a point is inside the shape, in its sizes; below 0 outside.
    private static func inside(_ category: String, _ u: Double, _ v: Double) -> Double {
        let radius = (u * u + v * v).squareRoot()
        func wave(_ x: Double) -> Double { sin(2 * .pi * x) / (2 * .pi) }
        switch category {
        case "disc": return 0.9 - radius
        case "ring": return 0.22 - abs(radius - 0.8)
        case "square": return 0.8 - max(abs(u), abs(v))
        case "triangle": return min(v + 0.5, min(0.5 - (v + 1.732 * u) / 2, 0.5 - (v - 1.732 * u) / 2))
        case "cross": return max(min(0.28 - abs(u), 1 - abs(v)), min(1 - abs(u), 0.28 - abs(v)))
        case "stripes": return wave(u)
        case "checks": return sin(2 * .pi * u) * sin(2 * .pi * v) / 4
        case "rings": return wave(radius)
        default:
            // Dots on a grid.
            let (x, y) = (u - u.rounded(), v - v.rounded())
            return 0.3 - (x * x + y * y).squareRoot()
        }
    }

    /// One of many soft spots that make a grain without order.
    private struct Blot {
        let x, y, spread, weight: Double

        init(_ dice: inout Dice, _ plane: Plane) {
            let side = Double(min(plane.width, plane.height))
            x = dice.uniform(0, Double(plane.width))
            y = dice.uniform(0, Double(plane.height))
            spread = side * dice.uniform(0.05, 0.14)
            weight = dice.chance(0.5) ? 1 : -1
        }

        static func inside(_ blots: [Blot], _ place: Int, _ plane: Plane) -> Double {
            let x = Double(place % plane.width) + 0.5, y = Double(place / plane.width) + 0.5
            return blots.reduce(0) { sum, blot in
                let distance = ((x - blot.x) * (x - blot.x) + (y - blot.y) * (y - blot.y)) / (blot.spread * blot.spread)
                return distance < 16 ? sum + blot.weight * exp(-distance) : sum
            } / 4
        }
    }
}
