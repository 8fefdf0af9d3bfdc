"""The first 50 losses of four small trainings in PyTorch, written to Tests/GradusTests/Fixtures/traces.json.

Run from the repository's root with a Python that has torch and numpy: python Tests/Reference/traces.py
Weights are kept in Gradus's layouts and turned around where PyTorch wants others.
"""

import json
import sys

import numpy
import torch
import torch.nn.functional as F

sys.path.insert(0, "Tests/Reference")
from reference_numbers import pictures, spread, weight

torch.set_num_threads(1)
torch.use_deterministic_algorithms(True)
DTYPE = torch.float64 if "--double" in sys.argv else torch.float32


class Weights:
    """Trainable tensors by name, made in the order in which Gradus finds them."""

    def __init__(self, shapes, fixed=None):
        self.names = [name for name, _ in shapes]
        self.tensors = [
            torch.tensor(weight(i, name, shape, fixed), dtype=DTYPE).requires_grad_()
            for i, (name, shape) in enumerate(shapes)
        ]
        self.by_name = dict(zip(self.names, self.tensors))

    def __getitem__(self, name):
        return self.by_name[name]


def tensor(values):
    return torch.tensor(values, dtype=DTYPE)


def conv(x, w, b=None, **options):
    return F.conv2d(x, w.permute(3, 2, 0, 1).contiguous(), b, **options)


def labels_of(step, count):
    return [(3 * i + step) % 10 for i in range(count)]


def mnist_cnn():
    w = Weights([
        ("features.0.weight", (5, 5, 1, 32)), ("features.0.bias", (32,)),
        ("features.2.weight", (5, 5, 32, 64)), ("features.2.bias", (64,)),
        ("features.5.weight", (3136, 1024)), ("features.5.bias", (1024,)),
        ("classifier.weight", (1024, 10)), ("classifier.bias", (10,)),
    ])
    optimizer = torch.optim.Adam(w.tensors, lr=1e-3)
    losses = []
    for step in range(50):
        labels = labels_of(step, 50)
        x = tensor(pictures(step, labels, (28, 28, 1))).permute(0, 3, 1, 2)
        x = F.max_pool2d(F.relu(conv(x, w["features.0.weight"], w["features.0.bias"], padding=2)), 2)
        x = F.max_pool2d(F.relu(conv(x, w["features.2.weight"], w["features.2.bias"], padding=2)), 2)
        x = x.permute(0, 2, 3, 1).reshape(50, 3136)
        x = F.relu(x @ w["features.5.weight"] + w["features.5.bias"])
        loss = F.cross_entropy(x @ w["classifier.weight"] + w["classifier.bias"], torch.tensor(labels))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return {"loss": losses}


def resnet20():
    shapes = [("conv1.weight", (3, 3, 3, 16)), ("bn1.weight", (16,)), ("bn1.bias", (16,))]
    channels = 16
    for stage, width in enumerate([16, 32, 64], start=1):
        for block in range(3):
            prefix = f"layer{stage}.{block}."
            shapes += [
                (prefix + "conv1.weight", (3, 3, channels, width)), (prefix + "bn1.weight", (width,)),
                (prefix + "bn1.bias", (width,)), (prefix + "conv2.weight", (3, 3, width, width)),
                (prefix + "bn2.weight", (width,)), (prefix + "bn2.bias", (width,)),
            ]
            channels = width
    w = Weights(shapes + [("linear.weight", (64, 10)), ("linear.bias", (10,))])
    optimizer = torch.optim.SGD(w.tensors, lr=0.005, momentum=0.9, weight_decay=1e-4)

    def norm(x, prefix):
        return F.batch_norm(x, None, None, w[prefix + ".weight"], w[prefix + ".bias"], training=True)

    losses = []
    for step in range(50):
        labels = labels_of(step, 64)
        x = tensor(pictures(step, labels, (32, 32, 3))).permute(0, 3, 1, 2)
        x = F.relu(norm(conv(x, w["conv1.weight"], padding=1), "bn1"))
        for stage in (1, 2, 3):
            for block in range(3):
                prefix = f"layer{stage}.{block}."
                stride = 2 if stage > 1 and block == 0 else 1
                y = F.relu(norm(conv(x, w[prefix + "conv1.weight"], padding=1, stride=stride), prefix + "bn1"))
                y = norm(conv(y, w[prefix + "conv2.weight"], padding=1), prefix + "bn2")
                if stride == 2:
                    added = y.shape[1] - x.shape[1]
                    x = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, added // 2, added - added // 2))
                x = F.relu(y + x)
        logits = x.mean(dim=(2, 3)) @ w["linear.weight"] + w["linear.bias"]
        loss = F.cross_entropy(logits, torch.tensor(labels))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return {"loss": losses}


def char_lstm():
    shapes = []
    for layer, inputs in enumerate([65, 128]):
        prefix = f"recurrent.forwardCells.{layer}."
        shapes += [
            (prefix + "inputWeight", (inputs, 512)), (prefix + "recurrentWeight", (128, 512)),
            (prefix + "inputBias", (512,)), (prefix + "recurrentBias", (512,)),
        ]
    w = Weights(shapes + [("output.weight", (128, 65)), ("output.bias", (65,))])
    lstm = torch.nn.LSTM(65, 128, num_layers=2, batch_first=True).to(DTYPE)
    with torch.no_grad():
        for layer in range(2):
            prefix = f"recurrent.forwardCells.{layer}."
            getattr(lstm, f"weight_ih_l{layer}").copy_(w[prefix + "inputWeight"].T)
            getattr(lstm, f"weight_hh_l{layer}").copy_(w[prefix + "recurrentWeight"].T)
            getattr(lstm, f"bias_ih_l{layer}").copy_(w[prefix + "inputBias"])
            getattr(lstm, f"bias_hh_l{layer}").copy_(w[prefix + "recurrentBias"])
    parameters = list(lstm.parameters()) + [w["output.weight"], w["output.bias"]]
    optimizer = torch.optim.RMSprop(parameters, lr=2e-3, alpha=0.95)
    losses, state = [], None
    for step in range(50):
        places = [[(7 * n + t * (n % 5 + 1) + 50 * step) % 65 for t in range(51)] for n in range(50)]
        text = torch.tensor(places)
        x = F.one_hot(text[:, :-1], 65).to(DTYPE)
        values, state = lstm(x, state)
        state = tuple(part.detach() for part in state)
        logits = values @ w["output.weight"] + w["output.bias"]
        loss = F.cross_entropy(logits.reshape(-1, 65), text[:, 1:].reshape(-1))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_value_(parameters, 5)
        optimizer.step()
        losses.append(loss.item())
    return {"loss": losses}


def dcgan():
    generator = Weights([
        ("convolutions.0.weight", (4, 4, 128, 50)), ("convolutions.1.weight", (4, 4, 64, 128)),
        ("convolutions.2.weight", (4, 4, 32, 64)), ("convolutions.3.weight", (4, 4, 3, 32)),
        ("norms.0.weight", (128,)), ("norms.0.bias", (128,)), ("norms.1.weight", (64,)), ("norms.1.bias", (64,)),
        ("norms.2.weight", (32,)), ("norms.2.bias", (32,)),
    ], fixed=0.1)
    discriminator = Weights([
        ("convolutions.0.weight", (4, 4, 3, 32)), ("convolutions.1.weight", (4, 4, 32, 64)),
        ("convolutions.2.weight", (4, 4, 64, 128)), ("convolutions.3.weight", (4, 4, 128, 1)),
        ("norms.0.weight", (64,)), ("norms.0.bias", (64,)), ("norms.1.weight", (128,)), ("norms.1.bias", (128,)),
    ], fixed=0.1)

    def norm(x, w, index):
        return F.batch_norm(x, None, None, w[f"norms.{index}.weight"], w[f"norms.{index}.bias"], training=True)

    def made(z):
        x = z.reshape(z.shape[0], 50, 1, 1)
        for index in range(4):
            stride, padding = (1, 0) if index == 0 else (2, 1)
            kernel = generator[f"convolutions.{index}.weight"].permute(3, 2, 0, 1).contiguous()
            x = F.conv_transpose2d(x, kernel, stride=stride, padding=padding)
            if index < 3:
                x = F.relu(norm(x, generator, index))
        return torch.tanh(x)

    def judged(x):
        for index in range(3):
            x = conv(x, discriminator[f"convolutions.{index}.weight"], stride=2, padding=1)
            if index > 0:
                x = norm(x, discriminator, index - 1)
            x = F.leaky_relu(x, 0.2)
        return conv(x, discriminator["convolutions.3.weight"]).reshape(-1)

    d_step = torch.optim.Adam(discriminator.tensors, lr=2e-4, betas=(0.5, 0.999))
    g_step = torch.optim.Adam(generator.tensors, lr=2e-4, betas=(0.5, 0.999))
    bce = F.binary_cross_entropy_with_logits
    losses = {"discriminator": [], "generator": []}
    for step in range(50):
        real = tensor(pictures(step, labels_of(step, 64), (32, 32, 3))).permute(0, 3, 1, 2)
        z = tensor(spread(3000 + step, 64 * 50).reshape(64, 50))
        fake = made(z).detach()
        real_scores, fake_scores = judged(real), judged(fake)
        loss = bce(real_scores, torch.ones(64, dtype=DTYPE)) + bce(fake_scores, torch.zeros(64, dtype=DTYPE))
        d_step.zero_grad()
        loss.backward()
        d_step.step()
        losses["discriminator"].append(loss.item())
        loss = bce(judged(made(z)), torch.ones(64, dtype=DTYPE))
        g_step.zero_grad()
        loss.backward()
        g_step.step()
        losses["generator"].append(loss.item())
    return losses


if __name__ == "__main__":
    traces = {run.__name__: run() for run in (mnist_cnn, resnet20, char_lstm, dcgan)}
    path = "/dev/stdout" if "--double" in sys.argv else "Tests/GradusTests/Fixtures/traces.json"
    with open(path, "w") as file:
        json.dump(traces, file, indent=1)
        file.write("\n")
