import GraphIR

/// An axis by the name that people give it.
public enum Axis: String, Word {
    case channels, time, features, height, width

    /// Its index in a shape; refused if such an array has no axis of this name.
    public func index(in shape: Shape, argument: String) throws(Complaint) -> Int {
        if let index = (0..<shape.rank).first(where: { Shape.axisName($0, rank: shape.rank) == rawValue }) {
            return index
        }
        let names = (0..<shape.rank).map { Shape.axisName($0, rank: shape.rank) }.joined(separator: ", ")
        throw Complaint(.argument(argument), "\(shape.words) has no axis \(rawValue)", help: "its axes are \(names)")
    }
}
