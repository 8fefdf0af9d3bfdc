"""Three trainings that need gradients of gradients, in PyTorch, for Tests/GradusTests/Reference/SecondOrderTraces.swift.

Run from the repository's root with a Python that has torch, numpy and safetensors:

    python Tests/Reference/second_order.py FASHION_MNIST_FOLDER

The folder holds t10k-images-idx3-ubyte.gz (Fashion-MNIST, MIT licence, https://github.com/zalandoresearch/fashion-mnist).
Its first 64 pictures and the losses of 20 steps of a WGAN-GP critic go to Tests/GradusTests/Fixtures/wgan.safetensors; what
MAML on sinusoids and a physics-informed net for a damped oscillator reach with five seeds is printed and stands in the tests.
"""

import gzip
import math
import sys

import numpy
import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional as F

sys.path.insert(0, "Tests/Reference")
from reference_numbers import spread, weight

torch.set_num_threads(1)


def numbers(tensor, shape):
    return torch.tensor(spread(tensor, int(numpy.prod(shape))).reshape(shape))


def wgan(folder):
    """Gulrajani et al. 2017: the critic's loss D(fake) − D(real) + 10 (‖∇D(between)‖ − 1)², Adam with β 0, 0.9."""
    with gzip.open(f"{folder}/t10k-images-idx3-ubyte.gz") as file:
        pixels = numpy.frombuffer(file.read(), numpy.uint8, offset=16)[: 64 * 784].reshape(64, 28, 28, 1)
    torch.set_default_dtype(torch.float64)
    real = torch.tensor(pixels.astype(numpy.float64) / 127.5 - 1).permute(0, 3, 1, 2)
    # Weights in Gradus's order and layout: [KH, KW, C, M] and [D, M] with D over height, width, channels.
    shapes = [("weight", (5, 5, 1, 16)), ("bias", (16,)), ("weight", (5, 5, 16, 32)), ("bias", (32,)),
              ("weight", (1568, 1)), ("bias", (1,))]
    w = [torch.tensor(weight(i, n, s).astype(numpy.float64)) for i, (n, s) in enumerate(shapes)]
    w = [w[0].permute(3, 2, 0, 1).contiguous(), w[1], w[2].permute(3, 2, 0, 1).contiguous(), w[3], w[4], w[5]]
    for p in w:
        p.requires_grad_()
    optimizer = torch.optim.Adam(w, lr=1e-3, betas=(0.0, 0.9))

    def critic(x):
        x = F.leaky_relu(F.conv2d(x, w[0], w[1], stride=2, padding=2), 0.2)
        x = F.leaky_relu(F.conv2d(x, w[2], w[3], stride=2, padding=2), 0.2)
        return x.permute(0, 2, 3, 1).flatten(1) @ w[4] + w[5]

    losses = []
    for step in range(20):
        fake = numbers(1000 + step, (64, 28, 28, 1)).double().permute(0, 3, 1, 2)
        share = (numbers(2000 + step, (64, 1, 1, 1)).double() + 1) / 2
        between = (share * real + (1 - share) * fake).requires_grad_()
        slope, = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
        penalty = ((slope.flatten(1).square().sum(1).sqrt() - 1) ** 2).mean()
        loss = critic(fake).mean() - critic(real).mean() + 10 * penalty
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    print("WGAN-GP:", losses[0], losses[-1])
    save_file({"images": torch.tensor(pixels.copy()), "losses": torch.tensor(losses, dtype=torch.float32)},
              "Tests/GradusTests/Fixtures/wgan.safetensors")
    torch.set_default_dtype(torch.float32)


def maml(seed):
    """Finn et al. 2017 on sinusoids: the mean loss of 100 unseen ones after one step from ten points."""
    torch.manual_seed(seed)
    sizes = [1, 40, 40, 1]
    w = []
    for a, b in zip(sizes, sizes[1:]):
        w += [(torch.randn(a, b) * (1 / a) ** 0.5).requires_grad_(), torch.zeros(b, requires_grad=True)]

    def net(x, w):
        return torch.tanh(torch.tanh(x @ w[0] + w[1]) @ w[2] + w[3]) @ w[4] + w[5]

    def task():
        amplitude, phase = torch.rand(()) * 4.9 + 0.1, torch.rand(()) * math.pi
        x = torch.rand(20, 1) * 10 - 5
        y = amplitude * torch.sin(x + phase)
        return x[:10], y[:10], x[10:], y[10:]

    def adapted_loss(create_graph):
        x, y, query_x, query_y = task()
        gradients = torch.autograd.grad(F.mse_loss(net(x, w), y), w, create_graph=create_graph)
        return F.mse_loss(net(query_x, [p - 0.05 * g for p, g in zip(w, gradients)]), query_y)

    optimizer = torch.optim.Adam(w, lr=2e-3)
    for _ in range(600):
        loss = sum(adapted_loss(True) for _ in range(4)) / 4
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return sum(adapted_loss(False).item() for _ in range(100)) / 100


def oscillator(seed):
    """u″ + 2 u′ + 26 u = 0, u(0) = 1, u′(0) = 0: the root mean square error of a net that only knows this."""
    torch.manual_seed(seed)
    sizes = [1, 32, 32, 1]
    w = []
    for a, b in zip(sizes, sizes[1:]):
        w += [(torch.randn(a, b) * (1 / a) ** 0.5).requires_grad_(), torch.zeros(b, requires_grad=True)]

    def net(t):
        return torch.tanh(torch.tanh((4 * t - 2) @ w[0] + w[1]) @ w[2] + w[3]) @ w[4] + w[5]

    optimizer = torch.optim.Adam(w, lr=5e-3)
    t = torch.linspace(0, 1, 30).reshape(-1, 1).requires_grad_()
    for _ in range(2000):
        u = net(t)
        du, = torch.autograd.grad(u.sum(), t, create_graph=True)
        d2u, = torch.autograd.grad(du.sum(), t, create_graph=True)
        residual = d2u + 2 * du + 26 * u
        loss = 1e-3 * residual.square().mean() + (u[0] - 1).square().sum() + 0.1 * du[0].square().sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    exact = torch.exp(-t) * (torch.cos(5 * t) + 0.2 * torch.sin(5 * t))
    return (net(t) - exact).square().mean().sqrt().item()


if __name__ == "__main__":
    wgan(sys.argv[1])
    import time
    for name, training in (("MAML", maml), ("oscillator", oscillator)):
        start = time.time()
        results = [training(seed) for seed in range(5)]
        print(name, ", ".join(f"{r:.4f}" for r in results), f"{(time.time() - start) / 5:.1f} s each")
