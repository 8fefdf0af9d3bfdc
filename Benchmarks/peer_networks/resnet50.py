"""ResNet50.swift in PyTorch and onnxruntime: torchvision's network, one image."""
import torch
import torchvision

from peer_networks import steps


def step(runtime, variant, workload):
    steps.prepare()
    model, x = torchvision.models.resnet50().eval(), torch.randn(1, 3, 224, 224)
    if runtime == "onnxruntime":
        return steps.onnx_inference(model, (x,))
    return steps.inference(variant, steps.placed(variant, model), (steps.placed(variant, x),))
