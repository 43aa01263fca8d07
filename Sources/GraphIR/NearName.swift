/// The name that somebody probably meant: the nearest by edit distance, if one is near enough to say.
public func nearestName(to word: String, among names: some Sequence<String>) -> String? {
    // Of a single letter every other one is near.
    guard word.utf8.count > 1 else { return nil }
    // As other programs spell it: `ReLU`, `MaxPool1d`, `BatchNormalization`.
    let plain = plainName(word)
    let foreign = [
        "linear": "dense", "upsampling": "upsample", "maxpooling": "maxpool", "averagepooling": "averagepool",
        "avgpool": "averagepool", "batchnormalization": "batchnorm", "layernormalization": "layernorm",
        "multiheadattention": "attention", "concatenate": "concat", "cat": "concat",
        "bce": "binarycrossentropy", "bcewithlogits": "binarycrossentropy", "ce": "crossentropy",
        "categoricalcrossentropy": "crossentropy", "mse": "meansquare", "mae": "meanabsolute", "l1": "meanabsolute",
        "l2": "meansquare",
    ]
    for name in names where name != word {
        let other = plainName(name)
        if other == plain || other == foreign[plain] { return name }
    }
    let allowed = max(1, min(3, word.utf8.count / 3))
    var best: (name: String, distance: Int)?
    for name in names where name != word {
        let distance = editDistance(Array(word.utf8), Array(name.utf8), limit: allowed)
        if distance <= allowed, distance < best?.distance ?? Int.max { best = (name, distance) }
    }
    return best?.name
}

/// A word without capitals, underscores, and the number of dimensions behind it.
package func plainName(_ word: String) -> String {
    let plain = word.lowercased().filter { $0 != "_" }
    return plain.hasSuffix("1d") || plain.hasSuffix("2d") ? String(plain.dropLast(2)) : plain
}

/// Insertions, removals, replacements and swaps of neighbours that turn one word into the other.
private func editDistance(_ a: [UInt8], _ b: [UInt8], limit: Int) -> Int {
    if abs(a.count - b.count) > limit { return limit + 1 }
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in 0..<a.count {
        var row = [i + 1]
        for j in 0..<b.count {
            var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforeLast[j - 1] + 1) }
            row.append(cost)
        }
        (beforeLast, last) = (last, row)
    }
    return last[b.count]
}
