/// This library's version.
public let gradusVersion = "0.1.0"
