"""The first 12 losses of small translators in PyTorch, written to Tests/GradusTests/Fixtures/translation.json.

Run from the repository's root with a Python that has torch and numpy: python Tests/Reference/translation.py
Weights are kept in Gradus's layouts and names. Made with torch 2.15.
"""

import json
import sys

import torch
import torch.nn.functional as F

sys.path.insert(0, "Tests/Reference")
from reference_numbers import weight

torch.set_num_threads(1)
torch.use_deterministic_algorithms(True)
DTYPE = torch.float64
SOURCE, TARGET, D, H, N, S, T = 40, 30, 8, 12, 5, 7, 6
STEPS = 12


class Weights:
    """Trainable tensors by name, in the order in which Gradus finds them."""

    def __init__(self, shapes):
        self.by_name = {
            name: torch.tensor(weight(i, name, shape), dtype=DTYPE).requires_grad_()
            for i, (name, shape) in enumerate(shapes)
        }
        self.optimizer = torch.optim.Adam(self.by_name.values(), lr=1e-2)

    def __getitem__(self, name):
        return self.by_name[name]


def batch(step):
    """Pair n has 3 + (n + step) % 5 source words and 2 + (2 n + step) % 5 target words, the end included."""
    lengths = [3 + (n + step) % 5 for n in range(N)]
    ends = [2 + (2 * n + step) % 5 for n in range(N)]
    source = torch.zeros(N, max(lengths), dtype=torch.long)
    words, labels = (torch.zeros(N, max(ends), dtype=torch.long) for _ in range(2))
    labels[:] = -1
    for n in range(N):
        for s in range(lengths[n]):
            source[n, s] = 4 + (7 * n + 3 * s + step) % (SOURCE - 4)
        said = [4 + (5 * n + 2 * t + step) % (TARGET - 4) for t in range(ends[n] - 1)]
        words[n, : ends[n]] = torch.tensor([2] + said)
        labels[n, : ends[n]] = torch.tensor(said + [3])
    return source, torch.tensor(lengths), words, labels


def cell_shapes(prefix, kind, inputs, units):
    gates = 4 if kind == "lstm" else 3
    return [
        (f"{prefix}.inputWeight", (inputs, gates * units)),
        (f"{prefix}.recurrentWeight", (units, gates * units)),
        (f"{prefix}.inputBias", (gates * units,)), (f"{prefix}.recurrentBias", (gates * units,)),
    ]


def run_cell(w, prefix, kind, x, state):
    names = ("inputWeight", "recurrentWeight", "inputBias", "recurrentBias")
    a, b, c, d = (w[f"{prefix}.{name}"] for name in names)
    if kind == "lstm":
        return torch.lstm_cell(x, state, a.T, b.T, c, d)
    return (torch.gru_cell(x, state[0], a.T, b.T, c, d),)


def run_sequence(w, prefix, kind, x, lengths, is_reversed):
    """Runs `[N, S, D]`; a row that is over keeps its state and gives zeros."""
    units = w[f"{prefix}.recurrentWeight"].shape[0]
    state = tuple(torch.zeros(x.shape[0], units, dtype=DTYPE) for _ in range(2 if kind == "lstm" else 1))
    outputs = [None] * x.shape[1]
    for t in reversed(range(x.shape[1])) if is_reversed else range(x.shape[1]):
        going = (t < lengths)[:, None]
        new = run_cell(w, prefix, kind, x[:, t], state)
        state = tuple(torch.where(going, a, b) for a, b in zip(new, state))
        outputs[t] = torch.where(going, state[0], torch.zeros_like(state[0]))
    return torch.stack(outputs, 1), state


def seq2seq(kind="lstm", encoder="bidirectional", wiring="standard", attention="luong", feeds=True, layers=1,
            residual=False):
    units = H // 2 if encoder == "bidirectional" else H
    # Blocks of (layers, whether both directions).
    blocks = {
        "unidirectional": [(layers, False)], "bidirectional": [(1, True)] * layers,
        "alternating": [(layers // 2, True)], "gnmt": [(1, True), (layers - 1, False)],
    }[encoder]
    shapes = [("sourceEmbedding.weight", (SOURCE, D)), ("targetEmbedding.weight", (TARGET, D))]
    inputs = D
    for b, (count, both) in enumerate(blocks):
        for direction in ("forwardLayers", "reverseLayers")[: 2 if both else 1]:
            for i in range(count):
                shapes += cell_shapes(
                    f"encoder.blocks.{b}.{direction}.cells.{i}", kind, inputs if i == 0 else units, units)
        inputs = units * (2 if both else 1)
    width, is_gnmt = inputs, wiring != "standard"
    fed = 0 if attention is None else width if is_gnmt else H if feeds else 0
    for i in range(layers):
        shapes += cell_shapes(f"decoder.cells.{i}", kind, D + fed if i == 0 else H + (width if is_gnmt else 0), H)
    if attention:
        shapes += [("decoder.attention.keyWeight", (width, H))]
        if attention.endswith("bahdanau"):
            shapes += [("decoder.attention.queryWeight", (H, H)), ("decoder.attention.vector", (H,))]
        if attention in ("scaled_luong", "normed_bahdanau"):
            shapes += [("decoder.attention.gain", (1,))]
        if attention == "normed_bahdanau":
            shapes += [("decoder.attention.bias", (H,))]
        if not is_gnmt:
            shapes += [("decoder.combination", (width + H, H))]
    shapes += [("output", (H, TARGET))]
    w = Weights(shapes)

    def look(query, states, nowhere):
        keys = states @ w["decoder.attention.keyWeight"]
        if attention.endswith("luong"):
            scores = torch.einsum("nd,nsd->ns", query, keys)
            if attention == "scaled_luong":
                scores = scores * w["decoder.attention.gain"]
        else:
            q, v = query @ w["decoder.attention.queryWeight"], w["decoder.attention.vector"]
            if attention == "normed_bahdanau":
                v = w["decoder.attention.gain"] * v / v.norm()
                q = q + w["decoder.attention.bias"]
            scores = torch.tanh(keys + q[:, None]) @ v
        return torch.einsum("ns,nsd->nd", torch.softmax(scores.masked_fill(nowhere, -1e30), 1), states)

    def loss(step):
        source, lengths, words, labels = batch(step)
        nowhere = torch.arange(source.shape[1])[None] >= lengths[:, None]
        x = w["sourceEmbedding.weight"][source]
        ends = []
        for b, (count, both) in enumerate(blocks):
            outputs, directions = [], []
            for direction in ("forwardLayers", "reverseLayers")[: 2 if both else 1]:
                y, states = x, []
                for i in range(count):
                    below = y
                    y, state = run_sequence(
                        w, f"encoder.blocks.{b}.{direction}.cells.{i}", kind, below, lengths, direction == "reverseLayers")
                    if residual and i > 0:
                        y = y + below
                    states.append(state)
                outputs.append(y)
                directions.append(states)
            joined = torch.cat(outputs, 2)
            x = joined + x if residual and b > 0 and joined.shape == x.shape else joined
            ends.append(directions)
        states = {
            "unidirectional": lambda: ends[0][0],
            "bidirectional": lambda: [tuple(torch.cat(p, 1) for p in zip(e[0][0], e[1][0])) for e in ends],
            "alternating": lambda: [state for pair in zip(*ends[0]) for state in pair],
            "gnmt": lambda: ends[0][1] + ends[1][0],
        }[encoder]()
        feed = torch.zeros(N, fed, dtype=DTYPE)
        outputs = []
        for t in range(words.shape[1]):
            y = torch.cat([w["targetEmbedding.weight"][words[:, t]], feed], 1)
            new_feed = feed
            for i in range(layers):
                below = y
                if i > 0 and is_gnmt:
                    y = torch.cat([y, feed if wiring == "gnmt" else new_feed], 1)
                states[i] = run_cell(w, f"decoder.cells.{i}", kind, y, states[i])
                if kind == "lstm":
                    states[i] = tuple(states[i])
                y = states[i][0]
                if residual and i > (1 if is_gnmt else 0):
                    y = y + below
                if i == 0 and is_gnmt:
                    new_feed = look(y, x, nowhere)
            feed = new_feed
            if attention and not is_gnmt:
                y = torch.tanh(torch.cat([look(y, x, nowhere), y], 1) @ w["decoder.combination"])
                if feeds:
                    feed = y
            outputs.append(y)
        logits = torch.stack(outputs, 1) @ w["output"]
        return F.cross_entropy(logits.reshape(-1, TARGET), labels.reshape(-1), ignore_index=-1)

    return train(w, loss)


def transformer(layers=2, d=16, heads=4, hidden=24):
    def norm(name):
        return [(f"{name}.weight", (d,)), (f"{name}.bias", (d,))]

    def dense(name, inputs, outputs):
        return [(f"{name}.weight", (inputs, outputs)), (f"{name}.bias", (outputs,))]

    def attention_shapes(name):
        return [shape for part in ("query", "key", "value", "output") for shape in dense(f"{name}.{part}", d, d)]

    def block(name, looks):
        shapes = norm(f"{name}.ownNorm") + attention_shapes(f"{name}.own")
        if looks:
            shapes += norm(f"{name}.sourceNorm") + attention_shapes(f"{name}.source")
        shapes += norm(f"{name}.networkNorm")
        return shapes + dense(f"{name}.expand", d, hidden) + dense(f"{name}.contract", hidden, d)

    shapes = [("sourceEmbedding.weight", (SOURCE, d)), ("targetEmbedding.weight", (TARGET, d))]
    for i in range(layers):
        shapes += block(f"encoder.{i}", False)
    shapes += norm("encoderNorm")
    for i in range(layers):
        shapes += block(f"decoder.{i}", True)
    shapes += norm("decoderNorm")
    w = Weights(shapes)

    def normalized(x, name):
        return F.layer_norm(x, (d,), w[f"{name}.weight"], w[f"{name}.bias"])

    def linear(x, name):
        return x @ w[f"{name}.weight"] + w[f"{name}.bias"]

    def attend(x, places, name, hidden_places):
        def split(y):
            return y.reshape(y.shape[0], y.shape[1], heads, d // heads).transpose(1, 2)

        q, k, v = (split(linear(y, f"{name}.{part}")) for y, part in ((x, "query"), (places, "key"), (places, "value")))
        scores = q @ k.transpose(2, 3) / (d // heads) ** 0.5
        y = torch.softmax(scores.masked_fill(hidden_places, -1e30), 3) @ v
        return linear(y.transpose(1, 2).reshape(x.shape), f"{name}.output")

    def network(x, name):
        return x + linear(torch.relu(linear(normalized(x, f"{name}.networkNorm"), f"{name}.expand")), f"{name}.contract")

    def vectors(table, words):
        t = torch.arange(words.shape[1], dtype=DTYPE)[:, None]
        rates = 10000 ** -(torch.arange(d // 2, dtype=DTYPE) / (d // 2))[None]
        return w[table][words] * d**0.5 + torch.cat([torch.sin(t * rates), torch.cos(t * rates)], 1)

    def loss(step):
        source, lengths, words, labels = batch(step)
        nowhere = (torch.arange(source.shape[1])[None] >= lengths[:, None])[:, None, None]
        later = torch.triu(torch.ones(words.shape[1], words.shape[1], dtype=torch.bool), 1)
        x = vectors("sourceEmbedding.weight", source)
        for i in range(layers):
            y = normalized(x, f"encoder.{i}.ownNorm")
            x = network(x + attend(y, y, f"encoder.{i}.own", nowhere), f"encoder.{i}")
        read = normalized(x, "encoderNorm")
        x = vectors("targetEmbedding.weight", words)
        for i in range(layers):
            y = normalized(x, f"decoder.{i}.ownNorm")
            x = x + attend(y, y, f"decoder.{i}.own", later)
            x = x + attend(normalized(x, f"decoder.{i}.sourceNorm"), read, f"decoder.{i}.source", nowhere)
            x = network(x, f"decoder.{i}")
        logits = normalized(x, "decoderNorm") @ w["targetEmbedding.weight"].T
        # Gradus spreads the smoothed part over all words, as PyTorch does.
        return F.cross_entropy(logits.reshape(-1, TARGET), labels.reshape(-1), ignore_index=-1, label_smoothing=0.1)

    return train(w, loss)


def train(w, loss):
    losses = []
    for step in range(STEPS):
        value = loss(step)
        w.optimizer.zero_grad()
        value.backward()
        w.optimizer.step()
        losses.append(value.item())
    return losses


if __name__ == "__main__":
    traces = {
        "luong": seq2seq(),
        "scaled_luong, alternating, two layers": seq2seq(encoder="alternating", attention="scaled_luong", layers=2),
        "bahdanau, gru": seq2seq(kind="gru", attention="bahdanau"),
        "normed_bahdanau, no feeding, residual": seq2seq(
            attention="normed_bahdanau", feeds=False, layers=3, residual=True),
        "no attention, unidirectional": seq2seq(encoder="unidirectional", attention=None, layers=2, residual=True),
        "gnmt": seq2seq(encoder="gnmt", wiring="gnmt", attention="normed_bahdanau", layers=4, residual=True),
        "gnmt_v2": seq2seq(encoder="gnmt", wiring="gnmt_v2", attention="scaled_luong", layers=3, residual=True),
        "transformer": transformer(),
    }
    with open("Tests/GradusTests/Fixtures/translation.json", "w") as file:
        json.dump(traces, file, indent=1)
        file.write("\n")
