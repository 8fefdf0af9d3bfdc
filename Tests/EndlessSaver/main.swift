import Foundation
import Gradus

// Saves a checkpoint of 4 MiB over and over, each time with another number in all places, until it is killed. A letter on standard
// output follows each save. Usage: endless-saver FILE

let url = URL(fileURLWithPath: CommandLine.arguments[1])
for number in 1... {
    let value = Float(number % 1000)
    try SafeTensors(tensors: ["w": Tensor(repeating: value, shape: [1024, 1024])]).write(to: url)
    FileHandle.standardOutput.write(Data([UInt8(ascii: ".")]))
}
