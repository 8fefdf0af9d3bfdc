"""Forward and backward of every layer in PyTorch, written to Tests/GradusTests/Fixtures/layers.safetensors.

Run from the repository's root with a Python that has torch and safetensors: python Tests/Reference/layers.py
(the committed file: PyTorch 2.15; other versions differ in the last bit).
Every tensor is kept in Gradus's layout: images N H W C, filters KH KW C M, transposed filters KH KW M C.
A case "c" has its inputs as c/in/0, c/in/1, …, its output c/out, the gradient that came from above c/up, and the gradients
c/grad/0, …
"""

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

torch.manual_seed(7)
torch.set_num_threads(1)
tensors = {}


def case(name, function, *shapes, scale=1.0):
    inputs = [(torch.randn(shape) * scale).requires_grad_() for shape in shapes]
    out = function(*inputs)
    up = torch.randn(out.shape)
    out.backward(up)
    for index, tensor in enumerate(inputs):
        tensors[f"{name}/in/{index}"] = tensor.detach().contiguous()
        tensors[f"{name}/grad/{index}"] = tensor.grad.contiguous()
    tensors[f"{name}/out"] = out.detach().contiguous()
    tensors[f"{name}/up"] = up


def first(x):
    return x.permute(0, 3, 1, 2)


def last(x):
    return x.permute(0, 2, 3, 1)


def conv(**options):
    return lambda x, w, b: last(F.conv2d(first(x), w.permute(3, 2, 0, 1), b, **options))


def transposed(**options):
    return lambda x, w, b: last(F.conv_transpose2d(first(x), w.permute(3, 2, 0, 1), b, **options))


case("dense", lambda x, w, b: x @ w + b, (5, 4), (4, 3), (3,))
case("conv", conv(), (2, 6, 7, 3), (3, 3, 3, 4), (4,))
case("conv stride 2 padding 1", conv(stride=2, padding=1), (2, 7, 6, 3), (3, 3, 3, 4), (4,))
case("conv dilation 2", conv(dilation=2), (1, 8, 8, 2), (3, 3, 2, 3), (3,))
case("conv groups 2", conv(groups=2, padding=1), (2, 5, 5, 4), (3, 3, 2, 6), (6,))
case("conv depthwise", conv(groups=4, padding=(1, 2)), (1, 5, 5, 4), (3, 5, 1, 4), (4,))
case("conv transposed", transposed(stride=2, padding=1), (2, 4, 3, 3), (4, 4, 2, 3), (2,))
case("conv transposed output padding", transposed(stride=2, padding=1, output_padding=1), (1, 3, 3, 2), (3, 3, 2, 2), (2,))
case("max pool", lambda x: last(F.max_pool2d(first(x), 2)), (2, 6, 4, 3))
case("max pool 3 stride 2 padding 1", lambda x: last(F.max_pool2d(first(x), 3, 2, 1)), (2, 7, 6, 2))
case("average pool", lambda x: last(F.avg_pool2d(first(x), 2)), (2, 6, 4, 3))
case("average pool padded", lambda x: last(F.avg_pool2d(first(x), 3, 2, 1)), (2, 7, 6, 2))
case("average pool padding not counted", lambda x: last(F.avg_pool2d(first(x), 3, 2, 1, count_include_pad=False)), (2, 7, 6, 2))
case("batch norm", lambda x, s, b: last(F.batch_norm(first(x), None, None, s, b, training=True)), (3, 4, 5, 6), (6,), (6,))
case("layer norm", lambda x, s, b: F.layer_norm(x, (6,), s, b), (3, 4, 6), (6,), (6,))
case("group norm", lambda x, s, b: last(F.group_norm(first(x), 3, s, b)), (2, 4, 3, 6), (6,), (6,))
case("local response norm", lambda x: last(F.local_response_norm(first(x), 5, alpha=0.5, beta=0.75, k=2)), (2, 3, 3, 8))
for name in ("relu", "elu", "gelu", "silu", "tanh", "sigmoid", "softplus"):
    case(name, getattr(F, name) if hasattr(F, name) else getattr(torch, name), (4, 7), scale=2)
case("leaky relu", lambda x: F.leaky_relu(x, 0.2), (4, 7))
case("softmax", lambda x: F.softmax(x, -1), (4, 7))
case("log softmax", lambda x: F.log_softmax(x, -1), (4, 7))

labels = torch.tensor([3, 1, 0, 6, 2])
weights = torch.tensor([1, 2, 0.5, 1, 1, 3, 0.7])
case("cross entropy", lambda x: F.cross_entropy(x, labels), (5, 7))
case("cross entropy smoothed", lambda x: F.cross_entropy(x, labels, label_smoothing=0.1), (5, 7))
case("cross entropy weighted", lambda x: F.cross_entropy(x, labels, weights, label_smoothing=0.1), (5, 7))
case("cross entropy ignoring", lambda x: F.cross_entropy(x, labels, ignore_index=6), (5, 7))
half = torch.full((4, 3), 0.25)
case("binary cross entropy", lambda x: F.binary_cross_entropy_with_logits(x, half, pos_weight=torch.tensor(3.0)), (4, 3))
case("mean squared error", F.mse_loss, (4, 3), (4, 3))
case("mean absolute error", F.l1_loss, (4, 3), (4, 3))
case("huber", lambda x, t: F.huber_loss(x, t, delta=0.7), (4, 3), (4, 3))
case("multi margin", lambda x: F.multi_margin_loss(x, labels) * 7, (5, 7))
spread = torch.softmax(torch.linspace(-1, 2, 35).reshape(5, 7), 1)
case("kl divergence", lambda x: F.kl_div(F.log_softmax(x, 1), spread, reduction="batchmean"), (5, 7))


def recurrent(module, gates, lengths=None):
    """A torch module run functionally on x and h (and c), with weights in Gradus's layout."""

    def run(x, h, wx, wh, bx, bh, *c):
        names = ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"]
        values = dict(zip(names, [wx.T, wh.T, bx, bh]))
        state = (h[None], c[0][None]) if c else h[None]
        inputs = x
        if lengths is not None:
            inputs = torch.nn.utils.rnn.pack_padded_sequence(x, lengths, enforce_sorted=False)
        out, end = torch.func.functional_call(module, values, (inputs, state))
        if lengths is not None:
            out, _ = torch.nn.utils.rnn.pad_packed_sequence(out, total_length=x.shape[0])
        ends = list(end) if c else [end]
        return torch.cat([out.flatten()] + [e.flatten() for e in ends])

    return run


def shapes(gates, has_cell):
    base = [(4, 3, 5), (3, 6), (5, 6 * gates), (6, 6 * gates), (6 * gates,), (6 * gates,)]
    return base + [(3, 6)] if has_cell else base


case("lstm", recurrent(torch.nn.LSTM(5, 6), 4), *shapes(4, True))
case("lstm lengths", recurrent(torch.nn.LSTM(5, 6), 4, [4, 2, 3]), *shapes(4, True))
case("gru", recurrent(torch.nn.GRU(5, 6), 3), *shapes(3, False))
case("gru lengths", recurrent(torch.nn.GRU(5, 6), 3, [1, 4, 2]), *shapes(3, False))
case("rnn", recurrent(torch.nn.RNN(5, 6), 1), *shapes(1, False))


def heads(x, w, b, wo, bo):
    mask = torch.triu(torch.ones(4, 4, dtype=torch.bool), diagonal=1)
    out, _ = F.multi_head_attention_forward(
        x.transpose(0, 1), x.transpose(0, 1), x.transpose(0, 1), 6, 2, w.T.contiguous(), b, None, None, False, 0, wo.T,
        bo, attn_mask=mask)
    return out.transpose(0, 1)


case("multi-head attention", heads, (3, 4, 6), (6, 18), (18,), (6, 6), (6,))


def optimizer(name, make, steps=6):
    w = torch.randn(9).requires_grad_()
    tensors[f"{name}/start"] = w.detach().clone()
    step = make([w])
    for index in range(steps):
        w.grad = torch.randn(9)
        tensors[f"{name}/gradient/{index}"] = w.grad.clone()
        step.step()
        tensors[f"{name}/after/{index}"] = w.detach().clone()


o = torch.optim
optimizer("sgd", lambda p: o.SGD(p, lr=0.1))
optimizer("sgd momentum", lambda p: o.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.01))
optimizer("sgd nesterov", lambda p: o.SGD(p, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.01))
optimizer("rmsprop", lambda p: o.RMSprop(p, lr=0.01, alpha=0.95))
optimizer("rmsprop momentum", lambda p: o.RMSprop(p, lr=0.01, alpha=0.9, momentum=0.8, weight_decay=0.01))
optimizer("adagrad", lambda p: o.Adagrad(p, lr=0.1, weight_decay=0.01))
optimizer("adam", lambda p: o.Adam(p, lr=0.01))
optimizer("adam decay", lambda p: o.Adam(p, lr=0.01, betas=(0.5, 0.99), weight_decay=0.1))
optimizer("adamw", lambda p: o.AdamW(p, lr=0.01, weight_decay=0.1))
optimizer("adagrad begun at 0.5", lambda p: o.Adagrad(p, lr=0.1, initial_accumulator_value=0.5))

case("embedding", lambda w: F.embedding(torch.tensor([[2, 0, 2], [3, 3, 1]]), w), (4, 5))
case("rnn relu", recurrent(torch.nn.RNN(5, 6, nonlinearity="relu"), 1), *shapes(1, False))
allowed = torch.arange(5)[None, None, :] < torch.tensor([5, 2])[:, None, None]
case("dot attention", lambda q, k, v: F.scaled_dot_product_attention(q, k, v, allowed), (2, 3, 4), (2, 5, 4), (2, 5, 6))
case("cross entropy distributions", lambda x: F.cross_entropy(x, spread), (5, 7))
signs = torch.tensor([1.0, -1, 1, 1, -1, -1])
case("hinge", lambda x: F.relu(1 - signs * x).mean(), (6,))


def layer(name, module, run, *shapes):
    """A whole torch layer: its parameters by PyTorch's names, inputs, output, and all gradients."""
    case(name, lambda *inputs: run(module, *inputs), *shapes)
    for key, value in module.named_parameters():
        tensors[f"{name}/parameter/{key}"] = value.detach().clone()
        tensors[f"{name}/slope/{key}"] = value.grad.clone()


def packed(module, x, lengths=(5, 2, 3)):
    """Outputs and last states of a batch-first recurrent layer over rows of different lengths."""
    inputs = torch.nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    out, end = module(inputs)
    out, _ = torch.nn.utils.rnn.pad_packed_sequence(out, batch_first=True, total_length=x.shape[1])
    ends = list(end) if isinstance(end, tuple) else [end]
    return torch.cat([out.flatten()] + [e.flatten() for e in ends])


two = dict(num_layers=2, bidirectional=True, batch_first=True)
layer("lstm stack", torch.nn.LSTM(4, 3, **two), packed, (3, 5, 4))
layer("gru stack", torch.nn.GRU(4, 3, **two), packed, (3, 5, 4))
layer("rnn stack", torch.nn.RNN(4, 3, **two), packed, (3, 5, 4))
attention = torch.nn.MultiheadAttention(8, 2, batch_first=True)
layer("multi-head attention layer", attention, lambda m, q, k, v: m(q, k, v, need_weights=False)[0],
      (2, 3, 8), (2, 5, 8), (2, 5, 8))

case("relu6", F.relu6, (4, 7), scale=5)


def within(x):
    """Caffe's local response normalisation within channels: zeros around the image count in the mean."""
    strength = F.avg_pool2d(first(x) ** 2, 3, 1, 1)
    return last(first(x) / (1 + 0.5 * strength) ** 0.75)


case("local response norm within channels", within, (2, 4, 5, 3))
case("conv depthwise stride 2", conv(groups=20, stride=2, padding=1), (2, 7, 8, 20), (3, 3, 1, 20), (20,))
case("conv depthwise side by side", conv(groups=20, padding=1), (2, 6, 9, 20), (3, 3, 1, 20), (20,))

save_file(tensors, "Tests/GradusTests/Fixtures/layers.safetensors")
