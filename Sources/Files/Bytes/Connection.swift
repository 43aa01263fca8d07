import Foundation

/// A line to another machine over TCP: bytes out, bytes in, and never a wait without an end.
public final class Connection {
    private let descriptor: Int32
    /// `HOST:PORT`
    public let name: String

    /// - Parameter seconds: how long each of the other machine's addresses is waited for.
    public init(host: String, port: Int, within seconds: Double) throws(DataError) {
        name = "\(host):\(port)"
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, String(port), &hints, &list)
        guard status == 0 else {
            throw DataError(
                .access, file: name, expected: "a host that has an address",
                found: status == EAI_SYSTEM ? Self.reason(errno) : String(cString: gai_strerror(status)))
        }
        defer { freeaddrinfo(list) }
        var problem = "no address"
        var entry = list
        while let address = entry?.pointee {
            switch Self.open(address, within: seconds) {
            case .success(let opened):
                descriptor = opened
                return
            case .failure(let failure): problem = failure.text
            }
            entry = address.ai_next
        }
        throw DataError(.access, file: name, expected: "a server that listens", found: problem)
    }

    deinit { close(descriptor) }

    private struct Failure: Error { var text: String }
    private static func reason(_ number: Int32) -> String { String(cString: strerror(number)) }

    private static func open(_ address: addrinfo, within seconds: Double) -> Result<Int32, Failure> {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(address.ai_family, kind, address.ai_protocol)
        guard descriptor >= 0 else { return .failure(Failure(text: reason(errno))) }
        var failure: Int32 = 0
        if connect(descriptor, address.ai_addr, address.ai_addrlen) != 0 {
            failure = errno
            if failure == EINPROGRESS {
                failure = wait(descriptor, for: Int16(POLLOUT), within: seconds) ? 0 : ETIMEDOUT
                var length = socklen_t(MemoryLayout<Int32>.size)
                if failure == 0 { getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &failure, &length) }
            }
        }
        guard failure == 0 else {
            close(descriptor)
            return .failure(Failure(text: reason(failure)))
        }
        return .success(descriptor)
    }

    /// Whether there is something to do, or the line is gone; a signal ends the waiting.
    private static func wait(_ descriptor: Int32, for events: Int16, within seconds: Double) -> Bool {
        var entry = pollfd(fd: descriptor, events: events, revents: 0)
        return poll(&entry, 1, Int32(min(max(seconds, 0) * 1000, 1e9))) > 0
    }

    /// Sends all of it, or says why it cannot.
    public func send(_ bytes: [UInt8], within seconds: Double = 30) throws(DataError) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { all in
                Foundation.send(
                    descriptor, all.baseAddress?.advanced(by: sent), all.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count > 0 {
                sent += count
            } else if count < 0, errno == EAGAIN || errno == EINTR {
                guard Self.wait(descriptor, for: Int16(POLLOUT), within: seconds) || errno == EINTR else {
                    throw DataError(.access, file: name, expected: "a server that listens", found: "one that does not")
                }
            } else {
                throw DataError(.access, file: name, expected: "a line that holds", found: Self.reason(errno))
            }
        }
    }

    /// What has come, empty where nothing came in time; `nil` where the other side has hung up.
    public func receive(within seconds: Double) throws(DataError) -> [UInt8]? {
        guard Self.wait(descriptor, for: Int16(POLLIN), within: seconds) else { return [] }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = bytes.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
        if count == 0 { return nil }
        guard count > 0 else {
            if errno == EAGAIN || errno == EINTR { return [] }
            throw DataError(.access, file: name, expected: "a line that holds", found: Self.reason(errno))
        }
        return Array(bytes[..<count])
    }
}
