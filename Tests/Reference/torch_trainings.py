"""Small files as trainings save them: weights beside optimisers, counters, NumPy's numbers and objects of classes of their own.

Run from the repository's root with a Python that has torch and numpy: python Tests/Reference/torch_trainings.py
They are read by Tests/GradusDataTests/PyTorch/TorchTrainings.swift, which knows the values: the weights are counted up from 1.
"""

import argparse
import collections
import enum
import io
import pickle
import struct
from collections import OrderedDict

import numpy
import torch

FOLDER = "Tests/GradusDataTests/Fixtures"


class Phase(enum.Enum):
    WARM_UP = 1


class Settings(dict):
    """A dictionary of a class of its own, with attributes."""


class Tracker:
    def __init__(self):
        self.values, self.seen = [torch.ones(3)], {1, 2}


class Slotted:
    __slots__ = ("a",)


def counted(*shapes):
    start, tensors = 1, []
    for shape in shapes:
        count = int(numpy.prod(shape))
        tensors.append(torch.arange(start, start + count, dtype=torch.float32).reshape(shape))
        start += count
    return tensors


def state(prefix=""):
    weight, bias = counted((3, 2), (3,))
    return OrderedDict([(prefix + "fc.weight", weight), (prefix + "fc.bias", bias)])


def optimizer_state():
    model = torch.nn.Sequential(*[torch.nn.Linear(2, 2) for _ in range(4)])
    adam = torch.optim.Adam(model.parameters(), lr=0.1)
    model(torch.ones(1, 2)).sum().backward()
    adam.step()
    return adam.state_dict()


slotted = Slotted()
slotted.a = 3
beside = {
    "epoch": torch.tensor(7),
    "best_acc1": torch.tensor(71.5),
    "losses": [torch.tensor(1.0), numpy.float32(2.5)],
    "accuracy": numpy.float64(0.5),
    "curve": numpy.arange(4.0),
    "args": argparse.Namespace(arch="resnet", lr=0.1),
    "scheduler": {"milestones": collections.Counter([30, 60]), "last": collections.deque([1, 2])},
    "history": collections.defaultdict(list, {"loss": [1.0]}),
    "optimizer": optimizer_state(),
    "size": torch.Size([3, 2]),
    "device": torch.device("cpu"),
    "dtype": torch.float32,
    "phase": Phase.WARM_UP,
    "settings": Settings(width=3),
    "tracker": Tracker(),
    "slotted": slotted,
    "rng_state": torch.get_rng_state()[:64],
    "shapes": {(1, 2), (3,)},
    "frozen": frozenset({1}),
    "raw": b"bytes",
    "buffer": bytearray(b"more"),
    "large": 1 << 80,
    "complex": 1 + 2j,
    "slice": slice(1, 2),
}
for name in ("Phase", "Settings", "Tracker", "Slotted"):
    globals()[name].__module__ = "training.utilities"
import sys, types

module = types.ModuleType("training.utilities")
for name in ("Phase", "Settings", "Tracker", "Slotted"):
    setattr(module, name, globals()[name])
sys.modules["training"], sys.modules["training.utilities"] = types.ModuleType("training"), module


def save(name, value, protocol=2):
    torch.save(value, f"{FOLDER}/{name}-zip.pth", pickle_protocol=protocol)
    torch.save(value, f"{FOLDER}/{name}-old.pth", pickle_protocol=protocol, _use_new_zipfile_serialization=False)


save("training", {**beside, "state_dict": state()})
save("training5", {**beside, "state_dict": state()}, protocol=5)
# Nothing tells but the number of tensors, and the optimiser has more of them than the network.
save("unnamed", {"best": torch.tensor(1.0), "adam_like": optimizer_state(), "things": {"inner": state(), "best": torch.ones(1)}})
save("wrapped", {"model": state("module._orig_mod.")})
row = torch.tensor([1.0, 2.0, 3.0])
save(
    "numbers",
    OrderedDict(
        expanded=row.expand(4, 3),
        column=row.reshape(3, 1).expand(3, 5),
        scalar=torch.tensor(2.0).expand(2, 2),
        u16=torch.tensor([1, 65535], dtype=torch.uint16),
        u32=torch.tensor([1, 65536], dtype=torch.uint32),
        u64=torch.tensor([1, 1 << 40], dtype=torch.uint64),
        i64=torch.tensor([1, (1 << 24) + 1]),
        e4m3=torch.tensor([1.5, -448.0]).to(torch.float8_e4m3fn),
        e5m2=torch.tensor([1.5, -57344.0]).to(torch.float8_e5m2),
        complex=torch.tensor([1 + 2j]),
    ),
)


def sparse():
    return OrderedDict(weight=torch.ones(2), other=torch.eye(3).to_sparse())


save("sparse", {"state_dict": sparse()})
