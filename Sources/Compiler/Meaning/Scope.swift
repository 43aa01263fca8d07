/// Names with what they stand for, innermost last. Finding one takes no longer for many names than for few.
struct Scope: Sendable {
    private(set) var bindings: [Binding] = []
    /// For each word the place of its innermost binding, -1 for none.
    private var innermost: [Int32] = []
    /// For each binding the place of the one that it hides.
    private var hidden: [Int32] = []

    var count: Int { bindings.count }

    /// The innermost binding of a word at or above a place.
    func find(_ word: Int32, above base: Int) -> Binding? { index(of: word, above: base).map { bindings[$0] } }

    /// What it stands for: the part of a binding that nearly everybody asks for.
    func item(_ word: Int32, above base: Int) -> Item? { index(of: word, above: base).map { bindings[$0].item } }

    private func index(of word: Int32, above base: Int) -> Int? {
        guard word >= 0, Int(word) < innermost.count else { return nil }
        let place = Int(innermost[Int(word)])
        return place >= base && place >= 0 ? place : nil
    }

    mutating func push(_ binding: Binding) {
        let word = Int(binding.word)
        if word >= innermost.count {
            innermost += Array(repeating: -1, count: max(64, word + 1 - innermost.count))
        }
        hidden.append(innermost[word])
        innermost[word] = Int32(bindings.count)
        bindings.append(binding)
    }

    /// Takes the bindings from a place on out of sight, and hands them back.
    @discardableResult
    mutating func drop(to count: Int) -> ArraySlice<Binding> {
        let dropped = bindings[count...]
        for index in dropped.indices.reversed() { innermost[Int(bindings[index].word)] = hidden[index] }
        bindings.removeSubrange(count...)
        hidden.removeSubrange(count...)
        return dropped
    }
}
