/// Elements of which the greatest can be taken out: a binary heap in an array.
struct Heap<Element: Comparable> {
    private var elements: [Element] = []

    mutating func push(_ element: Element) {
        elements.append(element)
        var position = elements.count - 1
        while position > 0, elements[(position - 1) / 2] < elements[position] {
            elements.swapAt(position, (position - 1) / 2)
            position = (position - 1) / 2
        }
    }

    mutating func pop() -> Element? {
        guard let first = elements.first else { return nil }
        let last = elements.removeLast()
        if elements.isEmpty { return first }
        elements[0] = last
        var position = 0
        while true {
            var greatest = position
            for child in [2 * position + 1, 2 * position + 2]
            where child < elements.count && elements[greatest] < elements[child] {
                greatest = child
            }
            if greatest == position { return first }
            elements.swapAt(position, greatest)
            position = greatest
        }
    }
}
