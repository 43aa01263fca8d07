import GraphIR

/// Why a request has no answer, with the code that the protocol gives it.
struct Failure: Error, Hashable {
    var code: Int
    var message: String

    static let parse = -32700
    static let invalidRequest = -32600
    static let unknownMethod = -32601
    static let invalidParameters = -32602
    static let notInitialized = -32002
    static let cancelled = -32800
    static let failed = -32803

    static func invalid(_ message: String) -> Failure { Failure(code: invalidParameters, message: message) }
    static func failed(_ message: String) -> Failure { Failure(code: failed, message: message) }

    var json: JSON { ["code": .int(code), "message": .string(message)] }
}
