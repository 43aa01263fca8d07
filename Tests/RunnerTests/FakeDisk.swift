import Foundation
import Synchronization

@testable import Files
@testable import Runner

/// A disk in memory that fails on demand and can be asked what a power cut would have left.
final class FakeDisk: Disk {
    struct File: Sendable {
        var written: [UInt8] = []
        /// What is sure to be there after a power cut.
        var synced: [UInt8] = []
        var isSynced: Bool { written == synced }
    }
    enum Change: Sendable { case name(String, Int?) }
    struct State: Sendable {
        var files: [File] = []
        var names: [String: Int] = [:]
        /// The folder as it is sure to be after a power cut, and what was done to it since.
        var durableNames: [String: Int] = [:]
        var pending: [[Change]] = []
        var calls = 0
        /// How often each handle that was given out was closed; a close that fails has closed.
        var closes: [Int] = []
        var firstHandle = 0
    }
    private let state = Mutex(State())
    /// The calls, counted from 1, that fail.
    private let fails: @Sendable (Int) -> Bool
    /// The call, counted from 1, at which the world stops; everything after it does nothing.
    private let stopsAt: Int

    init(_ state: State = State(), stopsAt: Int = Int.max, fails: @escaping @Sendable (Int) -> Bool = { _ in false }) {
        self.state.withLock {
            $0 = state
            $0.calls = 0
            $0.closes = []
            $0.firstHandle = state.files.count
        }
        self.stopsAt = stopsAt
        self.fails = fails
    }

    var now: State { state.withLock { $0 } }
    var calls: Int { now.calls }
    func contents(_ path: String) -> [UInt8]? { now.names[path].map { now.files[$0].written } }

    private func call<T>(_ action: String, _ path: String, _ body: (inout State) throws(DiskError) -> T)
        throws(DiskError) -> T
    {
        var copy = now
        copy.calls += 1
        let number = copy.calls
        defer { state.withLock { $0 = copy } }
        if number >= stopsAt { throw DiskError("stopped", path, code: EIO) }
        if fails(number) { throw DiskError(action, path, code: ENOSPC) }
        return try body(&copy)
    }

    func create(_ path: String) throws(DiskError) -> Int32 {
        try call("created", path) { state in
            state.files.append(File())
            state.names[path] = state.files.count - 1
            state.pending.append([.name(path, state.files.count - 1)])
            state.closes.append(0)
            return Int32(state.files.count - 1)
        }
    }
    func write(_ bytes: ArraySlice<UInt8>, to handle: Int32, path: String) throws(DiskError) {
        try call("written", path) { $0.files[Int(handle)].written += bytes }
    }
    func sync(_ handle: Int32, path: String) throws(DiskError) {
        try call("synced", path) { $0.files[Int(handle)].synced = $0.files[Int(handle)].written }
    }
    func close(_ handle: Int32, path: String) throws(DiskError) {
        state.withLock { $0.closes[Int(handle) - $0.firstHandle] += 1 }
        try call("closed", path) { _ in }
    }
    func rename(_ source: String, to target: String) throws(DiskError) {
        try call("renamed", source) { state throws(DiskError) in
            guard let file = state.names[source] else { throw DiskError("renamed", source, code: ENOENT) }
            state.names[source] = nil
            state.names[target] = file
            state.pending.append([.name(source, nil), .name(target, file)])
        }
    }
    func syncFolder(_ path: String) throws(DiskError) {
        try call("synced", path) { state in
            state.durableNames = state.names
            state.pending = []
        }
    }
    func remove(_ path: String) {
        try? call("removed", path) { state in
            guard state.names[path] != nil else { return }
            state.names[path] = nil
            state.pending.append([.name(path, nil)])
        }
    }

    /// Every folder that a power cut now could leave: each set of the changes to names since the folder was last
    /// synced, and of each file that was not, nothing, a part, or all.
    func afterPowerCut() -> [[String: [UInt8]]] {
        let state = now
        var worlds: [[String: [UInt8]]] = []
        for subset in 0..<(1 << state.pending.count) {
            var names = state.durableNames
            for (index, changes) in state.pending.enumerated() where subset >> index & 1 == 1 {
                for case .name(let name, let file) in changes { names[name] = file }
            }
            for kept in 0..<3 {
                worlds.append(
                    names.mapValues { index in
                        let file = state.files[index]
                        if file.isSynced { return file.written }
                        return switch kept {
                        case 0: file.synced
                        case 1: Array(file.written.prefix(file.written.count / 2 / 512 * 512))
                        default: file.written
                        }
                    })
            }
        }
        return worlds
    }
}
