import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Work that is cut into units which any thread may do in any order.
public protocol Job: AnyObject {
    /// Does one unit; `worker` says whose scratch room to use, 0 is the thread that asked.
    func run(unit: Int, worker: Int)
}

/// Threads that are kept: between two jobs they look out for a while, then sleep.
///
/// Units are handed out one by one, so a slow thread does fewer of them. Nothing that is summed may depend on who does
/// what: see `Phase` for how layers keep to that.
public final class ThreadPool: @unchecked Sendable {
    public let threads: Int
    private let next = Atomic<Int>(0)
    private let busy = Atomic<Int>(0)
    /// Counts the jobs; a change wakes whoever looks out.
    private let turn = Atomic<Int>(0)
    private let closing = Atomic<Bool>(false)
    private var job: (any Job)?
    private var units = 0
    private var mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private var wake = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var handles: [pthread_t] = []

    /// How many processors there are to use.
    public static var processors: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    public init(threads: Int) {
        self.threads = max(1, min(threads, 256))
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(wake, nil)
        for worker in 1..<max(1, self.threads) { start(worker) }
    }

    deinit {
        closing.store(true, ordering: .releasing)
        announce()
        for handle in handles { pthread_join(handle, nil) }
        pthread_mutex_destroy(mutex)
        pthread_cond_destroy(wake)
        mutex.deallocate()
        wake.deallocate()
    }

    /// Does all units of a job and returns when the last is done.
    public func run(_ units: Int, _ job: any Job) {
        if threads == 1 || units <= 1 {
            for unit in 0..<max(0, units) { job.run(unit: unit, worker: 0) }
            return
        }
        self.job = job
        self.units = units
        next.store(0, ordering: .relaxed)
        busy.store(threads - 1, ordering: .relaxed)
        announce()
        work(as: 0)
        // The others have at most a unit each to finish: looking is quicker than sleeping.
        var looks = 0
        while busy.load(ordering: .acquiring) != 0 {
            looks += 1
            if looks > ThreadPool.looks { sched_yield() }
        }
        self.job = nil
    }

    /// The same for a closure, where a small allocation does not matter.
    public func run(_ units: Int, _ body: (_ unit: Int, _ worker: Int) -> Void) {
        withoutActuallyEscaping(body) { run(units, ClosureJob($0)) }
    }

    private final class ClosureJob: Job {
        let body: (Int, Int) -> Void
        init(_ body: @escaping (Int, Int) -> Void) { self.body = body }
        func run(unit: Int, worker: Int) { body(unit, worker) }
    }

    private func announce() {
        pthread_mutex_lock(mutex)
        turn.add(1, ordering: .releasing)
        pthread_cond_broadcast(wake)
        pthread_mutex_unlock(mutex)
    }

    private func work(as worker: Int) {
        guard let job else { return }
        while true {
            let unit = next.add(1, ordering: .relaxed).oldValue
            if unit >= units { return }
            job.run(unit: unit, worker: worker)
        }
    }

    /// How often to look for work before sleeping: some tens of microseconds.
    private static let looks = 20_000

    private func loop(as worker: Int, after seen: Int) {
        var seen = seen
        while true {
            var looks = 0
            while turn.load(ordering: .acquiring) == seen, looks < ThreadPool.looks { looks += 1 }
            if turn.load(ordering: .acquiring) == seen {
                pthread_mutex_lock(mutex)
                while turn.load(ordering: .acquiring) == seen { pthread_cond_wait(wake, mutex) }
                pthread_mutex_unlock(mutex)
            }
            if closing.load(ordering: .acquiring) { return }
            seen = turn.load(ordering: .acquiring)
            work(as: worker)
            busy.subtract(1, ordering: .releasing)
        }
    }

    /// What a new thread is told. It holds the pool without owning it: the pool waits for its threads when it goes.
    private final class Beginning {
        unowned(unsafe) let pool: ThreadPool
        let worker: Int
        init(_ pool: ThreadPool, _ worker: Int) {
            self.pool = pool
            self.worker = worker
        }
    }

    private func start(_ worker: Int) {
        let beginning = Unmanaged.passRetained(Beginning(self, worker)).toOpaque()
        #if canImport(Darwin)
            var handle: pthread_t?
        #else
            var handle = pthread_t()
        #endif
        let status = pthread_create(
            &handle, nil,
            { argument in
                #if canImport(Darwin)
                    let beginning = Unmanaged<Beginning>.fromOpaque(argument).takeRetainedValue()
                #else
                    let beginning = Unmanaged<Beginning>.fromOpaque(argument!).takeRetainedValue()
                #endif
                beginning.pool.loop(as: beginning.worker, after: 0)
                return nil
            }, beginning)
        precondition(status == 0, "the system refuses to start a thread")
        #if canImport(Darwin)
            if let handle { handles.append(handle) }
        #else
            handles.append(handle)
        #endif
    }
}
