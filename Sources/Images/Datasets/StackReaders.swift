import Datasets
import Files
import Foundation
import GraphIR

/// `idx`: MNIST and what is shared like it.
public struct IDXReader: DatasetReader {
    public static let signature = Signature(
        .reader, "idx",
        """
        Reads a folder of pictures as MNIST has them: NAME-images-idx3-ubyte beside NAME-labels-idx1-ubyte, packed \
        with gzip or not.
        train teaches, with one in ten to decide by; t10k and test judge; of other names each picture's own decides.
        """)

    private static func stacks(_ path: String) -> [(name: String, images: String, labels: String)] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path).sorted()) ?? []
        return names.compactMap { file in
            guard let end = file.range(of: "-images-idx3-ubyte") ?? file.range(of: "-images.idx3-ubyte") else {
                return nil
            }
            let labels = file.replacingOccurrences(of: "-images", with: "-labels")
                .replacingOccurrences(of: "idx3", with: "idx1")
            let plain = labels.hasSuffix(".gz") ? String(labels.dropLast(3)) : labels + ".gz"
            guard let found = [labels, plain].first(where: names.contains) else { return nil }
            return (String(file[..<end.lowerBound]), path + "/" + file, path + "/" + found)
        }
    }

    public static func recognises(_ path: String) -> Bool { !stacks(path).isEmpty }

    public static func open(_ path: String) throws -> any Dataset {
        let found = stacks(path)
        let parts = try found.map { name, images, labels in
            let file = try FileBytes(opening: images)
            let header = try IDX.header(file)
            guard header.shape.count == 3 else {
                throw file.error(at: 4, expected: "[pictures, rows, columns]", found: "\(header.shape)")
            }
            let stack = try PictureStack(
                file, format: header.format, start: header.start, count: header.shape[0], channels: 1,
                plane: Plane(height: header.shape[1], width: header.shape[2]))
            let numbers = try IDX.read(FileBytes(opening: labels)).integers ?? []
            let side: Split? = name == "train" ? .train : name == "t10k" || name == "test" ? .test : nil
            return (name: name, stack: stack, classes: numbers.map { "\($0)" }, side: side)
        }
        return try StackedPictures(
            path, format: "idx", files: found.flatMap { [$0.images, $0.labels] }, parts: parts)
    }

    @section("strata_plugins") @used private static let entry: PluginEntry = { Registry.enter(IDXReader.self, $0) }
}

/// `cifar`: CIFAR-10 and CIFAR-100 in their binary form.
public struct CIFARReader: DatasetReader {
    public static let signature = Signature(
        .reader, "cifar",
        """
        Reads a folder of CIFAR's binary form: data_batch_1.bin … and test_batch.bin, or train.bin and test.bin.
        Classes have the names of batches.meta.txt or fine_label_names.txt where those are there, else numbers. One in \
        ten of those that teach decides.
        """)
    private static let pixels = 3 * 32 * 32

    /// The files, and how many labels stand before each picture.
    private static func batches(_ path: String) -> (names: [String], labels: Int) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path).sorted()) ?? []
        let ten = names.filter { $0 == "test_batch.bin" || $0.hasPrefix("data_batch_") && $0.hasSuffix(".bin") }
        if !ten.isEmpty { return (ten, 1) }
        let hundred = names.filter { $0 == "train.bin" || $0 == "test.bin" }
        return (hundred.count == 2 && names.contains("fine_label_names.txt") ? hundred : [], 2)
    }

    public static func recognises(_ path: String) -> Bool { !batches(path).names.isEmpty }

    public static func open(_ path: String) throws -> any Dataset {
        let (names, labels) = batches(path)
        let meta = path + (labels == 1 ? "/batches.meta.txt" : "/fine_label_names.txt")
        let classes = ((try? String(contentsOfFile: meta, encoding: .utf8)) ?? "").split(whereSeparator: \.isNewline)
            .map(String.init)
        let parts = try names.map { name in
            let file = try FileBytes(mapping: path + "/" + name)
            let record = labels + pixels
            guard file.count > 0, file.count % record == 0 else {
                throw file.error(at: nil, expected: "records of \(record) bytes", found: "\(file.count) bytes")
            }
            let count = file.count / record
            // The first picture stands behind its labels, and so does every other.
            let whole = try PictureStack(
                file, format: NumberFormat(.unsigned, 1), start: 0, stride: record, count: count, channels: 3,
                plane: Plane(height: 32, width: 32))
            let said = try (0..<count).map { Int(try file.byte($0 * record + labels - 1)) }
            return (
                name: (name as NSString).deletingPathExtension, stack: whole.shifted(by: labels),
                classes: said.map { classes.indices.contains($0) ? classes[$0] : "\($0)" },
                side: name.hasPrefix("test") ? Split.test : .train as Split?
            )
        }
        return try StackedPictures(
            path, format: "cifar", files: names.map { path + "/" + $0 }, parts: parts)
    }

    @section("strata_plugins") @used private static let entry: PluginEntry = { Registry.enter(CIFARReader.self, $0) }
}

/// `arrays`: pictures and labels as NumPy saves them.
public struct ArraysReader: DatasetReader {
    public static let signature = Signature(
        .reader, "arrays",
        """
        Reads a folder of images.npy beside labels.npy, or x_train.npy, y_train.npy, x_test.npy and y_test.npy.
        Pictures are [count, height, width], with the channels behind or before the sizes where there are 1, 3 or 4; \
        whole numbers of one or two bytes, or floats from 0 to 1. Labels are whole numbers.
        """)

    private static let names: [(images: String, labels: String, side: Split?)] = [
        ("images", "labels", nil), ("x_train", "y_train", .train), ("x_test", "y_test", .test),
    ]
    private static func parts(_ path: String) -> [(images: String, labels: String, side: Split?)] {
        names.filter { entry in
            [entry.images, entry.labels].allSatisfy { FileManager.default.fileExists(atPath: "\(path)/\($0).npy") }
        }
    }

    public static func recognises(_ path: String) -> Bool { !parts(path).isEmpty }

    public static func open(_ path: String) throws -> any Dataset {
        let found = parts(path)
        let parts = try found.map { images, labels, side in
            let stack = try stack(FileBytes(mapping: "\(path)/\(images).npy"))
            let numbers = try NPY.read("\(path)/\(labels).npy").integers ?? []
            return (name: images, stack: stack, classes: numbers.map { "\($0)" }, side: side)
        }
        return try StackedPictures(
            path, format: "arrays", files: found.flatMap { ["\(path)/\($0.images).npy", "\(path)/\($0.labels).npy"] },
            parts: parts)
    }

    private static func stack(_ file: FileBytes) throws -> PictureStack {
        let header = try NPY.Header(file)
        let shape = header.shape
        guard case .number(let format) = header.element, !header.isFortran, (3...4).contains(shape.count),
            format.kind != .signed, format.kind == .float || format.size <= 2
        else {
            throw file.error(
                at: 0, expected: "pictures: [count, height, width] of bytes, words or floats",
                found: "\(header.element) of shape \(shape)")
        }
        _ = try header.checkedCount(elementSize: format.size, in: file)
        let colours = [1, 3, 4]
        if shape.count == 4, colours.contains(shape[3]) {
            return try PictureStack(
                file, format: format, start: header.end, count: shape[0], channels: shape[3],
                plane: Plane(height: shape[1], width: shape[2]), isByPixel: true)
        }
        if shape.count == 4 {
            return try PictureStack(
                file, format: format, start: header.end, count: shape[0], channels: shape[1],
                plane: Plane(height: shape[2], width: shape[3]))
        }
        return try PictureStack(
            file, format: format, start: header.end, count: shape[0], channels: 1,
            plane: Plane(height: shape[1], width: shape[2]))
    }

    @section("strata_plugins") @used private static let entry: PluginEntry = { Registry.enter(ArraysReader.self, $0) }
}
