import Foundation
import GraphIR
import Testing

/// Commands that are killed between any two of their changes to the disk: the same command, given again, comes to its
/// end, and to the same as one that was never killed.
///
/// A small library is put before the system's own and kills the program at its Nth change: nothing in the program
/// knows of it.
@Suite(.serialized) struct KillTests {
    private static let killer = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <fcntl.h>
        #include <signal.h>
        #include <stdarg.h>
        #include <errno.h>
        #include <stdlib.h>
        #include <string.h>
        #include <unistd.h>
        #include <sys/stat.h>
        static void change(void) {
            static int done;
            const char *at = getenv("KILL_AT");
            if (strcmp(program_invocation_short_name, "strata")) return;
            if (at && __sync_add_and_fetch(&done, 1) == atoi(at)) kill(getpid(), SIGKILL);
        }
        int rename(const char *a, const char *b) {
            static int (*real)(const char *, const char *);
            if (!real) real = dlsym(RTLD_NEXT, "rename");
            change();
            return real(a, b);
        }
        int unlink(const char *a) {
            static int (*real)(const char *);
            if (!real) real = dlsym(RTLD_NEXT, "unlink");
            change();
            return real(a);
        }
        int fsync(int file) {
            static int (*real)(int);
            if (!real) real = dlsym(RTLD_NEXT, "fsync");
            change();
            return real(file);
        }
        int ftruncate(int file, off_t size) {
            static int (*real)(int, off_t);
            if (!real) real = dlsym(RTLD_NEXT, "ftruncate");
            change();
            return real(file, size);
        }
        int mkdir(const char *a, mode_t mode) {
            static int (*real)(const char *, mode_t);
            if (!real) real = dlsym(RTLD_NEXT, "mkdir");
            change();
            return real(a, mode);
        }
        ssize_t pwrite(int file, const void *from, size_t count, off_t at) {
            static ssize_t (*real)(int, const void *, size_t, off_t);
            if (!real) real = dlsym(RTLD_NEXT, "pwrite");
            change();
            return real(file, from, count, at);
        }
        """

    /// A command with what it needs before it, and the files that it makes.
    struct Case: CustomTestStringConvertible, Sendable {
        var command: String
        var before = ""
        var makes: [String]
        var testDescription: String { command }
    }

    private static let cases = [
        Case(command: "data synth made --traces 6 --samples 600", makes: ["made/waveforms.hdf5", "made/metadata.csv"]),
        Case(
            command: "data synth made --traces 6 --samples 600 --format stead",
            makes: ["made/merged.hdf5", "made/merged.csv"]),
        Case(
            command: "data pack made packed", before: "data synth made --traces 6 --samples 600",
            makes: ["packed/samples.npy", "packed/metadata.csv"]),
        Case(
            command: "evaluate run --split all",
            before: "train small.arch --data synthetic:24 --out run --threads 1",
            makes: ["run/predictions.csv", "run/test.json"]),
        Case(
            command: "compare small.arch wide.arch --data synthetic:24 --seeds 2 --epochs 1 --threads 1 --out pair",
            makes: ["pair/comparison.json", "pair/report.html"]),
        Case(
            command: "sweep widths.study --threads 1 --out sweep",
            makes: ["sweep/comparison.json", "sweep/report.html"]),
        Case(command: "plugin build seven.c", makes: []),
    ]

    private func prepare(_ program: Program, _ item: Case) throws {
        try program.write("killer.c", Self.killer)
        #expect(try program.run("cc -shared -fPIC -O1 -o killer.so killer.c -ldl").status == 0)
        try program.write("small.arch", Program.picker)
        try program.write(
            "wide.arch", Program.picker.replacingOccurrences(of: "width: int = 2", with: "width: int = 3"))
        try program.write("seven.c", "int seven(void) { return 7; }")
        try program.write(
            "widths.study",
            """
            study widths {
                networks small.arch
                data synthetic:24
                vary width in [2, 3]
                search grid
                seeds 2
                epochs 1
            }
            """)
        if !item.before.isEmpty { #expect(try program.run("$STRATA \(item.before)").status == 0) }
    }

    /// `STRATA_EVERY_KILL=1` kills at every change; else the first are taken one by one, and then fewer and fewer: a
    /// comparison makes hundreds, most of them like others.
    private static let killsAtAll = ProcessInfo.processInfo.environment["STRATA_EVERY_KILL"] != nil

    @Test(arguments: cases) func theSameCommandFinishes(item: Case) throws {
        let program = try Program()
        defer { program.remove() }
        try prepare(program, item)
        let kept = try FileManager.default.contentsOfDirectory(atPath: program.folder)
        try FileManager.default.createDirectory(atPath: program.folder + "/.kept", withIntermediateDirectories: true)
        let made = kept.filter { ["made", "run"].contains($0) }
        for name in made { #expect(try program.run("cp -r \(name) .kept/").status == 0) }
        // What it comes to when nobody kills it.
        let whole = try program.run("$STRATA \(item.command)")
        try #require(whole.status == 0, "\(whole.errors)")
        let right = contents(program, item)
        var kills = 0
        var number = 1
        while true {
            let clean = "rm -rf made packed run pair sweep cache; cp -r .kept/. ."
            let killed = try program.run(
                "\(clean); LD_PRELOAD=$PWD/killer.so exec $STRATA \(item.command)",
                environment: ["KILL_AT": "\(number)"])
            if killed.status == 0 { break }
            #expect(killed.status == -SIGKILL, "\(killed.status) \(killed.errors)")
            kills += 1
            let again = try program.run("$STRATA \(item.command)")
            #expect(again.status == 0, "killed at \(number): \(again.errors)")
            #expect(contents(program, item) == right, "killed at \(number)")
            #expect(leftovers(program) == [], "killed at \(number)")
            number += Self.killsAtAll ? 1 : 1 + number / 3
        }
        #expect(kills >= 3)
    }

    /// What was made, without what tells of the hour: of a comparison what was measured, of a report that it is whole.
    private func contents(_ program: Program, _ item: Case) -> [String] {
        item.makes.map { name in
            let bytes = [UInt8](FileManager.default.contents(atPath: program.folder + "/" + name) ?? Data())
            guard name.hasSuffix(".json") else {
                let isReport = name.hasSuffix(".html")
                return isReport
                    ? "\(String(decoding: bytes, as: UTF8.self).contains("</html>"))"
                    : "\(bytes.count) \(SHA256.hex(of: bytes))"
            }
            guard let json = try? JSON(parsing: bytes), let metrics = json["metrics"] else { return "no answer" }
            return metrics.text()
        }
    }

    private func leftovers(_ program: Program) -> [String] {
        let all = FileManager.default.enumerator(atPath: program.folder)?.compactMap { $0 as? String } ?? []
        return all.filter { $0.hasSuffix(".part") || $0.hasSuffix(".work") || $0.hasSuffix(".unfinished") }
    }
}
