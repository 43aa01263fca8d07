import Foundation
import GraphIR

/// A session over two descriptors: one thread reads and queues, this one answers, strictly in order.
public struct Server {
    var session: Session
    /// A text that takes longer than this to look at waits for a pause in the typing.
    private static let slow = Duration.milliseconds(50)

    public init(_ session: Session) { self.session = session }

    /// Answers until the editor says that it is enough, or is gone. The status that the process should end with.
    public mutating func run(input: Int32, output: Int32) -> Int32 {
        let inbox = Inbox()
        // Who reads may still be reading when this has said its last word and the caller closes what is his: it has a
        // descriptor of its own, or it would go on with whatever is opened under that number next.
        let own = fcntl(input, F_DUPFD_CLOEXEC, 0)
        guard own >= 0 else { return 74 }
        let reader = Thread {
            Server.read(own, into: inbox)
            close(own)
        }
        reader.stackSize = 1 << 20
        reader.start()
        var lastTook = Duration.zero
        while true {
            let patience = session.hasChanges ? Server.pause(after: lastTook) : 2.0
            switch inbox.take(patience: patience) {
            case .message(let body):
                send(session.receive(body) { inbox.isCancelled($0) }, to: output)
                if let status = session.exitStatus { return status }
            case .fault: return 65
            case .end: return session.exitStatus ?? 1
            case .nothing:
                if session.hasChanges {
                    let start = ContinuousClock.now
                    send(session.settle(), to: output)
                    lastTook = ContinuousClock.now - start
                } else if let parent = session.parentProcess, kill(pid_t(truncatingIfNeeded: parent), 0) != 0,
                    errno == ESRCH
                {
                    // Who asked is gone, and nobody else will.
                    return 1
                }
            }
        }
    }

    /// Seconds of silence before a changed text is looked at: none where a look is quick, else half of what a look
    /// took, so that keys in a row cost one look and the last of them is answered after one and a half; a tenth at
    /// most.
    static func pause(after look: Duration) -> Double {
        look > slow ? min(0.1, look / .seconds(2)) : 0
    }

    private func send(_ messages: [JSON], to output: Int32) {
        for message in messages {
            let bytes = Wire.framed(message)
            var done = 0
            while done < bytes.count {
                let count = bytes[done...].withUnsafeBytes { write(output, $0.baseAddress, $0.count) }
                if count < 0, errno == EINTR { continue }
                // Nobody listens any more; the end of the input says so, too.
                guard count > 0 else { return }
                done += count
            }
        }
    }

    private static func read(_ input: Int32, into inbox: Inbox) {
        var wire = Wire()
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = buffer.withUnsafeMutableBytes { Foundation.read(input, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return inbox.put(.end) }
            wire.feed(buffer[..<count])
            do {
                while let body = try wire.next() { inbox.put(.message(body)) }
            } catch {
                return inbox.put(.fault)
            }
        }
    }
}

/// Messages that wait, between the thread that reads and the one that answers.
final class Inbox: @unchecked Sendable {
    enum Entry { case message([UInt8]), fault, end, nothing }

    private let condition = NSCondition()
    private var entries: [Entry] = []
    private var first = 0
    private var cancelled: Set<JSON> = []

    func put(_ entry: Entry) {
        var id: JSON?
        if case .message(let body) = entry, body.count < 400 { id = Inbox.cancelledRequest(body) }
        condition.lock()
        if let id { cancelled.insert(id) }
        entries.append(entry)
        condition.signal()
        condition.unlock()
    }

    /// The next entry, or nothing within so many seconds.
    func take(patience: Double) -> Entry {
        condition.lock()
        defer { condition.unlock() }
        if first == entries.count, patience > 0 { _ = condition.wait(until: Date(timeIntervalSinceNow: patience)) }
        guard first < entries.count else {
            // Whatever was cancelled has been answered.
            cancelled = []
            return .nothing
        }
        let entry = entries[first]
        first += 1
        if first > 256 || first == entries.count {
            entries.removeSubrange(0..<first)
            first = 0
        }
        return entry
    }

    func isCancelled(_ id: JSON) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        return cancelled.contains(id)
    }

    private static func cancelledRequest(_ body: [UInt8]) -> JSON? {
        guard let message = try? JSON(parsing: body), message["method"]?.string == "$/cancelRequest" else { return nil }
        return message["params"]?["id"]
    }
}
