/// The small message of a step: what each process tells all others before the gradients travel.
struct StepNote: Equatable {
    /// The most urgent one counts.
    enum State: Int, Comparable {
        case fine, stopAsked, notFinite, failed
        static func < (a: State, b: State) -> Bool { a.rawValue < b.rawValue }
    }
    var state = State.fine
    /// Seconds that it computed for this step.
    var seconds = 0.0
    /// The penalties of its workers, summed.
    var penalty = 0.0
    /// By part: how many windows it had, and the sum of each lesson's losses over them.
    var parts: [(windows: Double, losses: [Double])] = []

    static func == (a: StepNote, b: StepNote) -> Bool { a.numbers == b.numbers }

    private static let head = 3
    static func count(parts: Int, lessons: Int) -> Int { head + parts * (1 + lessons) }

    var numbers: [Double] {
        [Double(state.rawValue), seconds, penalty] + parts.flatMap { [$0.windows] + $0.losses }
    }

    init() {}
    init(_ numbers: ArraySlice<Double>, lessons: Int) {
        let numbers = Array(numbers)
        state = State(rawValue: Int(numbers[0])) ?? .failed
        (seconds, penalty) = (numbers[1], numbers[2])
        for start in stride(from: StepNote.head, to: numbers.count, by: 1 + lessons) {
            parts.append((numbers[start], Array(numbers[start + 1..<start + 1 + lessons])))
        }
    }
}

/// Where the seconds of a process went.
struct TeamTimes: Equatable {
    var steps = 0.0
    var windows = 0.0
    /// Waiting for windows from the disk, computing, waiting for the slowest, talking, moving the weights.
    var load = 0.0, compute = 0.0, wait = 0.0, talk = 0.0, update = 0.0

    static let columns = ["steps", "windows", "load", "compute", "wait", "talk", "update"]
    var numbers: [Double] { [steps, windows, load, compute, wait, talk, update] }
    init() {}
    init(_ numbers: ArraySlice<Double>) {
        let n = Array(numbers)
        (steps, windows, load, compute, wait, talk, update) = (n[0], n[1], n[2], n[3], n[4], n[5], n[6])
    }
}
