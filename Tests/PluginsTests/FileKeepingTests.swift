import Foundation
import Testing

@testable import Plugins

/// What `fmt` and `check --fix` write stays the file that it was.
@Suite struct FileKeepingTests {
    private let untidy = "network A {\n  input x: [3, 10]\n  output y = x -> rel\n}\n"
    private let files = FileManager.default

    private func attribute(_ key: FileAttributeKey, _ path: String) throws -> Int? {
        (try files.attributesOfItem(atPath: path)[key] as? NSNumber)?.intValue
    }

    @Test func linksAndModesStay() throws {
        let workshop = try Workshop()
        let real = try workshop.write("real.arch", untidy)
        try files.setAttributes([.posixPermissions: NSNumber(value: 0o640)], ofItemAtPath: real)
        let soft = workshop.folder + "/soft.arch"
        let hard = workshop.folder + "/hard.arch"
        try files.createSymbolicLink(atPath: soft, withDestinationPath: "real.arch")
        try files.linkItem(atPath: real, toPath: hard)
        #expect(try workshop.strata("check", "--fix", soft).ending == .exited(0))
        #expect(try workshop.strata("fmt", soft).ending == .exited(0))
        let text = try String(contentsOfFile: real, encoding: .utf8)
        #expect(text.contains("    output y = x -> relu\n"))
        #expect(try String(contentsOfFile: hard, encoding: .utf8) == text)
        #expect(try files.destinationOfSymbolicLink(atPath: soft) == "real.arch")
        #expect(try attribute(.posixPermissions, real) == 0o640)
    }

    @Test func whatMayNotBeWrittenIsNot() throws {
        let workshop = try Workshop()
        let path = try workshop.write("locked.arch", untidy)
        try files.setAttributes([.posixPermissions: NSNumber(value: 0o444)], ofItemAtPath: path)
        #expect(try workshop.strata("check", "--fix", path).ending == .exited(74))
        #expect(try workshop.strata("fmt", path).ending == .exited(74))
        #expect(try String(contentsOfFile: path, encoding: .utf8) == untidy)
    }

    @Test func anEmptyFolderIsNoSuccess() throws {
        let workshop = try Workshop()
        #expect(try workshop.strata("check", workshop.folder).ending == .exited(74))
    }
}
