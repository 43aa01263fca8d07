import Foundation

/// The ends of so many steps between two numbers, each the same factor higher than the one before.
public func logarithmicSteps(from low: Double, to high: Double, count: Int) -> [Double] {
    let ratio = log(high / low)
    return (0...count).map { step in
        step == count ? high : low * exp(ratio * Double(step) / Double(count))
    }
}
