import GraphIR

extension Arguments {
    /// The value of a setting, refused if it lies outside the setting's range.
    ///
    /// The compiler has checked the ranges of a text before; this guards layers that are made by hand in Swift.
    public func checked<T: SettingValue>(_ setting: Setting<T>) throws(Complaint) -> T {
        let value = self[setting]
        guard let range = setting.range else { return value }
        for number in value.value.numbers where !range.contains(number) {
            throw Complaint(
                .argument(setting.name),
                "\(setting.name) is \(Value.readable(number)), but must lie between "
                    + "\(Value.readable(range.lowerBound)) and \(Value.readable(range.upperBound))")
        }
        return value
    }
}

extension Value {
    /// The numbers in a value, those of a list one by one.
    fileprivate var numbers: [Double] {
        switch self {
        case .int(let number): [Double(number)]
        case .float(let number), .quantity(let number, _): [number]
        case .size(let size): size.number.map { [Double($0)] } ?? []
        case .list(let values): values.flatMap(\.numbers)
        default: []
        }
    }

    /// `4` rather than `4.0`.
    static func readable(_ number: Double) -> String {
        Int(exactly: number).map(String.init) ?? "\(number)"
    }
}
