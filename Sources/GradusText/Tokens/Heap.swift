/// Elements of which the greatest can be taken out: a binary heap in an array.
struct Heap<Element: Comparable> {
    private var elements: [Element] = []

    mutating func push(_ element: Element) {
        elements.append(element)
        var place = elements.count - 1
        while place > 0, elements[(place - 1) / 2] < elements[place] {
            elements.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    mutating func pop() -> Element? {
        guard let first = elements.first else { return nil }
        let last = elements.removeLast()
        if elements.isEmpty { return first }
        elements[0] = last
        var place = 0
        while true {
            var greatest = place
            for child in [2 * place + 1, 2 * place + 2]
            where child < elements.count && elements[greatest] < elements[child] {
                greatest = child
            }
            if greatest == place { return first }
            elements.swapAt(place, greatest)
            place = greatest
        }
    }
}
