"""What each module of a PyTorch network makes of a picture, for a layer-by-layer comparison.

    python Tests/Reference/activations.py NETWORK OUT.safetensors [WEIGHTS.pth] [SIDE]

NETWORK is a name of torchvision.models, as mobilenet_v2. The file holds "input" [N, C, H, W] and each module's output under the
module's name; `image-classification classify --model mobilenetv2 --compare OUT.safetensors` finds the first layer that
differs. Without weights they follow a formula (see networks.py), which the tests know too.
"""

import sys

import torch
from safetensors.torch import save_file


def activations(model, x):
    """The outputs of all modules by name, with "input"."""
    found = {"input": x}

    def hook(name):
        return lambda module, inputs, output: found.__setitem__(name, output.detach().clone())

    hooks = [m.register_forward_hook(hook(name)) for name, m in model.named_modules() if name]
    with torch.no_grad():
        found["output"] = model(x)
    for h in hooks:
        h.remove()
    return {k: v.contiguous().clone() for k, v in found.items()}


if __name__ == "__main__":
    import torchvision

    model = getattr(torchvision.models, sys.argv[1])().eval()
    if len(sys.argv) > 3:
        model.load_state_dict(torch.load(sys.argv[3], weights_only=True))
    else:
        from networks import by_formula

        by_formula(model)
    side = int(sys.argv[4]) if len(sys.argv) > 4 else 224
    torch.manual_seed(1)
    save_file(activations(model, torch.randn(1, 3, side, side)), sys.argv[2])
