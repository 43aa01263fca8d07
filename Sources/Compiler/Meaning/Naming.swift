/// Where the walk is, in the words that name layers: labels, results, blocks, turns of loops.
///
/// A labelled stage is called by its label, within the block call or labelled group it stands in: `context`. In a loop
/// it carries the turn's number: `stage.0`. A stage without a label is called by its kind, under the result that its
/// statement makes: `deep.conv`, and from the second of a kind on with its number: `deep.conv_2`.
struct Naming {
    struct Position {
        /// The path of the network body, block call or labelled group that we are in; empty or ending in a point.
        var frame = ""
        /// What unlabelled stages stand under: the frame and the name of the result; empty or ending in a point.
        var owner = ""
        /// Turns of unlabelled loops since the frame began: they number labels.
        var turns: [Int] = []
        /// Everything that a selector can ask for, outermost first.
        var trail: [Segment] = []
    }
    struct Segment: Sendable {
        var name: String
        /// The layer's or block's name; empty for results and turns.
        var kind: String
        /// Among the unlabelled stages of this kind under one owner, from 1; 0 for labelled ones.
        var ordinal = 0
        /// For labelled stages in loops without a label: the turns.
        var turns: [Int] = []
    }

    var position = Position()
    private var taken: [String: Int] = [:]

    /// A path for a stage with or without a label, and how a selector sees it.
    mutating func claim(label: String?, kind: String) -> (path: String, segment: Segment) {
        if let label {
            var path = position.frame + label
            for turn in position.turns { path += "." + String(turn) }
            return (unique(path).path, Segment(name: label, kind: kind, turns: position.turns))
        }
        let (path, ordinal) = unique(position.owner + kind)
        return (path, Segment(name: ordinal == 1 ? kind : "\(kind)_\(ordinal)", kind: kind, ordinal: ordinal))
    }

    private mutating func unique(_ path: String) -> (path: String, ordinal: Int) {
        let count = (taken[path] ?? 0) + 1
        taken[path] = count
        if count == 1 { return (path, 1) }
        let numbered = path + "_" + String(count)
        // Somebody may have called a label `conv_2`.
        if taken[numbered] != nil { return unique(path) }
        taken[numbered] = 1
        return (numbered, count)
    }

    /// What follows belongs to the result of this name.
    mutating func enter(result: String) {
        position.owner = position.frame + result + "."
        position.trail.append(Segment(name: result, kind: ""))
    }

    /// What follows is inside a block call or a labelled group.
    mutating func enter(_ path: String, _ segment: Segment) {
        position.frame = path + "."
        position.owner = position.frame
        position.turns = []
        position.trail.append(segment)
        position.trail += segment.turns.map { Segment(name: String($0), kind: "") }
    }

    /// What follows is one turn of a loop: of the labelled group with this path, or of an unlabelled loop.
    mutating func enter(turn: Int, of group: String?) {
        guard let group else { return position.turns.append(turn) }
        position.frame = group + "." + String(turn) + "."
        position.owner = position.frame
        position.turns = []
        position.trail.append(Segment(name: String(turn), kind: ""))
    }
}
