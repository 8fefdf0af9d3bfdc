"""Steps of training and inference in PyTorch and onnxruntime, for networks of this folder."""
import tempfile

import numpy
import onnxruntime
import torch

THREADS = 2


def prepare():
    torch.manual_seed(0)
    torch.set_num_threads(THREADS)


def placed(variant, x):
    """Images and image networks with the channels last, unless the variant is plain."""
    return x if variant == "eager" else x.to(memory_format=torch.channels_last)


def training(variant, model, inputs, loss, optimizer):
    call = torch.compile(model) if variant.startswith("compile") else model

    def step():
        optimizer.zero_grad()
        loss(call(*inputs)).backward()
        optimizer.step()

    return step


def inference(variant, model, inputs):
    model = model.eval()
    call = torch.compile(model) if variant.startswith("compile") else model

    def step():
        with torch.inference_mode():
            call(*inputs)

    return step


def onnx_session(model, inputs, **names):
    """The network that PyTorch exports, in onnxruntime with all of its fusions."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/network.onnx"
        torch.onnx.export(model.eval(), inputs, path, dynamo=False, opset_version=17, **names)
        return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def onnx_inference(model, inputs):
    session = onnx_session(model, inputs)
    given = {i.name: numpy.ascontiguousarray(x.numpy()) for i, x in zip(session.get_inputs(), inputs)}
    return lambda: session.run(None, given)
