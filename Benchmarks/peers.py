#!/usr/bin/env python3
"""The workloads of `benchmarks` in PyTorch, TensorFlow and onnxruntime, one at a time.

    peers.py torch eager mnist-cnn-train
    peers.py torch eager mnist-cnn-train --memory

Prints one JSON object: {"peer", "variant", "workload", "ms", "peak_mib"}; ms is the median step. `peers.py --list` prints
every peer, variant and workload that there is, one triple a line. Networks, batches and optimisers are those of
Workloads.swift and of the folder Networks; a step is forward, backward, clipping where the workload has it, and the optimiser's update.
"""
import importlib
import json
import resource
import sys
import time

import inference_peers

SECONDS = 3.0
TORCH = {
    "eager": ["mnist-cnn", "resnet20", "charlstm128", "charlstm512", "nmt512", "dcgan64", "wgangp28"],
    "channels_last": ["mnist-cnn", "resnet20", "dcgan64", "wgangp28"],
    "compile": ["mnist-cnn", "resnet20", "charlstm128", "charlstm512", "dcgan64"],
}
# Workloads that are a file of their own in peer_networks, with the ways to run them.
NETWORKS = {
    "gpt-small-train": ("gpt", ["torch eager", "torch compile"]),
    "gpt-decode": ("gpt", ["torch eager", "torch compile", "onnxruntime graph"]),
    "vit-tiny-train": ("vit", ["torch eager", "torch channels_last", "torch compile"]),
    "bert-base-infer": ("bert", ["torch eager", "torch compile", "onnxruntime graph"]),
    "unet-train": ("unet", ["torch eager", "torch channels_last", "torch compile"]),
    "mlp-train": ("mlp", ["torch eager", "torch compile"]),
    "lstm-decode": ("lstm_decode", ["torch eager", "torch cells", "torch compile", "onnxruntime graph"]),
    "resnet50-infer": ("resnet50", ["torch eager", "torch channels_last", "torch compile", "onnxruntime graph"]),
}
TENSORFLOW = {"graph": ["mnist-cnn", "resnet20", "charlstm128", "charlstm512"]}


def workloads(nets):
    for net in nets:
        yield f"{net}-train"
        if net in ("mnist-cnn", "resnet20"):
            yield f"{net}-infer"


def measure(step, seconds=SECONDS):
    """The median time of a step in milliseconds, after two that do not count."""
    for _ in range(2):
        step()
    times, end = [], time.perf_counter() + seconds
    while len(times) < 5 or (time.perf_counter() < end and len(times) < 60):
        start = time.perf_counter()
        step()
        times.append(time.perf_counter() - start)
    return 1e3 * sorted(times)[len(times) // 2]


# PyTorch


def torch_step(variant, workload):
    import torch
    from torch import nn
    from torch.nn import functional as F

    torch.manual_seed(0)
    torch.set_num_threads(2)
    layout = torch.contiguous_format if variant == "eager" else torch.channels_last
    compiled = torch.compile if variant == "compile" else lambda f: f
    net, mode = workload.rsplit("-", 1)
    if net in inference_peers.WORKLOADS:
        return inference_peers.torch_inference(variant, net)

    def placed(x):
        return x.to(memory_format=layout)

    def training(model, inputs, labels, optimizer, clip=None):
        call = compiled(model)

        def step():
            optimizer.zero_grad()
            F.cross_entropy(call(*inputs), labels).backward()
            if clip:
                nn.utils.clip_grad_norm_(model.parameters(), clip)
            optimizer.step()

        return step

    def inference(model, inputs):
        call = compiled(model.eval())

        def step():
            with torch.no_grad():
                call(*inputs)

        return step

    if net == "mnist-cnn":
        model = placed(nn.Sequential(
            nn.Conv2d(1, 32, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 5, padding=2), nn.ReLU(),
            nn.MaxPool2d(2), nn.Flatten(), nn.Linear(3136, 1024), nn.ReLU(), nn.Dropout(0.4), nn.Linear(1024, 10)))
        x, y = placed(torch.rand(100, 1, 28, 28)), torch.randint(0, 10, (100,))
        if mode == "infer":
            return inference(model, (x,))
        return training(model, (x,), y, torch.optim.SGD(model.parameters(), 1e-3))

    if net == "resnet20":
        class Block(nn.Module):
            def __init__(self, inputs, outputs):
                super().__init__()
                stride = 1 if inputs == outputs else 2
                self.first = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
                self.first_norm = nn.BatchNorm2d(outputs)
                self.second = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
                self.second_norm = nn.BatchNorm2d(outputs)
                self.added = (outputs - inputs) // 2

            def forward(self, x):
                inner = self.second_norm(self.second(F.relu(self.first_norm(self.first(x)))))
                if self.added:
                    x = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.added, self.added))
                return F.relu(inner + x)

        widths = [(16, 16)] * 3 + [(16, 32)] + [(32, 32)] * 2 + [(32, 64)] + [(64, 64)] * 2
        model = placed(nn.Sequential(
            nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU(), *(Block(*w) for w in widths),
            nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10)))
        x, y = placed(torch.rand(128, 3, 32, 32)), torch.randint(0, 10, (128,))
        if mode == "infer":
            return inference(model, (x,))
        optimizer = torch.optim.SGD(model.parameters(), 0.1, momentum=0.9, weight_decay=1e-4)
        return training(model, (x,), y, optimizer)

    if net.startswith("charlstm"):
        units = int(net[len("charlstm"):])

        class Characters(nn.Module):
            def __init__(self):
                super().__init__()
                self.embedding = nn.Embedding(65, units)
                self.recurrent = nn.LSTM(units, units, 2, batch_first=True)
                self.output = nn.Linear(units, 65)

            def forward(self, x):
                return self.output(self.recurrent(self.embedding(x))[0]).flatten(0, 1)

        model = Characters()
        x, y = torch.randint(0, 65, (50, 50)), torch.randint(0, 65, (2500,))
        return training(model, (x,), y, torch.optim.RMSprop(model.parameters(), 2e-3))

    if net == "nmt512":
        class Translation(nn.Module):
            def __init__(self, units=512, source=17191, target=7709):
                super().__init__()
                self.source, self.target = nn.Embedding(source, units), nn.Embedding(target, units)
                self.encoder = nn.LSTM(units, units, 2, batch_first=True)
                self.lower, self.upper = nn.LSTMCell(2 * units, units), nn.LSTMCell(units, units)
                self.keys = nn.Linear(units, units, bias=False)
                self.combination = nn.Linear(2 * units, units, bias=False)
                self.output = nn.Linear(units, target, bias=False)

            def forward(self, x, y):
                states, (h, c) = self.encoder(self.source(x))
                lower, upper = (h[0], c[0]), (h[1], c[1])
                keys, words = self.keys(states), self.target(y)
                attentional, steps = torch.zeros_like(h[0]), []
                for t in range(y.shape[1]):
                    lower = self.lower(torch.cat([words[:, t], attentional], 1), lower)
                    upper = self.upper(lower[0], upper)
                    weights = torch.softmax(torch.bmm(keys, upper[0].unsqueeze(2)).squeeze(2), 1)
                    context = torch.bmm(weights.unsqueeze(1), states).squeeze(1)
                    attentional = torch.tanh(self.combination(torch.cat([context, upper[0]], 1)))
                    steps.append(attentional)
                return self.output(torch.stack(steps, 1)).flatten(0, 1)

        model = Translation()
        x, y = torch.randint(0, 17191, (128, 20)), torch.randint(0, 7709, (128, 20))
        return training(model, (x, y), y.flatten(), torch.optim.SGD(model.parameters(), 1.0), clip=5.0)

    if net == "wgangp28":
        def layer(inputs, outputs):
            return [nn.Conv2d(inputs, outputs, 5, 2, 2), nn.LeakyReLU(0.2)]

        critic = placed(nn.Sequential(
            *layer(1, 64), *layer(64, 128), *layer(128, 256), nn.Flatten(), nn.Linear(4096, 1)))
        real, made = (placed(torch.rand(64, 1, 28, 28) * 2 - 1) for _ in range(2))
        optimizer = torch.optim.Adam(critic.parameters(), 1e-4, betas=(0.0, 0.9))

        def step():
            share = torch.rand(64, 1, 1, 1)
            between = placed(share * real + (1 - share) * made).requires_grad_()
            slope, = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
            penalty = (slope.square().sum((1, 2, 3)).sqrt() - 1).square().mean()
            optimizer.zero_grad()
            (critic(made).mean() - critic(real).mean() + 10 * penalty).backward()
            optimizer.step()

        return step

    def enlarging(inputs, outputs, *geometry):
        return [nn.ConvTranspose2d(inputs, outputs, 4, *geometry, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()]

    def reducing(inputs, outputs):
        return [nn.Conv2d(inputs, outputs, 4, 2, 1, bias=False), nn.BatchNorm2d(outputs), nn.LeakyReLU(0.2)]

    generator = placed(nn.Sequential(
        *enlarging(100, 512, 1, 0), *enlarging(512, 256, 2, 1), *enlarging(256, 128, 2, 1), *enlarging(128, 64, 2, 1),
        nn.ConvTranspose2d(64, 3, 4, 2, 1, bias=False), nn.Tanh()))
    discriminator = placed(nn.Sequential(
        nn.Conv2d(3, 64, 4, 2, 1, bias=False), nn.LeakyReLU(0.2), *reducing(64, 128), *reducing(128, 256),
        *reducing(256, 512), nn.Conv2d(512, 1, 4, 1, 0, bias=False), nn.Flatten(0)))
    make, judge = compiled(generator), compiled(discriminator)
    real = placed(torch.rand(64, 3, 64, 64) * 2 - 1)
    ones, zeros = torch.ones(64), torch.zeros(64)
    makers = torch.optim.Adam(generator.parameters(), 2e-4, betas=(0.5, 0.999))
    judges = torch.optim.Adam(discriminator.parameters(), 2e-4, betas=(0.5, 0.999))
    loss = F.binary_cross_entropy_with_logits

    def step():
        judges.zero_grad()
        loss(judge(real), ones).backward()
        made = make(torch.randn(64, 100, 1, 1))
        loss(judge(made.detach()), zeros).backward()
        judges.step()
        for weight in discriminator.parameters():
            weight.requires_grad_(False)
        makers.zero_grad()
        loss(judge(made), ones).backward()
        makers.step()
        for weight in discriminator.parameters():
            weight.requires_grad_(True)

    return step


# TensorFlow


def tensorflow_step(variant, workload):
    import os

    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(2)
    keras, layers = tf.keras, tf.keras.layers
    net, mode = workload.rsplit("-", 1)

    def training(model, x, y, optimizer):
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

        @tf.function
        def step():
            with tf.GradientTape() as tape:
                value = loss(y, model(x, training=True))
            optimizer.apply_gradients(zip(tape.gradient(value, model.trainable_variables), model.trainable_variables))
            return value

        return lambda: step().numpy()

    def inference(model, x):
        call = tf.function(lambda: model(x, training=False))
        return lambda: call().numpy()

    if net == "mnist-cnn":
        model = keras.Sequential([
            layers.Conv2D(32, 5, padding="same", activation="relu"), layers.MaxPool2D(),
            layers.Conv2D(64, 5, padding="same", activation="relu"), layers.MaxPool2D(), layers.Flatten(),
            layers.Dense(1024, activation="relu"), layers.Dropout(0.4), layers.Dense(10)])
        x, y = tf.random.uniform((100, 28, 28, 1)), tf.random.uniform((100,), 0, 10, tf.int32)
        optimizer = keras.optimizers.SGD(1e-3)
    elif net == "resnet20":
        def unit(x, filters, stride):
            return layers.BatchNormalization()(layers.Conv2D(filters, 3, stride, "same", use_bias=False)(x))

        def block(x, filters, stride):
            inner = unit(layers.ReLU()(unit(x, filters, stride)), filters, 1)
            if stride != 1:
                added = (filters - x.shape[-1]) // 2
                x = layers.Lambda(lambda t: tf.pad(t[:, ::2, ::2], [[0, 0], [0, 0], [0, 0], [added, added]]))(x)
            return layers.ReLU()(layers.Add()([inner, x]))

        images = keras.Input((32, 32, 3))
        value = layers.ReLU()(unit(images, 16, 1))
        for filters, stride in [(16, 1)] * 3 + [(32, 2)] + [(32, 1)] * 2 + [(64, 2)] + [(64, 1)] * 2:
            value = block(value, filters, stride)
        model = keras.Model(images, layers.Dense(10)(layers.GlobalAveragePooling2D()(value)))
        x, y = tf.random.uniform((128, 32, 32, 3)), tf.random.uniform((128,), 0, 10, tf.int32)
        optimizer = keras.optimizers.SGD(0.1, momentum=0.9, weight_decay=1e-4)
    else:
        units = int(net[len("charlstm"):])
        model = keras.Sequential([
            layers.Embedding(65, units), layers.LSTM(units, return_sequences=True),
            layers.LSTM(units, return_sequences=True), layers.Dense(65)])
        x = y = tf.random.uniform((50, 50), 0, 65, tf.int32)
        optimizer = keras.optimizers.RMSprop(2e-3)
    return inference(model, x) if mode == "infer" else training(model, x, y, optimizer)


def main():
    if sys.argv[1:] == ["--list"]:
        for peer, variants in (("torch", TORCH), ("tensorflow", TENSORFLOW)):
            for variant, nets in variants.items():
                for workload in workloads(nets):
                    print(peer, variant, workload)
        for net in inference_peers.WORKLOADS:
            for runtime in [f"torch {variant}" for variant in TORCH] + ["onnxruntime graph"]:
                print(runtime, f"{net}-infer")
        for workload, (_, runtimes) in NETWORKS.items():
            for runtime in runtimes:
                print(runtime, workload)
        return
    peer, variant, workload = sys.argv[1:4]
    if workload in NETWORKS:
        step = importlib.import_module(f"peer_networks.{NETWORKS[workload][0]}").step(peer, variant, workload)
    elif peer == "onnxruntime":
        step = inference_peers.onnxruntime_inference(workload.rsplit("-", 1)[0])
    else:
        step = (torch_step if peer == "torch" else tensorflow_step)(variant, workload)
    ms = measure(step, 0 if sys.argv[4:] == ["--memory"] else SECONDS)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(dict(peer=peer, variant=variant, workload=workload, ms=round(ms, 3), peak_mib=round(peak, 1))))


if __name__ == "__main__":
    main()
