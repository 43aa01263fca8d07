import Testing

@testable import Zoo
