import Gradus

/// How often each run of n words occurs in a sentence.
func nGrams(_ words: [Int], _ n: Int) -> [ArraySlice<Int>: Int] {
    guard words.count >= n else { return [:] }
    var counts: [ArraySlice<Int>: Int] = [:]
    counts.reserveCapacity(words.count - n + 1)
    for start in 0...(words.count - n) { counts[words[start..<(start + n)], default: 0] += 1 }
    return counts
}

/// Numbers for words as they come, so that runs of them are compared quickly.
struct WordNumbers {
    private var numbers: [ByteString: Int] = [:]

    mutating func numbers(of words: [String]) -> [Int] {
        numbers.reserveCapacity(numbers.count + words.count)
        return words.map { word in
            let word = word.key
            if let number = numbers[word] { return number }
            let number = numbers.count
            numbers[word] = number
            return number
        }
    }
}
