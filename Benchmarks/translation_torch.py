"""The preset `small` of `translation` in PyTorch, for the comparison in chapters 09 and 10.

python3 Benchmarks/translation_torch.py FOLDER [batches] [threads]

FOLDER holds Multi30k's train.en and train.de, plain or compressed with gzip. It trains on the given number of batches (all of
one epoch by default) of 128 pairs of similar length, and prints words a second, source and target together.
"""
import collections
import gzip
import os
import random
import re
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

folder = sys.argv[1]
limit = int(sys.argv[2]) if len(sys.argv) > 2 else 10**9
if len(sys.argv) > 3:
    torch.set_num_threads(int(sys.argv[3]))
torch.manual_seed(1)
random.seed(1)
PAD, UNKNOWN, START, END = range(4)


def lines(name):
    path = os.path.join(folder, name)
    opener = open if os.path.exists(path) else gzip.open
    path = path if os.path.exists(path) else path + ".gz"
    with opener(path, "rt", encoding="utf-8") as file:
        return [re.findall(r"\w+|[^\w\s]", line.lower()) for line in file]


def numbered(sentences):
    counts = collections.Counter(word for sentence in sentences for word in sentence)
    words = [word for word, count in counts.most_common() if count >= 2]
    number = {word: index + 4 for index, word in enumerate(words)}
    return [[number.get(word, UNKNOWN) for word in sentence] for sentence in sentences], len(words) + 4


source, source_size = numbered(lines("train.en"))
target, target_size = numbered(lines("train.de"))


def padded(rows):
    width = max(map(len, rows))
    return torch.tensor([row + [PAD] * (width - len(row)) for row in rows])


def batches():
    order = list(range(len(source)))
    random.shuffle(order)
    found = []
    for first in range(0, len(order), 128 * 50):
        pool = sorted(order[first : first + 128 * 50], key=lambda i: (len(target[i]), len(source[i])))
        found += [pool[i : i + 128] for i in range(0, len(pool), 128)]
    random.shuffle(found)
    for places in found:
        yield (
            padded([source[i] for i in places]), torch.tensor([len(source[i]) for i in places]),
            padded([[START] + target[i] for i in places]), padded([target[i] + [END] for i in places]),
            sum(len(source[i]) + len(target[i]) for i in places))


class Model(nn.Module):
    def __init__(self, units=256):
        super().__init__()
        self.source = nn.Embedding(source_size, units)
        self.target = nn.Embedding(target_size, units)
        self.encoder = nn.LSTM(units, units // 2, batch_first=True, bidirectional=True)
        self.decoder = nn.LSTMCell(2 * units, units)
        self.key = nn.Linear(units, units, bias=False)
        self.combination = nn.Linear(2 * units, units, bias=False)
        self.output = nn.Linear(units, target_size, bias=False)
        self.dropout = nn.Dropout(0.2)

    def forward(self, source, lengths, words):
        packed = nn.utils.rnn.pack_padded_sequence(
            self.dropout(self.source(source)), lengths, batch_first=True, enforce_sorted=False)
        states, (h, c) = self.encoder(packed)
        states, _ = nn.utils.rnn.pad_packed_sequence(states, batch_first=True, total_length=source.shape[1])
        h, c = torch.cat([h[0], h[1]], 1), torch.cat([c[0], c[1]], 1)
        keys = self.key(states)
        nowhere = source == PAD
        vectors = self.dropout(self.target(words))
        fed, outputs = torch.zeros_like(h), []
        for t in range(words.shape[1]):
            h, c = self.decoder(torch.cat([vectors[:, t], fed], 1), (h, c))
            scores = torch.bmm(keys, h[:, :, None])[:, :, 0].masked_fill(nowhere, -1e9)
            context = torch.bmm(torch.softmax(scores, 1)[:, None], states)[:, 0]
            fed = torch.tanh(self.combination(torch.cat([context, h], 1)))
            outputs.append(fed)
        return self.output(self.dropout(torch.stack(outputs, 1)))


model = Model()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
parameters = sum(p.numel() for p in model.parameters())
print(f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads, {parameters} parameters", flush=True)
prepared = list(batches())[:limit]
words, start, total, count = 0, None, 0.0, 0
for index, (x, lengths, read, said, batch_words) in enumerate(prepared):
    if index == 2:  # the first steps also warm up
        start = time.perf_counter()
    logits = model(x, lengths, read)
    loss = F.cross_entropy(logits.reshape(-1, target_size), said.reshape(-1), ignore_index=PAD)
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 5)
    optimizer.step()
    total, count = total + loss.item(), count + 1
    if start:
        words += batch_words
seconds = time.perf_counter() - start
print(
    f"{count - 2} batches in {seconds:.1f} s, {words / seconds:.0f} words/s, mean loss {total / count:.4f} nats",
    flush=True)
