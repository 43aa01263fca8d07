import Foundation
import Runner

/// How a training looks while it runs: on a terminal one line that is drawn again and again, elsewhere a line an epoch.
struct TrainingDisplay: TrainingWatcher {
    private let isLive = Terminal.isInteractive(STDERR_FILENO)
    private var lastDrawn = 0.0
    private var hasLine = false

    mutating func hear(_ event: TrainingEvent) {
        switch event {
        case .note(let text):
            clear()
            Terminal.note(text)
        case .step(let progress): draw(progress)
        case .epoch(let history, let isBest):
            clear()
            Terminal.note(TrainingDisplay.line(history, isBest: isBest))
        }
    }

    mutating func finish() { clear() }

    private mutating func clear() {
        if hasLine { Terminal.write("\r\u{1B}[K", to: STDERR_FILENO) }
        hasLine = false
    }

    private mutating func draw(_ progress: TrainingEvent.Progress) {
        let now = secondsNow()
        guard isLive, now - lastDrawn > 0.1 else { return }
        lastDrawn = now
        let rest = Double(max(0, progress.windows - progress.window)) / max(1e-9, progress.windowsPerSecond)
        let share = Double(progress.window) / Double(max(1, progress.windows))
        let losses =
            progress.losses.count < 2 ? "" : progress.losses.map { " \($0.output) \(Self.text($0.loss))" }.joined()
        let line =
            "epoch \(progress.epoch)/\(progress.epochs) \(Self.bar(share)) "
            + "\(Int(progress.windowsPerSecond.rounded()))/s "
            + "\(Self.time(rest)) left  loss \(Self.text(progress.loss))\(losses) \(Self.curve(progress.devLosses))"
        Terminal.write("\r" + String(line.prefix(max(20, Terminal.width - 1))) + "\u{1B}[K", to: STDERR_FILENO)
        hasLine = true
    }

    static func line(_ history: History, isBest: Bool) -> String {
        guard let row = history.rows.last else { return "" }
        var line = ""
        for (column, value) in zip(history.columns, row) where !value.isNaN {
            switch column {
            case "step", "train_loss", "dev_loss", "rate": line += "  \(column) \(text(value))"
            case "epoch": line += "epoch \(Int(value))"
            case "seconds": line += "  \(time(value))"
            case "windows_per_s": line += "  \(Int(value.rounded()))/s"
            default: break
            }
        }
        return line + (isBest ? "  best" : "")
    }

    /// Four digits that count.
    static func text(_ value: Double) -> String {
        if value == value.rounded(), abs(value) < 1e9 { return String(Int(value)) }
        return abs(value) < 1e-3 || abs(value) >= 1e5
            ? String(format: "%.2e", value) : String(format: "%.\(max(0, 4 - Int(log10(abs(value)) + 1)))f", value)
    }

    static func time(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds < 1e9 else { return "?" }
        let whole = Int(seconds.rounded())
        if whole < 60 { return seconds < 10 ? String(format: "%.1f s", seconds) : "\(whole) s" }
        if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
        return "\(whole / 3600) h \(whole / 60 % 60) min"
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
