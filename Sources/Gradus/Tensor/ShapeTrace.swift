/// What is noted while a model is followed without data: the multiply-adds done so far.
final class ShapeTrace: @unchecked Sendable {
    var multiplyAdds = 0
}
