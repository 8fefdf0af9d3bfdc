"""ResNet-18 and MobileNetV2 for ImageNet in PyTorch and onnxruntime: inference of 1 and of 32 pictures, with random weights.

Called by peers.py. PyTorch runs them eagerly, with the channels last, and compiled; onnxruntime runs the network that PyTorch
exports, with batch normalisation folded into the convolutions, which it does by itself.
"""
import tempfile

NETWORKS = {"resnet18": "resnet18", "mobilenetv2": "mobilenet_v2"}
WORKLOADS = [f"{net}-{images}" for net in NETWORKS for images in (1, 32)]


def network(net):
    import torch
    import torchvision

    torch.manual_seed(0)
    torch.set_num_threads(2)
    name, images = net.rsplit("-", 1)
    return getattr(torchvision.models, NETWORKS[name])().eval(), torch.randn(int(images), 3, 224, 224)


def torch_inference(variant, net):
    import torch

    model, x = network(net)
    if variant != "eager":
        model, x = model.to(memory_format=torch.channels_last), x.to(memory_format=torch.channels_last)
    call = torch.compile(model) if variant == "compile" else model

    def step():
        with torch.inference_mode():
            call(x)

    return step


def onnxruntime_inference(net):
    import onnxruntime
    import torch

    model, x = network(net)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/network.onnx"
        torch.onnx.export(model, (x,), path, dynamo=False)
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    inputs = {session.get_inputs()[0].name: x.numpy()}
    return lambda: session.run(None, inputs)
