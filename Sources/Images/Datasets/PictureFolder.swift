import Datasets
import Files
import Foundation
import GraphIR

/// Picture files on disk: a folder for each class, or a table that names files with their labels.
struct PictureFolder: Dataset {
    let path: String
    let format = "pictures"
    let columns: [String]
    let leftOut: [LeftOut]
    private let rows: [PictureRow]
    private let table: String?

    var count: Int { rows.count }
    var files: [String] { (table.map { [$0] } ?? []) + rows.map { path + "/" + $0.name } }
    func metadata(_ index: Int) -> TraceMetadata { rows[index].metadata }
    func name(_ index: Int) -> String { rows[index].name }
    func rate(_ index: Int) -> Double? { nil }

    func trace(_ index: Int) throws -> Trace {
        let row = rows[index]
        do {
            let picture = try PictureFile.read(path + "/" + row.name)
            return Trace(picture.upright, name: row.name, metadata: row.metadata)
        } catch {
            throw error.about(trace: row.name)
        }
    }

    init(_ path: String) throws {
        self.path = path
        if let table = Self.tables.map({ path + "/" + $0 }).first(where: FileManager.default.fileExists) {
            self.table = table
            (rows, columns) = try Self.rows(ofTable: table)
            leftOut = []
        } else {
            table = nil
            columns = PictureRow.columns
            (rows, leftOut) = try Self.rows(ofFolder: path)
        }
        guard !rows.isEmpty else { throw DataError(file: path, expected: "pictures", found: "none") }
    }

    // MARK: Tables

    static let tables = ["labels.csv", "pictures.csv"]

    /// The columns `file` and `label`, of which several are parted by `;`, and `split` where it is there.
    private static func rows(ofTable path: String) throws -> (rows: [PictureRow], columns: [String]) {
        let table = try CSVTable(FileBytes(mapping: path))
        let names = table.columnNames
        guard let file = names.index(of: "file"), let label = names.index(of: "label") else {
            throw DataError(
                file: path, byte: 0, expected: "the columns file and label",
                found: names.names.joined(separator: ", "))
        }
        let own = ["file", "label", "split"]
        let others = names.names.filter { !own.contains($0) && !PictureRow.columns.contains($0) }
        var rows: [PictureRow] = []
        for index in 0..<table.count {
            if let error = table.error(ofRow: index) { throw error }
            guard let name = table.value(row: index, column: file), isWithin(name) else {
                throw DataError(
                    file: path, expected: "a file below this folder in row \(index + 1)",
                    found: "'\(table.value(row: index, column: file) ?? "")'")
            }
            let text = table.value(row: index, column: label)
            let split = names.index(of: "split").flatMap { table.value(row: index, column: $0) }
            rows.append(
                PictureRow(
                    name: name, category: text.flatMap { $0.contains(";") ? nil : $0 }, tags: text,
                    split: split.flatMap(Split.init) ?? DrawnSide.side(of: name),
                    others: others.map { column in
                        (column, names.index(of: column).flatMap { table.value(row: index, column: $0) })
                    }))
        }
        return (rows, PictureRow.columns + others)
    }

    private static func isWithin(_ name: String) -> Bool {
        !name.hasPrefix("/") && !name.split(separator: "/").contains("..")
    }

    // MARK: Folders

    /// Names of folders that stand for a side.
    static let sides: [String: Split] = [
        "train": .train, "training": .train, "dev": .dev, "val": .dev, "valid": .dev, "validation": .dev,
        "test": .test, "testing": .test,
    ]
    private static let deepest = 16

    private static func rows(ofFolder path: String) throws -> (rows: [PictureRow], leftOut: [LeftOut]) {
        var rows: [PictureRow] = []
        var others: [String] = []
        let folders = try subfolders(path)
        let hasSides = !folders.isEmpty && folders.allSatisfy { sides[$0.lowercased()] != nil }
        for folder in folders {
            let side = hasSides ? sides[folder.lowercased()] : nil
            for name in hasSides ? try subfolders(path + "/" + folder).map({ folder + "/" + $0 }) : [folder] {
                let category = name.split(separator: "/").last.map(String.init) ?? name
                for file in try files(below: path, name, depth: 0) {
                    guard isPicture(file) else {
                        others.append(file)
                        continue
                    }
                    rows.append(
                        PictureRow(
                            name: file, category: category, tags: category,
                            split: side ?? DrawnSide.side(of: file)))
                }
            }
        }
        if hasSides { rows.drawDecidingSide() }
        let leftOut =
            others.isEmpty
            ? []
            : [
                LeftOut("files that are no pictures", count: others.count, examples: Array(others.prefix(3)))
            ]
        return (rows, leftOut)
    }

    static func isPicture(_ name: String) -> Bool {
        PictureFile.endings.contains((name as NSString).pathExtension.lowercased())
    }

    private static func entries(_ path: String) throws -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: path).filter { !$0.hasPrefix(".") }.sorted()
        } catch {
            throw DataError(.access, file: path, expected: "a folder that can be read", found: "\(error)")
        }
    }

    static func subfolders(_ path: String) throws -> [String] { try entries(path).filter { isFolder(path + "/" + $0) } }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    /// Files below a folder, by their names from the root, in order.
    private static func files(below root: String, _ folder: String, depth: Int) throws -> [String] {
        guard depth < deepest else {
            throw DataError(
                file: root + "/" + folder, expected: "folders at most \(deepest) deep", found: "deeper ones")
        }
        return try entries(root + "/" + folder).flatMap { name -> [String] in
            let path = folder + "/" + name
            return isFolder(root + "/" + path) ? try files(below: root, path, depth: depth + 1) : [path]
        }
    }
}

/// `pictures`: the reader of picture files.
public struct PictureFolderReader: DatasetReader {
    public static let signature = Signature(
        .reader, "pictures",
        """
        Reads a folder of pictures: PNG, JPEG, PPM, PGM, PBM.
        Either each subfolder is a class, below train, dev and test where there are such; or labels.csv has the \
        columns file and label, several labels parted by `;`, and split where somebody said. Otherwise a picture's \
        name decides its side: 70 % train, 10 % dev, 20 % test.
        """)

    public static func recognises(_ path: String) -> Bool {
        if let table = PictureFolder.tables.map({ path + "/" + $0 }).first(where: FileManager.default.fileExists),
            let file = try? FileBytes(mapping: table)
        {
            let first = (try? file.text(0, min(file.count, 4096)))?.split(separator: "\n").first ?? ""
            let names = CSV.rows(String(first)).first ?? []
            return names.contains("file") && names.contains("label")
        }
        return hasPictures(path, depth: 0)
    }

    /// Whether a picture is the first file of the first folders: classes, or sides and classes.
    private static func hasPictures(_ path: String, depth: Int) -> Bool {
        guard depth < 3, let folders = try? PictureFolder.subfolders(path) else { return false }
        return folders.prefix(3).contains { folder in
            let names = (try? FileManager.default.contentsOfDirectory(atPath: path + "/" + folder)) ?? []
            return names.contains(where: PictureFolder.isPicture) || hasPictures(path + "/" + folder, depth: depth + 1)
        }
    }

    public static func open(_ path: String) throws -> any Dataset { try PictureFolder(path) }

    @section("strata_plugins") @used private static let entry: PluginEntry = {
        Registry.enter(PictureFolderReader.self, $0)
    }
}
