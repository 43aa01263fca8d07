import Datasets
import Files
import Foundation
import GraphIR

/// Pictures side by side, each with a few words below it, as one SVG.
public struct PictureSheet: Sendable {
    public struct Entry: Sendable {
        public var picture: Picture
        public var words: [String]
        /// Whether it is framed as wrong; `nil`: nobody judged it.
        public var isRight: Bool?

        public init(_ picture: Picture, words: [String], isRight: Bool? = nil) {
            (self.picture, self.words, self.isRight) = (picture, words, isRight)
        }
    }

    private let title: String
    private let entries: [Entry]
    private let columns: Int
    /// The room that a picture gets, and what stands below it.
    private let side: Double

    public init(_ title: String, _ entries: [Entry], columns: Int = 6, side: Double = 150) {
        (self.title, self.entries) = (title, entries)
        self.columns = max(1, min(columns, entries.count))
        self.side = side
    }

    public var svg: String {
        let lines = Double(entries.reduce(0) { max($0, $1.words.count) })
        let (across, down) = (side + 16, side + 18 + 15 * lines)
        let rows = (entries.count + columns - 1) / columns
        let (width, height) = (max(300, 16 + across * Double(columns)), 48 + down * Double(rows))
        var body = "<text x=\"16\" y=\"26\" font-size=\"15\" font-weight=\"bold\">\(title.escapedForXML)</text>\n"
        for (index, entry) in entries.enumerated() {
            let x = 16 + across * Double(index % columns), y = 42 + down * Double(index / columns)
            body += drawing(entry, x, y)
        }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(svg: width)" height="\(svg: height)" \
            viewBox="0 0 \(svg: width) \(svg: height)" font-family="Helvetica, Arial, sans-serif" font-size="11">
            <rect width="100%" height="100%" fill="#fff"/>
            \(body)</svg>

            """
    }

    private func drawing(_ entry: Entry, _ x: Double, _ y: Double) -> String {
        let picture = entry.picture
        let scale = side / Double(max(picture.width, picture.height))
        let (width, height) = (Double(picture.width) * scale, Double(picture.height) * scale)
        let words = entry.words.joined(separator: ", ").escapedForXML
        var text = """
            <image x="\(svg: x)" y="\(svg: y)" width="\(svg: width)" height="\(svg: height)" \
            preserveAspectRatio="none" image-rendering="\(scale > 2 ? "pixelated" : "auto")" \
            href="\(picture.dataAddress)"><title>\(words)</title></image>

            """
        if let isRight = entry.isRight {
            // A dashed frame is a wrong answer, so that nothing hangs on colour alone.
            let look = isRight ? "stroke=\"#00664a\"" : "stroke=\"#c8500a\" stroke-dasharray=\"6 3\""
            text += """
                <rect x="\(svg: x)" y="\(svg: y)" width="\(svg: width)" height="\(svg: height)" fill="none" \
                stroke-width="2.5" \(look)/>

                """
        }
        for (line, word) in entry.words.enumerated() {
            text +=
                "<text x=\"\(svg: x)\" y=\"\(svg: y + side + 15 + 14 * Double(line))\">\(word.escapedForXML)</text>\n"
        }
        return text
    }
}

extension Picture {
    /// The picture itself where an address is wanted.
    public var dataAddress: String { "data:image/png;base64," + Data(PNG.bytes(of: self)).base64EncodedString() }
}

extension Trace {
    /// The picture for people, its longer side at most so many pixels; `nil` for a seismogram.
    public func thumbnail(side: Int) -> Picture? {
        guard let plane, plane.count > 0 else { return nil }
        let longest = max(plane.height, plane.width)
        guard longest > side else { return picture }
        let smaller = Plane(height: max(1, plane.height * side / longest), width: max(1, plane.width * side / longest))
        var window = Window(
            samples: (0..<channels).map { Array(channel($0)) }, components: components, rate: rate, plane: plane)
        Resize(to: smaller).apply(to: &window)
        return Trace(
            planes: window.samples, plane: smaller, name: name, metadata: metadata
        ).picture
    }
}
