import Gradus

extension Checkpoint {
    /// A network with the weights of the file, rebuilt from the configuration that was written with them. Where the file has
    /// averaged weights too, the network gets those: they are the ones that evaluations use.
    ///
    /// ```swift
    /// let model = try Checkpoint(contentsOf: "out/text-generation/latest/model.safetensors").model(CharacterModel.self)
    /// ```
    ///
    /// - Throws: `FileError` when the part holds no such network, `CheckpointMismatch` when weights and configuration differ.
    public func model<Model: ConfiguredModel>(
        _ type: Model.Type = Model.self, part name: String = Checkpoint.model
    ) throws -> Model {
        let record: ModelRecord? = try? value(name)
        guard let record, record.type == "\(type)" else {
            let found = record.map { "a \($0.type)" } ?? "weights without a configuration"
            throw FileError(path: path, problem: "holds \(found) where \(type) was expected")
        }
        guard let configuration = try? record.configuration.decoded(as: Model.Configuration.self) else {
            throw FileError(path: path, problem: "is damaged: its configuration is none of \(type)")
        }
        let model = try withoutInitialization { try Model(configuration: configuration) }
        let averages = "\(name)-averages"
        try restore([(values.keys.contains(averages) ? averages : name, .module(model))])
        return model
    }
}

extension Checkpoint {
    /// The learning rate of the last step of a model's optimizer; nil where the file has no optimizer.
    public func learningRate(of model: String) -> Float? {
        (try? value("\(model)-optimizer", as: OptimizerMemory.self))?.learningRate
    }
}

/// The type and configuration of a network, which a checkpoint keeps with its weights.
struct ModelRecord: Codable {
    let type: String
    let configuration: JSONValue

    init(of model: some ConfiguredModel) throws {
        type = "\(Swift.type(of: model))"
        configuration = try JSONValue(encoding: model.configuration)
    }

    func json() throws -> JSONValue { try JSONValue(encoding: self) }
}
