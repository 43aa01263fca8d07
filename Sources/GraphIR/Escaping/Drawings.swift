extension String.StringInterpolation {
    /// A length in a drawing: two decimals.
    public mutating func appendInterpolation(svg number: Double) {
        let rounded = (number * 100).rounded() / 100
        appendLiteral(rounded == rounded.rounded() ? Int(exactly: rounded).map(String.init) ?? "0" : "\(rounded)")
    }
}

extension String {
    public var escapedForXML: String { Markup.escaped(self) }
}
