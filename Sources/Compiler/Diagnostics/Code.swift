import GraphIR

/// Every kind of finding, by its stable code. `strata explain E0204` tells the story of one.
public enum Code: String, CaseIterable, Sendable {
    // The writing.
    case unknownSign = "E0101"
    case unterminatedText = "E0102"
    case expected = "E0103"
    case reservedWord = "E0104"
    case notADeclaration = "E0105"
    case notAStatement = "E0106"
    case notOnItsOwnLine = "E0107"
    case unclosedBrace = "E0108"
    case unknownType = "E0109"
    case unknownUnit = "E0110"
    case numberTooLarge = "E0111"
    case misplaced = "E0112"
    // Names and arguments.
    case unknownName = "E0201"
    case unknownLayer = "E0202"
    case duplicateName = "E0203"
    case unknownArgument = "E0204"
    case missingArgument = "E0205"
    case tooManyArguments = "E0206"
    case repeatedArgument = "E0207"
    case noSuchMember = "E0208"
    case unknownParameter = "E0209"
    // Shapes.
    case inputsDiffer = "E0301"
    case inputDoesNotFit = "E0302"
    case argumentDoesNotFit = "E0303"
    case wrongInputCount = "E0304"
    case unknownSize = "E0305"
    case shapeIsNotAsSaid = "E0306"
    case badShape = "E0307"
    // Values.
    case wrongType = "E0401"
    case outOfRange = "E0402"
    case unitDoesNotFit = "E0403"
    case noRate = "E0404"
    case notDecidable = "E0405"
    case badArithmetic = "E0406"
    case badIndex = "E0407"
    case lengthsDiffer = "E0408"
    case notAnArray = "E0409"
    case valueMissing = "E0410"
    // Learning.
    case unknownOutput = "E0501"
    case labelsDoNotFit = "E0502"
    case lossDoesNotFit = "E0503"
    case unknownPlugin = "E0504"
    case learntTwice = "E0505"
    case lossMissing = "E0506"
    case activationDoesNotFit = "E0507"
    case preparationDoesNotFit = "E0508"
    // Variants.
    case editMatchesNothing = "E0601"
    case cannotEdit = "E0602"
    // Files.
    case unreadableFile = "E0701"
    case circularFiles = "E0702"
    case pluginNotAllowed = "E0703"
    case nothingDeclared = "E0704"
    case severalNetworks = "E0705"
    case notAParent = "E0706"
    // Limits.
    case nestedTooDeep = "E0801"
    case fileTooLarge = "E0802"
    case tooManyLayers = "E0803"
    case tooManyTurns = "E0804"
    case circularBlocks = "E0805"
    // Expectations and whole networks.
    case expectationNotMet = "E0901"
    case unknownExpectation = "E0902"
    case noInput = "E0903"
    case noOutput = "E0904"
    case channelsBehindTime = "E0905"
    case faultOfOurs = "E0999"
    // What is not wrong, but not used either.
    case unusedParameter = "W0101"
    case unusedName = "W0102"
    case unreachableLayer = "W0103"
    case nothingLearnsFrom = "W0104"
    case unusedBlock = "W0105"
    case unexpectedActivation = "W0106"
    case noPluginOfKind = "W0107"

    public var severity: Diagnostic.Severity { rawValue.first == "W" ? .warning : .error }
}
