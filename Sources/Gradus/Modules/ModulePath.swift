/// The name under which a module was found; kept beside modules that pass names on to layers without parameters.
final class ModulePath {
    var name: String?
}
