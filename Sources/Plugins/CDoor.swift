import Foundation
import GraphIR
import Layers

/// The second door: a layer in C, or in anything that can export a C function.
///
/// One function fills a table whose first fields are its size and its version; only float pointers, numbers and text
/// cross. So a library that was built long ago, by another compiler, still fits or is refused in words.
public enum CDoor {
    static let functionName = "strata_layer"
    static let version: UInt64 = 1

    /// What a plugin in C includes. `strata plugin new NAME --language c` writes it beside the example.
    public static let header = """
        #ifndef STRATA_LAYER_H
        #define STRATA_LAYER_H
        #include <stdint.h>

        #define STRATA_LAYER_VERSION \(version)

        /* A layer on arrays of channels by time. A row is a channel; neighbouring rows are `stride` floats apart.
           `settings` are the values of the settings, in the order in which the text below names them. */
        typedef struct strata_layer_table {
            uint64_t size;             /* sizeof(struct strata_layer_table) */
            uint64_t version;          /* STRATA_LAYER_VERSION */
            const char *name;          /* snake_case, as architecture files say it */
            const char *documentation; /* the first line: one sentence */
            const char *settings;      /* one a line: "gain = 1.0 | 0 .. 10 | How much louder." */

            /* The shape rule: 0 and the sizes of the output, or 1 and the reason in `why`. */
            int32_t (*shape)(const double *settings, int64_t channels, int64_t time,
                             int64_t *out_channels, int64_t *out_time, char *why, int64_t why_size);
            /* How many weights; NULL for none. They start small and random. */
            int64_t (*weights)(const double *settings, int64_t channels, int64_t time);
            /* y from x, for one window. */
            void (*forward)(const double *settings, const float *weights, int64_t channels, int64_t time,
                            const float *x, int64_t x_stride, float *y, int64_t y_stride);
            /* From dy: writes dx (NULL: not wanted) and adds to dweights (NULL: not wanted). */
            void (*backward)(const double *settings, const float *weights, int64_t channels, int64_t time,
                             const float *x, int64_t x_stride, const float *dy, int64_t dy_stride,
                             float *dx, int64_t dx_stride, float *dweights);
        } strata_layer_table;

        /* The one exported function: fills the table and returns 0. */
        int32_t strata_layer(strata_layer_table *table);

        #endif

        """

    /// The table as it lies in memory.
    struct Table: @unchecked Sendable {
        typealias Settings = UnsafePointer<Double>
        var size: UInt64 = 0
        var version: UInt64 = 0
        var name: UnsafePointer<CChar>?
        var documentation: UnsafePointer<CChar>?
        var settings: UnsafePointer<CChar>?
        var shape:
            (
                @convention(c) (
                    Settings, Int64, Int64, UnsafeMutablePointer<Int64>, UnsafeMutablePointer<Int64>,
                    UnsafeMutablePointer<CChar>, Int64
                ) -> Int32
            )?
        var weights: (@convention(c) (Settings, Int64, Int64) -> Int64)?
        var forward:
            (
                @convention(c) (
                    Settings, UnsafePointer<Float>?, Int64, Int64, UnsafePointer<Float>, Int64,
                    UnsafeMutablePointer<Float>, Int64
                ) -> Void
            )?
        var backward:
            (
                @convention(c) (
                    Settings, UnsafePointer<Float>?, Int64, Int64, UnsafePointer<Float>, Int64, UnsafePointer<Float>,
                    Int64,
                    UnsafeMutablePointer<Float>?, Int64, UnsafeMutablePointer<Float>?
                ) -> Void
            )?
    }

    /// A table that was found complete, with its texts read.
    struct Layer: @unchecked Sendable {
        var name: String
        var documentation: String
        var parameters: [Parameter]
        var table: Table
    }

    /// Every C layer that was loaded, in order. Types refer to them by number.
    private static let lock = NSLock()
    nonisolated(unsafe) private static var layers: [Layer] = []

    static func loaded(_ number: Int) -> Layer {
        lock.lock()
        defer { lock.unlock() }
        return layers[number]
    }

    /// The type of the layer that the function of a library describes.
    static func layer(filledBy function: UnsafeMutableRawPointer, from path: String) throws -> any Plugin.Type {
        var table = Table()
        table.size = UInt64(MemoryLayout<Table>.size)
        table.version = version
        let fill = unsafeBitCast(function, to: (@convention(c) (UnsafeMutableRawPointer) -> Int32).self)
        let status = withUnsafeMutableBytes(of: &table) { bytes in bytes.baseAddress.map(fill) ?? 1 }
        func refuse(_ reason: String) -> PluginProblem {
            PluginProblem(.doesNotFit, path, reason, help: "compare with the header that strata plugin new writes")
        }
        guard status == 0 else { throw refuse("its \(functionName) function answers \(status), not 0") }
        guard table.version == version else {
            throw refuse(
                "it was written for version \(table.version) of the C table; this Strata has version \(version)")
        }
        guard table.size == UInt64(MemoryLayout<Table>.size) else {
            throw refuse("its table has \(table.size) bytes, not \(MemoryLayout<Table>.size)")
        }
        guard let name = table.name.map({ String(cString: $0) }), PluginTemplate.isName(name) else {
            throw refuse("its name is not snake_case letters and digits")
        }
        guard table.shape != nil, table.forward != nil, table.backward != nil else {
            throw refuse("its table lacks shape, forward or backward")
        }
        let parameters = try settings(table.settings.map { String(cString: $0) } ?? "", refuse)
        let documentation = table.documentation.map { String(cString: $0) } ?? ""
        lock.lock()
        layers.append(Layer(name: name, documentation: documentation, parameters: parameters, table: table))
        let number = layers.count - 1
        lock.unlock()
        return type(number, counter: Zero.self)
    }

    /// Reads lines like `gain = 1.0 | 0 .. 10 | How much louder.`
    private static func settings(_ text: String, _ refuse: (String) -> PluginProblem) throws -> [Parameter] {
        try text.split(separator: "\n").map { line in
            let parts = line.split(separator: "|").map { String($0).trimmed }
            let head = parts[0].split(separator: "=").map { String($0).trimmed }
            let limits =
                parts.count == 3 ? parts[1].components(separatedBy: "..").map(\.trimmed).compactMap(Double.init) : []
            guard parts.count == 3, head.count == 2, PluginTemplate.isName(head[0]), let standard = Double(head[1]),
                limits.count == 2, limits[0] <= limits[1]
            else {
                throw refuse("its settings have a line that is not 'name = default | from .. to | meaning': \(line)")
            }
            return Parameter(head[0], .float, parts[2], standard: .float(standard), in: limits[0]...limits[1])
        }
    }

    /// A type of its own for each number: the registry holds types, and these are not known before the program runs.
    private static func type<C: Counter>(_ number: Int, counter: C.Type) -> any Plugin.Type {
        number == 0 ? CLayer<C>.self : type(number - 1, counter: Next<C>.self)
    }
}

/// Numbers as types.
protocol Counter: Sendable { static var number: Int { get } }
enum Zero: Counter { static var number: Int { 0 } }
enum Next<Before: Counter>: Counter { static var number: Int { Before.number + 1 } }
