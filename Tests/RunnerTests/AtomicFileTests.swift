import Foundation
import Testing

@testable import Files
@testable import Runner

@Suite struct AtomicFileTests {
    static let old = [UInt8](repeating: 1, count: 2000)
    static let new = [UInt8](repeating: 2, count: 3000)

    private func diskWithOld() throws -> FakeDisk.State {
        let disk = FakeDisk()
        try AtomicFile("/run/a", keeping: "/run/b", disk: disk).write([0])
        try AtomicFile("/run/a", keeping: "/run/b", disk: disk).write(Self.old)
        return disk.now
    }

    /// What a reader that falls back to the file before finds.
    private func found(_ world: [String: [UInt8]]) -> [UInt8]? { world["/run/a"] ?? world["/run/b"] }

    @Test func aPowerCutAtAnyCallLeavesTheOldOrTheNew() throws {
        let before = try diskWithOld()
        var worlds = 0
        for stop in 1...20 {
            let disk = FakeDisk(before, stopsAt: stop)
            try? AtomicFile("/run/a", keeping: "/run/b", disk: disk).write(Self.new)
            for world in disk.afterPowerCut() {
                let bytes = try #require(found(world))
                #expect(bytes == Self.old || bytes == Self.new)
                worlds += 1
            }
        }
        #expect(worlds > 90)
    }

    @Test func whatIsWrittenSurvivesAPowerCutAfterwards() throws {
        let disk = FakeDisk(try diskWithOld())
        try AtomicFile("/run/a", keeping: "/run/b", disk: disk).write(Self.new)
        #expect(disk.afterPowerCut().allSatisfy { $0["/run/a"] == Self.new && $0["/run/b"] == Self.old })
    }

    @Test(arguments: [false, true])
    func everyCallMayFailOnceOrForEver(forEver: Bool) throws {
        let before = try diskWithOld()
        for failing in 1...20 {
            let disk = FakeDisk(before, fails: { forEver ? $0 >= failing : $0 == failing })
            let file = AtomicFile("/run/a", keeping: "/run/b", disk: disk)
            do throws(DiskError) {
                try file.write(Self.new)
                #expect(disk.contents("/run/a") == Self.new)
            } catch {
                #expect(error.needed == Self.new.count)
                #expect(error.description.contains("/run"))
                let kept = disk.contents("/run/a") ?? disk.contents("/run/b")
                #expect(kept == Self.old || kept == Self.new)
            }
            // What was opened was closed, and once: a second time could hit somebody else's file.
            #expect(disk.now.closes.allSatisfy { $0 == 1 }, "\(disk.now.closes)")
            // The next write cleans up and succeeds.
            let next = FakeDisk(disk.now)
            try AtomicFile("/run/a", keeping: "/run/b", disk: next).write(Self.new)
            #expect(next.contents("/run/a") == Self.new && next.contents("/run/a.part") == nil)
        }
    }

    @Test func theRealDiskToo() throws {
        let scratch = try Scratch()
        let file = AtomicFile(scratch.path + "/a", keeping: scratch.path + "/b")
        try file.write(Self.old)
        try file.write(Self.new)
        #expect(FileManager.default.contents(atPath: scratch.path + "/a") == Data(Self.new))
        #expect(FileManager.default.contents(atPath: scratch.path + "/b") == Data(Self.old))
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).sorted() == ["a", "b"])
        #expect(throws: DiskError.self) { try AtomicFile(scratch.path + "/none/a").write([1]) }
    }

    /// Several write one file at once: it is always one of theirs, whole.
    @Test func severalMayWriteAtOnce() async throws {
        let scratch = try Scratch()
        let path = scratch.path + "/a"
        try AtomicFile(path).write([UInt8](repeating: 9, count: 40_000))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<4 {
                group.addTask {
                    for _ in 0..<50 {
                        try AtomicFile(path).write([UInt8](repeating: UInt8(worker), count: 20_000 + worker))
                        let bytes = [UInt8](FileManager.default.contents(atPath: path) ?? Data())
                        #expect(bytes.count >= 20_000 && bytes.allSatisfy { $0 == bytes[0] })
                        #expect(bytes.first.map { bytes.count == 20_000 + Int($0) || $0 == 9 } == true)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["a"])
    }

    /// Behind a killed process the mark says what does not belong together; it may be anybody's, and reaches no further
    /// than its own folder.
    @Test func aMarkClearsItsFolderAndNoMore() throws {
        let scratch = try Scratch()
        let folder = scratch.path + "/data"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for name in ["/mine", "/data/samples.npy", "/data/metadata.csv.part", "/data/notes"] {
            try AtomicFile(scratch.path + name).write([1])
        }
        try AtomicFile(folder + "/.unfinished").write("samples.npy\nmetadata.csv\n../mine\n..\n")
        let group = FileGroup(folder)
        #expect(group.isUnfinished)
        try group.clear()
        #expect(!group.isUnfinished)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["notes"])
        #expect(FileManager.default.fileExists(atPath: scratch.path + "/mine"))
        try group.write([(name: "a", bytes: [1]), (name: "b", bytes: [2])])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["a", "b", "notes"])
    }

    /// What is being written is written by one; a file that a killed process left aside is written over.
    @Test func anOutputIsWrittenByOne() throws {
        let scratch = try Scratch()
        let path = scratch.path + "/a"
        try Data("left".utf8).write(to: URL(fileURLWithPath: path + ".part"))
        let first = try OutputFile(path, overwrite: false)
        try first.append([1, 2])
        #expect(throws: DataError.self) { try OutputFile(path, overwrite: false) }
        try first.finish()
        #expect(FileManager.default.contents(atPath: path) == Data([1, 2]))
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["a"])
        do { _ = try OutputFile(path, overwrite: true) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["a"])
    }
}
