"""Small files of torch.save in both of its forms, good and hostile ones, with what they hold as safetensors.

Run from the repository's root with a Python that has torch and safetensors: python Tests/Reference/torch_files.py
They are read by Tests/GradusDataTests/PyTorch.
"""

import os
import pickle
from collections import OrderedDict

import torch
from safetensors.torch import save_file

torch.manual_seed(3)
FOLDER = "Tests/GradusDataTests/Fixtures"

base = torch.randn(4, 6)
shared = torch.randn(5)
state = OrderedDict(
    plain=base.clone(),
    transposed=base.t(),
    column=base[:, 2],
    steps=base[1::2, ::3],
    part=base[2],
    permuted=torch.randn(2, 3, 4).permute(2, 0, 1),
    repeated=torch.randn(3, 1).expand(3, 2)[:, :1],
    scalar=torch.tensor(2.5),
    empty=torch.zeros(0, 3),
    half=torch.tensor([1.5, -0.25, 6e-8, 65504.0]).half(),
    brain=torch.tensor([1.5, -3.0, 1e30]).bfloat16(),
    double=torch.tensor([1 / 3, -2.0], dtype=torch.float64),
    num_batches_tracked=torch.tensor(123456),
    int32=torch.tensor([-5, 7], dtype=torch.int32),
    int16=torch.tensor([-300, 7], dtype=torch.int16),
    int8=torch.tensor([-5, 7], dtype=torch.int8),
    uint8=torch.tensor([250, 7], dtype=torch.uint8),
    bool=torch.tensor([True, False]),
    tied=shared,
    tied_again=shared,
    parameter=torch.nn.Parameter(torch.randn(2, 2)),
)
save_file({k: v.detach().float().contiguous().clone() for k, v in state.items()}, f"{FOLDER}/torch-values.safetensors")


class Call:
    """Pickles as a call of any function: what a hostile file does."""

    def __init__(self, function, *arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


def save(name, value):
    torch.save(value, f"{FOLDER}/{name}-zip.pth")
    torch.save(value, f"{FOLDER}/{name}-old.pth", _use_new_zipfile_serialization=False)


save("state", state)
module = torch.nn.Sequential(torch.nn.Conv2d(2, 3, 3), torch.nn.BatchNorm2d(3), torch.nn.Flatten(), torch.nn.Linear(12, 2))
checkpoint = {
    "epoch": 7,
    "state_dict": torch.nn.DataParallel(module).state_dict(),
    "best": 0.5,
    "history": [1, 2.5, (3, None, True)],
    "note": "words",
}
save("checkpoint", checkpoint)
x = torch.randn(2, 2, 4, 4)
module.eval()
save_file({"input": x, "output": module(x).detach()}, f"{FOLDER}/checkpoint-values.safetensors")
save("hostile", {"weight": torch.zeros(2), "surprise": Call(os.system, "touch /tmp/gradus-was-here")})
save("eval", {"surprise": Call(eval, "1 + 1")})
save("number", 5)
save("object", torch.nn.Linear(2, 2))
