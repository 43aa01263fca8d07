/// What options of other tools are called here.
enum OtherOptions {
    private static let meant: [(words: [String], needs: String, help: String)] = [
        (["--lr", "--learning-rate", "--rate"], "--set", "--set train.optimizer.rate=0.001"),
        (["--batch-size", "--bs", "--batch"], "--set", "--set train.batch=32"),
        (["--batch-size", "--bs"], "--batch", "--batch 32"),
        (["--optimizer"], "--set", "--set train.optimizer=adam(rate: 0.001)"),
        (["--patience", "--early-stopping"], "--set", "--set train.stop_after=5"),
        (
            ["--output", "--output-dir", "--save-dir", "-o", "--run", "--run-dir", "--folder", "--logdir"], "--out",
            "--out FOLDER"
        ),
        (["--dataset", "--train-data", "--input", "-d"], "--data", "--data PATH, or --data synthetic:1000"),
        (["--out", "-o"], "--output", "--output FILE"),
        (["--workers", "--num-workers", "--jobs", "-j"], "--threads", "--threads N"),
        (
            ["--device", "--gpu", "--gpus", "--cuda"], "--threads",
            "it runs on the processor; --threads N says how many threads"
        ),
        (["--config", "--arch", "--model"], "--set", "the network is named without an option: strata train mine.arch"),
    ]

    /// What to write instead, if the command has it.
    static func help(for name: String, known: [String]) -> String? {
        meant.first { $0.words.contains(name) && known.contains($0.needs) }?.help
    }
}
