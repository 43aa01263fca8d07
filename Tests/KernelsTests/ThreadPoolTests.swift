import Foundation
import Synchronization
import Testing

@testable import Kernels

/// Kept threads: every unit once, whoever does it, however often.
struct ThreadPoolTests {
    @Test(arguments: [1, 2, 5]) func everyUnitOnce(threads: Int) {
        let pool = ThreadPool(threads: threads)
        for count in [0, 1, 2, 3, 64, 1000] {
            let done = UnsafeMutablePointer<Int>.allocate(capacity: count + 1)
            done.initialize(repeating: 0, count: count + 1)
            defer { done.deallocate() }
            pool.run(count) { unit, worker in
                done[unit] += 1
                if worker >= threads { done[count] += 1 }
            }
            #expect((0..<count).allSatisfy { done[$0] == 1 })
            #expect(done[count] == 0)
        }
    }

    @Test func manyJobsInARowAndAfterSleep() {
        let pool = ThreadPool(threads: 3)
        let sum = Atomic<Int>(0)
        for _ in 0..<2000 { pool.run(3) { unit, _ in sum.add(unit, ordering: .relaxed) } }
        // Long enough for the others to have gone to sleep.
        var x = 1.0
        for _ in 0..<3_000_000 { x = (x + 2 / x) / 2 }
        pool.run(4) { unit, _ in sum.add(unit, ordering: .relaxed) }
        #expect(sum.load(ordering: .relaxed) == 2000 * 3 + 6 + (x > 0 ? 0 : 1))
    }

    #if os(Linux)
        /// A pool that is let go takes its threads with it, whether they sleep, look out, or never had a job.
        @Test func threadsEndWithTheirPool() throws {
            func threads() throws -> Int {
                try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count
            }
            let before = try threads()
            for round in 0..<200 {
                let pool = ThreadPool(threads: 5)
                if round % 3 > 0 { pool.run(8) { _, _ in } }
                if round % 3 > 1 { usleep(200) }
            }
            // 800 threads came; other tests that run beside this one have some of their own.
            #expect(try threads() < before + 200)
        }
    #endif
}
