extension Int {
    /// A number without its fraction; far numbers come to the ends of a range no window reaches.
    public init(clampingTruncated number: Double) {
        let limit = 1e12
        self = number.isNaN ? 0 : Int(Swift.max(-limit, Swift.min(limit, number)))
    }
}
