"""Losses of whole GAN steps and spectral normalisation in PyTorch, written to Tests/GradusTests/Fixtures/gan.safetensors.

Run from the repository's root with a Python that has torch, numpy and safetensors: python Tests/Reference/gan.py
(the committed file: PyTorch 2.15, double precision). Weights, pictures and noise come from reference_numbers.py.
"""

import sys

import numpy
import torch
import torch.nn.functional as F
from safetensors.torch import save_file
# The older of PyTorch's two, which updates its vectors in the paper's order.
from torch.nn.utils import spectral_norm

sys.path.insert(0, "Tests/Reference")
from reference_numbers import spread, weight

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
tensors = {}

# Pictures of 28 × 32 pixels grow from 7 × 8.
HEIGHT, WIDTH, BASE, CHANNELS, FILTERS, NOISE, BATCH, STEPS = 28, 32, (7, 8), 2, 6, 5, 8, 10


def numbers(tensor, shape):
    return torch.tensor(spread(tensor, int(numpy.prod(shape))).reshape(shape).astype(numpy.float64))


def fill(parameters):
    """Gives parameters, in Gradus's order and layout, their reference values."""
    for index, (name, parameter, place) in enumerate(parameters):
        shape = [parameter.shape[axis] for axis in place]
        value = torch.tensor(weight(index, name, tuple(shape), 0.2).astype(numpy.float64))
        back = [place.index(axis) for axis in range(len(place))]
        with torch.no_grad():
            parameter.copy_(value.permute(back))


def with_classes(x, labels, classes):
    if classes == 0:
        return x
    maps = F.one_hot(labels, classes).to(x.dtype)[:, :, None, None].expand(-1, -1, *x.shape[2:])
    return torch.cat([x, maps], dim=1)


class Generator(torch.nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.classes = classes
        sizes = [(NOISE, 2 * FILTERS), (2 * FILTERS, FILTERS), (FILTERS, CHANNELS)]
        self.convolutions = torch.nn.ModuleList(
            torch.nn.ConvTranspose2d(
                a + classes, b, BASE if i == 0 else 4, 1 if i == 0 else 2, 0 if i == 0 else 1, bias=False)
            for i, (a, b) in enumerate(sizes))
        self.norms = torch.nn.ModuleList(torch.nn.BatchNorm2d(b) for _, b in sizes[:-1])
        fill([("weight", c.weight, (2, 3, 1, 0)) for c in self.convolutions]
             + [(n, p, (0,)) for norm in self.norms for n, p in (("weight", norm.weight), ("bias", norm.bias))])

    def forward(self, z, labels):
        x = z[:, :, None, None]
        for i, convolution in enumerate(self.convolutions):
            x = convolution(with_classes(x, labels, self.classes))
            x = torch.tanh(x) if i == 2 else F.relu(self.norms[i](x))
        return x


class Discriminator(torch.nn.Module):
    def __init__(self, classes, normalization):
        super().__init__()
        self.classes, self.batch = classes, normalization == "batch"
        sizes = [(CHANNELS, FILTERS), (FILTERS, 2 * FILTERS), (2 * FILTERS, 1)]
        self.convolutions = torch.nn.ModuleList(
            torch.nn.Conv2d(
                a + classes, b, BASE if i == 2 else 4, 1 if i == 2 else 2, 0 if i == 2 else 1, bias=not self.batch)
            for i, (a, b) in enumerate(sizes))
        self.norm = torch.nn.BatchNorm2d(2 * FILTERS) if self.batch else None
        parameters = []
        for c in self.convolutions:
            parameters.append(("weight", c.weight, (2, 3, 1, 0)))
            if c.bias is not None:
                parameters.append(("bias", c.bias, (0,)))
        if self.batch:
            parameters += [("weight", self.norm.weight, (0,)), ("bias", self.norm.bias, (0,))]
        fill(parameters)
        if normalization == "spectral":
            for i, c in enumerate(self.convolutions):
                spectral_norm(c)
                u = numbers(700 + i, (c.weight.shape[0],))
                c.weight_u.copy_(u / u.norm())

    def forward(self, x, labels):
        for i, convolution in enumerate(self.convolutions):
            x = convolution(with_classes(x, labels, self.classes))
            if i < 2:
                x = F.leaky_relu(self.norm(x) if self.batch and i == 1 else x, 0.2)
        return x.reshape(-1)


def discriminator_loss(kind, real, made, target):
    if kind == "logistic":
        bce = F.binary_cross_entropy_with_logits
        return bce(real, torch.full_like(real, target)) + bce(made, torch.zeros_like(made))
    if kind == "hinge":
        return F.relu(1 - real).mean() + F.relu(1 + made).mean()
    if kind == "least-squares":
        return 0.5 * F.mse_loss(real, torch.full_like(real, target)) + 0.5 * F.mse_loss(made, torch.zeros_like(made))
    return made.mean() - real.mean()


def generator_loss(kind, made):
    if kind == "logistic":
        return F.binary_cross_entropy_with_logits(made, torch.ones_like(made))
    if kind == "least-squares":
        return 0.5 * F.mse_loss(made, torch.ones_like(made))
    return -made.mean()


def trace(name, kind, normalization, classes=0, target=1.0, rounds=1):
    generator, discriminator = Generator(classes), Discriminator(classes, normalization)
    g_step = torch.optim.Adam(generator.parameters(), lr=2e-4, betas=(0.5, 0.999))
    d_step = torch.optim.Adam(discriminator.parameters(), lr=2e-4, betas=(0.5, 0.999))
    rows = []
    for step in range(STEPS):
        real = numbers(1000 + step, (BATCH, HEIGHT, WIDTH, CHANNELS)).permute(0, 3, 1, 2)
        labels = torch.tensor([(3 * i + step) % max(1, classes) for i in range(BATCH)])
        for turn in range(rounds):
            made = generator(numbers(3000 + 10 * step + turn, (BATCH, NOISE)), labels)
            if turn == 0:
                scores = discriminator(real, labels), discriminator(made.detach(), labels)
                d_loss = discriminator_loss(kind, *scores, target)
                d_step.zero_grad()
                d_loss.backward()
                d_step.step()
            g_loss = generator_loss(kind, discriminator(made, labels))
            g_step.zero_grad()
            g_loss.backward()
            g_step.step()
            if turn == 0:
                rows.append([d_loss.item(), g_loss.item(), scores[0].mean().item(), scores[1].mean().item()])
    tensors[f"trace/{name}"] = torch.tensor(rows, dtype=torch.float32)


def spectral():
    """A convolution under spectral_norm: weight and gradient after 3 and 40 rounds."""
    layer = torch.nn.Conv2d(3, 5, 4, bias=False)
    fill([("weight", layer.weight, (2, 3, 1, 0))])
    spectral_norm(layer)
    start = numbers(700, (5,))
    layer.weight_u.copy_(start / start.norm())
    up = numbers(800, (4, 4, 3, 5))
    for round in range(40):
        layer(torch.zeros(1, 3, 4, 4))
        value = layer.weight
        if round in (2, 39):
            layer.zero_grad()
            (value.permute(2, 3, 1, 0) * up).sum().backward()
            gradient = layer.weight_orig.grad
            tensors[f"spectral/{round + 1}/weight"] = value.detach().permute(2, 3, 1, 0).float().contiguous()
            tensors[f"spectral/{round + 1}/gradient"] = gradient.permute(2, 3, 1, 0).float().contiguous()
            tensors[f"spectral/{round + 1}/outputs"] = layer.weight_u.float().clone()


trace("logistic", "logistic", "batch")
trace("logistic, classes, two generator steps", "logistic", "batch", classes=3, rounds=2)
trace("least-squares, smoothed", "least-squares", "none", target=0.9)
trace("hinge, spectral", "hinge", "spectral", classes=3)
trace("wasserstein, spectral", "wasserstein", "spectral")
spectral()
save_file(tensors, "Tests/GradusTests/Fixtures/gan.safetensors")
