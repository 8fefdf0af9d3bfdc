// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "consumer",
    dependencies: [.package(url: Context.environment["GRADUS_URL"] ?? "", exact: "0.1.0")],
    targets: [
        .executableTarget(
            name: "consumer",
            dependencies: [
                .product(name: "Gradus", package: "Gradus"), .product(name: "GradusData", package: "Gradus"),
            ])
    ]
)
