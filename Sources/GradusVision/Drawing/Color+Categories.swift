extension Color {
    /// A color for the class of the given number, told apart from its neighbors: ten colors, then darker ones, over and
    /// over.
    public static func category(_ index: Int) -> Color {
        let place = ((index % 20) + 20) % 20
        let color = categories[place % 10]
        return place < 10 ? color : color.mixed(with: .black, 0.45)
    }

    private static let categories: [Color] = [
        Color(hex: 0x1D5FA5), Color(hex: 0xD1642E), Color(hex: 0x2F8F57), Color(hex: 0xC03A4B), Color(hex: 0x8A4FA3),
        Color(hex: 0x7A5534), Color(hex: 0xDB7FB0), Color(hex: 0x7B7B7B), Color(hex: 0xB8A42B), Color(hex: 0x2FA9BE),
    ]
}
