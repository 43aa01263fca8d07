import Runner

/// How the trainings of a comparison or a sweep are done.
struct TrialOptions: OptionGroup {
    let machine = MachineOptions()
    let skipBad = Option<Bool>.skipBad
    let strict = Option<Bool>.strict
}

extension TrialRunner {
    /// - `folder`: of the whole comparison or sweep; what its trials share lies there.
    init(_ call: Invocation<TrialOptions>, folder: String) {
        self.init()
        sharedFeatures = folder + "/features"
        threads = call.machine.threads
        memory = call.machine.memory
        skipsBadTraces = call.skipBad
        looksAtEverySample = call.strict
        command = ["strata"] + CommandLine.arguments.dropFirst()
        version = strataVersion
        program = Processor.facts
    }
}
