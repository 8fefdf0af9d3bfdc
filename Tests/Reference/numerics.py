"""What PyTorch makes of hostile inputs, in double precision: the values of Tests/GradusTests/Numerics/NumericalTable.swift.

    python Tests/Reference/numerics.py > Tests/GradusTests/Fixtures/numerics.json

Inputs are exact in single precision, so both element types must come to these values. Where PyTorch gives NaN only because it
multiplies infinity by a weight of 0, the weight decides here: such an element does not count.
"""

import json

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
inf, nan = float("inf"), float("nan")
tiny = 2.0**-140  # a denormal number in single precision

ROWS = {
    "ordinary": [0.5, 1.0, -2.0],
    "level 1e8": [1e8, 1e8, 1e8 - 8],
    "level -1e8": [-1e8, -1e8, -1e8 - 8],
    "level 1e6": [1e6, 1e6 + 1, 1e6 - 1],
    "level 1e30": [1e30, 1e30, -1e30],
    "one -inf": [0.5, 1.0, -inf],
    "only -inf": [-inf, -inf, -inf],
    "one inf": [0.0, inf, 1.0],
    "inf and -inf": [-inf, inf, 1.0],
    "one NaN": [1.0, nan, 2.0],
    "denormal": [tiny, 2 * tiny, -tiny],
    "zeros": [0.0, -0.0, 0.0],
}
TARGETS = [0.25, 0.75, 0.0]
UPSTREAM = [1.0, 2.0, -4.0]
CLASS_WEIGHTS = [0.5, 2.0, 0.0]

out = {}


def note(name, value):
    value = torch.as_tensor(value)
    out[name] = [repr(v) for v in value.detach().flatten().tolist()]


def with_gradient(name, row, function):
    x = torch.tensor(ROWS[row] if isinstance(row, str) else row, requires_grad=True)
    y = function(x)
    note(name, y)
    y.backward(torch.tensor(UPSTREAM[: y.numel()]).reshape(y.shape))
    note(name + ", gradient", x.grad)


def chosen(weights, losses):
    """Σ w · loss over what counts."""
    w = torch.tensor(weights)
    return torch.where(w == 0, 0.0, torch.where(w == 0, 1.0, w) * torch.where(w == 0, 0.0, losses)).sum()


for row in ROWS:
    with_gradient(f"softmax of {row}", row, lambda x: x.softmax(-1))
    with_gradient(f"logSoftmax of {row}", row, lambda x: x.log_softmax(-1))
    with_gradient(f"logSumExp of {row}", row, lambda x: x.logsumexp(-1))
    if torch.tensor(ROWS[row]).isfinite().all():
        # PyTorch's gradient exp(x - value) is wrong at high levels in double precision too.
        note(f"logSumExp of {row}, gradient", torch.tensor(ROWS[row]).softmax(-1))
    for label in (0, 1):
        with_gradient(f"cross-entropy of {row}, label {label}", row, lambda x: -x.log_softmax(-1)[label])
    with_gradient(f"cross-entropy of {row}, soft targets", row, lambda x: chosen(TARGETS, -x.log_softmax(-1)))
    with_gradient(
        f"cross-entropy of {row}, smoothed and weighted", row,
        lambda x: chosen([0.7 * (k == 1) * CLASS_WEIGHTS[k] + 0.3 / 3 * CLASS_WEIGHTS[k] for k in range(3)], -x.log_softmax(-1)) / CLASS_WEIGHTS[1])
    with_gradient(
        f"divergence of {row}", row,
        lambda x: chosen(TARGETS, torch.tensor(TARGETS).clamp(min=1e-300).log() - x.log_softmax(-1)))
    for name in ("sum", "mean", "amax", "amin"):
        note(f"{name} of {row}", getattr(torch.tensor(ROWS[row]), name)(-1))
    note(f"variance of {row}", torch.tensor(ROWS[row]).var(-1, correction=0))
    note(f"variance of {row}, unbiased", torch.tensor(ROWS[row]).var(-1))
    with_gradient(f"cumulative sum of {row}", row, lambda x: x.cumsum(-1))
    # A difference from the first element is exact, and leaves PyTorch's mean no digits to lose.
    values = torch.tensor(ROWS[row])
    note(f"layer norm of {row}", F.layer_norm(values - values[0] if values.isfinite().all() else values, (3,)))
    with_gradient(f"clipped {row}", row, lambda x: x.clamp(-0.75, 0.75))
    with_gradient(f"relu of {row}", row, torch.relu)
    with_gradient(f"softplus of {row}", row, F.softplus)
    if row in ("ordinary", "one -inf", "one inf", "one NaN", "zeros"):
        for name in ("exp2", "expm1", "log2", "log10", "tan", "atan", "erf", "erfc"):
            with_gradient(f"{name} of {row}", row, getattr(torch, name))
        if row not in ("one -inf", "one inf"):  # there PyTorch multiplies infinity by 0
            with_gradient(f"gelu of {row}", row, F.gelu)
            with_gradient(f"tanhGelu of {row}", row, lambda x: F.gelu(x, approximate="tanh"))
    window = torch.tensor(ROWS[row]).reshape(1, 1, 1, 3)
    note(f"average pool of {row}", F.avg_pool2d(window, (1, 2), stride=1))
    note(f"max pool of {row}", F.max_pool2d(window, (1, 2), stride=1))

# Binary cross-entropy: at a target of 0 or 1 only one part counts.
for logit in (0.0, 100.0, -100.0, 1e8, -1e8, inf, -inf, nan):
    for target in (0.0, 1.0, 0.5):
        x = torch.tensor(logit)
        note(
            f"binary cross-entropy of {logit}, target {target}",
            (0 if target == 0 else target * F.softplus(-x)) + (0 if target == 1 else (1 - target) * F.softplus(x)))
# Batch statistics far from the origin, and of denormal numbers.
for level in (0.0, 1024.0, -1024.0):
    columns = torch.tensor([[0.0, 1.0], [1.0, 3.0], [2.0, 9.0], [3.0, 27.0]]) + level
    note(f"batch norm at {level}", F.batch_norm(columns, None, None, training=True))
# Powers at 0.
for base in (0.0, 2.0, -2.0):
    for exponent in (0.0, 0.5, 1.0, 2.0, 3.0, -1.0):
        x, p = torch.tensor(base, requires_grad=True), torch.tensor(exponent, requires_grad=True)
        y = x**p
        y.backward()
        note(f"power {base} ^ {exponent}", torch.stack([y.detach(), x.grad, p.grad]))
print(json.dumps(out, indent=0))
