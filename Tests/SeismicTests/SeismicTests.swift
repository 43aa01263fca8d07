import Testing

@testable import Seismic
