"""Outputs of torchvision's networks, and of CIFAR's ResNet-20, with weights by a formula, so that no weights need be kept:
Tests/GradusTests/Fixtures/networks.safetensors.

Run from the repository's root with a Python that has torch, torchvision and safetensors: python Tests/Reference/networks.py
Number i of a tensor is sin(12.9898 i + s) in double precision, where s is the sum of the bytes of the tensor's name; times
2 / √(numbers a unit sees) for weights, 0.1 for biases and means, 0.2 more than 1 for scales and 0.5 more than 1 for variances.
Pictures have the same numbers under the name "input".
"""

import math

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import save_file


def waves(name, shape):
    i = np.arange(math.prod(shape), dtype=np.float64)
    return np.sin(12.9898 * i + sum(name.encode())).reshape(shape)


def by_formula(model):
    state = model.state_dict()
    for name, tensor in state.items():
        if name.endswith("num_batches_tracked"):
            continue
        values = waves(name, tuple(tensor.shape))
        if tensor.dim() > 1:
            values = values * 2 * math.sqrt(1 / math.prod(tensor.shape[1:]))
        elif name.endswith("running_var"):
            values = 1 + 0.5 * values
        elif name.endswith("weight"):
            values = 1 + 0.2 * values
        else:
            values = 0.1 * values
        tensor.copy_(torch.tensor(values.astype(np.float32)))
    return model.eval()


class Block(torch.nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        stride = 1 if inputs == outputs else 2
        self.conv1 = torch.nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = torch.nn.BatchNorm2d(outputs)
        self.conv2 = torch.nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = torch.nn.BatchNorm2d(outputs)
        self.added = outputs - inputs

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        if self.added:
            x = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.added // 2, self.added // 2))
        return F.relu(x + y)


class ResNet20(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.bn1 = torch.nn.BatchNorm2d(16)
        stage = lambda i, o: torch.nn.Sequential(Block(i, o), Block(o, o), Block(o, o))
        self.layer1, self.layer2, self.layer3 = stage(16, 16), stage(16, 32), stage(32, 64)
        self.linear = torch.nn.Linear(64, 10)

    def forward(self, x):
        x = self.layer3(self.layer2(self.layer1(F.relu(self.bn1(self.conv1(x))))))
        return self.linear(x.mean((2, 3)))


if __name__ == "__main__":
    import torchvision

    from activations import activations

    tensors = {}
    for name, model, side in [
        ("resnet18", torchvision.models.resnet18(), 64),
        ("mobilenetv2", torchvision.models.mobilenet_v2(), 64),
        ("vgg11", torchvision.models.vgg11_bn(num_classes=10), 224),
    ]:
        if name == "vgg11":
            # The form for small pictures: one dense layer behind the means.
            model.avgpool, model.classifier = torch.nn.AdaptiveAvgPool2d(1), torch.nn.Sequential(torch.nn.Identity(), torch.nn.Linear(512, 10))
            side = 64
        by_formula(model)
        x = torch.tensor(waves("input", (2, 3, side, side)).astype(np.float32))
        with torch.no_grad():
            tensors[f"{name}/output"] = model(x)
    model = by_formula(ResNet20())
    x = torch.tensor(waves("input", (1, 3, 8, 8)).astype(np.float32))
    for key, value in activations(model, x).items():
        tensors[f"resnet20-cifar/{key}"] = value
    save_file(tensors, "Tests/GradusTests/Fixtures/networks.safetensors")
