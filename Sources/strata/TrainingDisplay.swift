import Foundation
import Runner

/// How a training looks while it runs: on a terminal one line that is drawn again and again, elsewhere a line an epoch.
struct TrainingDisplay: TrainingWatcher {
    private let isLive = Terminal.isInteractive(STDERR_FILENO)
    private var lastDrawn = 0.0
    private var hasLine = false
    private var warnings = 0

    mutating func hear(_ event: TrainingEvent) {
        switch event {
        case .note(let text):
            clear()
            Terminal.note(text)
        case .warning(let text):
            clear()
            warnings += 1
            Terminal.note(Terminal.styled("WARNING", .bold, .yellow, on: STDERR_FILENO) + ": " + text)
        case .step(let progress): draw(progress)
        case .epoch(let history, let isBest, let epochs):
            clear()
            Terminal.note(TrainingDisplay.line(history, isBest: isBest, of: epochs))
        }
    }

    /// Takes the line that is drawn away, and says how much was warned of, long before in a long training.
    mutating func finish() {
        clear()
        guard warnings > 0 else { return }
        Terminal.note(
            warnings == 1
                ? "there was one WARNING before the first epoch"
                : "there were \(warnings) lines of WARNING before the first epoch")
    }

    private mutating func clear() {
        if hasLine { Terminal.write("\r\u{1B}[K", to: STDERR_FILENO) }
        hasLine = false
    }

    private mutating func draw(_ progress: TrainingEvent.Progress) {
        let now = secondsNow()
        guard isLive, now - lastDrawn > 0.1 else { return }
        lastDrawn = now
        let share = Double(progress.window) / Double(max(1, progress.windows))
        let losses =
            progress.losses.count < 2 ? "" : progress.losses.map { " \($0.output) \(Self.text($0.loss))" }.joined()
        // What an epoch takes is known by what this one has taken so far.
        let epoch = progress.seconds / max(1e-9, share)
        let rest = epoch * max(0, 1 - share)
        let run = rest + epoch * Double(max(0, progress.epochs - progress.epoch))
        let line =
            "epoch \(progress.epoch)/\(progress.epochs) \(Self.bar(share)) \(SpokenTime.text(rest)) left, "
            + "\(SpokenTime.text(run)) in all  loss \(Self.text(progress.loss))\(losses) "
            + Self.curve(progress.devLosses)
        Terminal.write("\r" + String(line.prefix(max(20, Terminal.width - 1))) + "\u{1B}[K", to: STDERR_FILENO)
        hasLine = true
    }

    /// An epoch in a line of at most 79 columns: what does not fit is in history.csv.
    static func line(_ history: History, isBest: Bool, of epochs: Int) -> String {
        guard let row = history.rows.last else { return "" }
        let values = Dictionary(zip(history.columns, row), uniquingKeysWith: { $1 })
        func value(_ column: String) -> Double? { values[column].flatMap { $0.isNaN ? nil : $0 } }
        var line = "epoch \(value("epoch").map { text($0) } ?? "?")/\(epochs)"
        for (name, column) in [("train", "train_loss"), ("dev", "dev_loss")] {
            if let loss = value(column) { line += "  \(name) \(text(loss).padded(to: 8))" }
        }
        var parts = isBest ? ["best"] : []
        parts += value("seconds").map { [SpokenTime.text($0)] } ?? []
        parts += value("rate").map { ["rate \(text($0))"] } ?? []
        parts += value("windows_per_s").map { ["\(text($0.rounded()))/s"] } ?? []
        for part in parts where line.count + 2 + part.count < 80 { line += "  " + part }
        return line
    }

    /// Four digits that count.
    static func text(_ value: Double) -> String {
        if value == value.rounded(), abs(value) < 1e9 { return String(Int(value)) }
        return abs(value) < 1e-3 || abs(value) >= 1e5
            ? String(format: "%.2e", value) : String(format: "%.\(max(0, 4 - Int(log10(abs(value)) + 1)))f", value)
    }

    private static func bar(_ share: Double) -> String {
        let full = min(16, max(0, Int(share * 16)))
        return "[" + String(repeating: "=", count: full) + String(repeating: " ", count: 16 - full) + "]"
    }

    /// The last losses as a row of blocks, on a logarithmic scale.
    private static func curve(_ losses: [Double]) -> String {
        let values = losses.suffix(24).filter { $0 > 0 }.map { log($0) }
        guard let low = values.min(), let high = values.max(), high > low else { return "" }
        let blocks = Array("▁▂▃▄▅▆▇█")
        return String(values.map { blocks[min(7, Int(($0 - low) / (high - low) * 7.999))] })
    }
}
