import Foundation

/// Seconds since the machine started, which no change of the calendar turns back.
public func secondsNow() -> Double { ProcessInfo.processInfo.systemUptime }
