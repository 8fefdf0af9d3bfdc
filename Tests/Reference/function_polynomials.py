"""The polynomials of the functions in Sources/CKernels/templates/functions, for single and double precision.

Each is the interpolation polynomial at Chebyshev's nodes, computed with 60 digits and written in powers of the variable; the
relative error printed beside it is that of the polynomial before its coefficients are rounded.

    pip install mpmath
    python3 Tests/Reference/function_polynomials.py
"""
from mpmath import mp, mpf, sqrt, log, log1p, sin, cos, atan, atanh, erf, erfc, exp, tan, pi, polyval

mp.dps = 60


def interpolation(function, low, high, degree):
    nodes = [(low + high) / 2 + (high - low) / 2 * cos(pi * (2 * i + 1) / (2 * degree + 2)) for i in range(degree + 1)]
    differences = [function(x) for x in nodes]
    for j in range(1, degree + 1):
        for i in range(degree, j - 1, -1):
            differences[i] = (differences[i] - differences[i - 1]) / (nodes[i] - nodes[i - j])
    powers = [differences[degree]]
    for i in range(degree - 1, -1, -1):
        shifted = [mpf(0)] + powers
        for j, c in enumerate(powers):
            shifted[j] -= nodes[i] * c
        shifted[0] += differences[i]
        powers = shifted
    return powers


def show(name, function, low, high, degree, digits):
    low, high = mpf(low), mpf(high)
    powers = interpolation(function, low, high, degree)
    points = [low + (high - low) * (mpf(i) + mpf(1) / 3) / 500 for i in range(500)]
    error = max(abs(polyval(powers[::-1], x) / function(x) - 1) for x in points)
    print(f"{name}, {mp.nstr(low, 6)} to {mp.nstr(high, 6)}, relative error {mp.nstr(error, 2)}, highest power first:")
    print("    " + ", ".join(mp.nstr(c, digits) for c in reversed(powers)))


def logarithm(f):
    """(ln(1 + f) − f + f²/2) / f³"""
    return (log1p(f) - f + f * f / 2) / f**3 if abs(f) > mpf("1e-15") else mpf(1) / 3


def area_tangent(w):
    """(artanh(s)/s − 1 − s²/3) / s⁴ of w = s²"""
    return (atanh(sqrt(w)) / sqrt(w) - 1 - w / 3) / w**2


def sine(w):
    """(sin(r)/r − 1) / r² of w = r²"""
    return (sin(sqrt(w)) / sqrt(w) - 1) / w


def cosine(w):
    """(cos(r) − 1 + r²/2) / r⁴ of w = r²"""
    return (cos(sqrt(w)) - 1 + w / 2) / w**2


def arc_tangent(w):
    """(arctan(z)/z − 1) / z² of w = z²"""
    return (atan(sqrt(w)) / sqrt(w) - 1) / w


def error_function(w):
    """erf(x)/x − 1 of w = x²"""
    return erf(sqrt(w)) / sqrt(w) - 1


def scaled_complement(offset):
    """exp(t²) erfc(t) / v of v − ⅝, where v = offset / (offset + t)"""

    def function(shifted):
        v = shifted + mpf(5) / 8
        t = offset / v - offset
        return exp(t * t) * erfc(t) / v

    return function


least, most = sqrt(mpf(1) / 2) - 1, sqrt(mpf(2)) - 1
half_turn = (pi / 4) ** 2 * mpf("1.001")
print("single precision")
show("logarithm", logarithm, least, most, 8, 9)
show("sine", sine, 0, half_turn, 2, 9)
show("cosine", cosine, 0, half_turn, 2, 9)
show("arc_tangent", arc_tangent, 0, tan(pi / 8) ** 2, 4, 9)
show("error_function", error_function, 0, mpf("0.75") ** 2, 5, 9)
show("scaled_complement", scaled_complement(sqrt(mpf(8))), 4 / mpf(20) - mpf(5) / 8, mpf(3) / 8, 10, 9)
print("double precision for powers in single precision")
show("logarithm", logarithm, least, most, 10, 17)
print("double precision")
show("area_tangent", area_tangent, 0, (most / (2 + most)) ** 2, 6, 17)
show("sine", sine, 0, half_turn, 6, 17)
show("cosine", cosine, 0, half_turn, 6, 17)
show("arc_tangent", arc_tangent, 0, tan(pi / 8) ** 2, 12, 17)
show("error_function", error_function, 0, mpf("0.75") ** 2, 11, 17)
show("scaled_complement", scaled_complement(sqrt(mpf(8))), 4 / mpf(44) - mpf(5) / 8, mpf(3) / 8, 24, 17)
