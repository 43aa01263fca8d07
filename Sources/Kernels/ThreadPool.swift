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
/// Units are handed out one by one, so a slow thread does fewer of them, and one that the system does not let run holds
/// nobody up: a job is over when its units are done, whoever did them. Nothing that is summed may depend on who does
/// what: see `WorkPhase` for how layers keep to that.
public final class ThreadPool: Sendable {
    public let threads: Int
    /// The threads hold the crew and not the pool, so that the pool can go and send them home.
    private let crew: Crew

    /// How many processors this process may use: what a launcher, a scheduler or a container leaves it of those that
    /// there are.
    public static var processors: Int { allowedProcessors ?? allProcessors }

    /// How many processors the machine has.
    public static var allProcessors: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// `nil` where the system does not tell.
    private static var allowedProcessors: Int? {
        #if os(Linux)
            // The header hides it behind _GNU_SOURCE; its name is the same everywhere.
            typealias Ask = @convention(c) (Int32, Int, UnsafeMutableRawPointer) -> Int32
            guard let symbol = dlsym(dlopen(nil, RTLD_NOW), "sched_getaffinity") else { return nil }
            let ask = unsafeBitCast(symbol, to: Ask.self)
            // The kernel refuses a set that is smaller than its own.
            for bytes in [128, 1024, 8192] {
                var set = [UInt8](repeating: 0, count: bytes)
                if ask(0, bytes, &set) >= 0 { return max(1, set.reduce(0) { $0 + $1.nonzeroBitCount }) }
            }
            return nil
        #else
            return nil
        #endif
    }

    /// Where the system refuses a thread, those that there are do the work.
    public init(threads: Int) {
        self.threads = max(1, min(threads, 256))
        crew = Crew(threads: self.threads)
    }

    deinit { crew.dismiss() }

    /// Does all units of a job and returns when the last is done. One thread at a time may ask, and no job may.
    public func run(_ units: Int, _ job: any Job) { crew.run(units, job) }

    /// The same for a closure, where a small allocation does not matter.
    public func run(_ units: Int, _ body: (_ unit: Int, _ worker: Int) -> Void) {
        withoutActuallyEscaping(body) { run(units, ClosureJob($0)) }
    }

    private final class ClosureJob: Job {
        let body: (Int, Int) -> Void
        init(_ body: @escaping (Int, Int) -> Void) { self.body = body }
        func run(unit: Int, worker: Int) { body(unit, worker) }
    }
}

/// What the threads of a pool share, and how they take turns.
private final class Crew: @unchecked Sendable {
    /// The units of the current job in the upper half, how many of them were handed out in the lower.
    private let handedOut = Atomic<UInt64>(0)
    private let done = Atomic<Int>(0)
    private let sleepers = Atomic<Int>(0)
    private let closing = Atomic<Bool>(false)
    private var job: (any Job)?
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let wake = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var handles: [pthread_t] = []

    init(threads: Int) {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(wake, nil)
        for worker in 1..<max(1, threads) where !start(worker) { break }
    }

    /// Ends the threads; no job may come after it.
    func dismiss() {
        closing.store(true, ordering: .sequentiallyConsistent)
        wakeSleepers()
        for handle in handles { pthread_join(handle, nil) }
    }

    deinit {
        pthread_mutex_destroy(mutex)
        pthread_cond_destroy(wake)
        mutex.deallocate()
        wake.deallocate()
    }

    func run(_ units: Int, _ job: any Job) {
        guard !handles.isEmpty, units > 1, let count = UInt32(exactly: units) else {
            for unit in 0..<max(0, units) { job.run(unit: unit, worker: 0) }
            return
        }
        self.job = job
        done.store(0, ordering: .relaxed)
        handedOut.store(UInt64(count) << 32, ordering: .sequentiallyConsistent)
        if sleepers.load(ordering: .sequentiallyConsistent) > 0 { wakeSleepers() }
        work(as: 0)
        // The others have at most a unit each to finish: looking is quicker than sleeping.
        var looks = 0
        while done.load(ordering: .acquiring) != units {
            looks += 1
            if looks > Crew.looks { sched_yield() }
        }
        self.job = nil
    }

    private func wakeSleepers() {
        pthread_mutex_lock(mutex)
        pthread_cond_broadcast(wake)
        pthread_mutex_unlock(mutex)
    }

    private func work(as worker: Int) {
        while let unit = claim() {
            perform(unit, worker)
            done.add(1, ordering: .releasing)
        }
    }

    /// A unit that nobody else has. As long as it is not done the job stays, so it may be read after the claim.
    private func claim() -> Int? {
        var state = handedOut.load(ordering: .acquiring)
        while hasUnits(state) {
            let (isMine, current) = handedOut.weakCompareExchange(
                expected: state, desired: state + 1, ordering: .acquiringAndReleasing)
            if isMine { return Int(state & 0xffff_ffff) }
            state = current
        }
        return nil
    }
    private func hasUnits(_ state: UInt64) -> Bool { state & 0xffff_ffff < state >> 32 }

    /// Not inlined: when it returns the job is let go of, and only then is the unit said to be done.
    @inline(never)
    private func perform(_ unit: Int, _ worker: Int) { job?.run(unit: unit, worker: worker) }

    /// How often to look for work before sleeping: some tens of microseconds.
    private static let looks = 20_000

    private func loop(as worker: Int) {
        while !closing.load(ordering: .acquiring) {
            work(as: worker)
            var looks = 0
            while !hasUnits(handedOut.load(ordering: .acquiring)), looks < Crew.looks { looks += 1 }
            if looks == Crew.looks { sleep() }
        }
    }

    /// Until there are units. Whoever makes some looks for sleepers afterwards, and who falls asleep says so before it
    /// looks for units: one of them sees the other.
    private func sleep() {
        pthread_mutex_lock(mutex)
        sleepers.add(1, ordering: .sequentiallyConsistent)
        while !hasUnits(handedOut.load(ordering: .sequentiallyConsistent)),
            !closing.load(ordering: .sequentiallyConsistent)
        {
            pthread_cond_wait(wake, mutex)
        }
        sleepers.subtract(1, ordering: .sequentiallyConsistent)
        pthread_mutex_unlock(mutex)
    }

    /// What a new thread is told.
    private final class Beginning {
        let crew: Crew
        let worker: Int
        init(_ crew: Crew, _ worker: Int) {
            self.crew = crew
            self.worker = worker
        }
    }

    private func start(_ worker: Int) -> Bool {
        let retained = Unmanaged.passRetained(Beginning(self, worker))
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
                beginning.crew.loop(as: beginning.worker)
                return nil
            }, retained.toOpaque())
        guard status == 0 else {
            retained.release()
            return false
        }
        #if canImport(Darwin)
            if let handle { handles.append(handle) }
        #else
            handles.append(handle)
        #endif
        return true
    }
}
