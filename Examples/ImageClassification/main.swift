import ExampleSupport

runProgram(Settings.help) { flags in
    let settings = try Settings(flags)
    if settings.pictures.isEmpty {
        try Training(settings).run()
    } else {
        try Classification(settings).run()
    }
}
