"""char-rnn's default training in PyTorch, for the comparison in chapter 07: whole epochs with evaluation.

python3 Benchmarks/char_rnn_torch.py input.txt [epochs] [threads]

It prints the seconds and the held-out loss of every epoch.
"""
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

text = open(sys.argv[1], encoding="utf-8").read()
epochs = int(sys.argv[2]) if len(sys.argv) > 2 else 3
if len(sys.argv) > 3:
    torch.set_num_threads(int(sys.argv[3]))
torch.manual_seed(1)

B, S = 50, 50
alphabet = sorted(set(text))
number = {c: i for i, c in enumerate(alphabet)}
data = torch.tensor([number[c] for c in text])
batches = (len(data) - 1) // (B * S)
length = batches * S
x = data[: B * length].view(B, length)
y = data[1 : B * length + 1].view(B, length)
training = int(batches * 0.95)


class Model(nn.Module):
    def __init__(self, v, h=128):
        super().__init__()
        self.v = v
        self.recurrent = nn.LSTM(v, h, 2, batch_first=True)
        self.output = nn.Linear(h, v)

    def forward(self, x, state):
        values, state = self.recurrent(F.one_hot(x, self.v).float(), state)
        return self.output(values), state


model = Model(len(alphabet))
with torch.no_grad():
    for layer in range(2):
        getattr(model.recurrent, f"bias_ih_l{layer}")[128:256] += 1
optimizer = torch.optim.RMSprop(model.parameters(), lr=2e-3, alpha=0.95)


def loss_of(batch, state):
    part = slice(batch * S, (batch + 1) * S)
    logits, state = model(x[:, part], state)
    return F.cross_entropy(logits.reshape(B * S, -1), y[:, part].reshape(-1)), state


print(f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads, {sum(p.numel() for p in model.parameters())} parameters")
for epoch in range(1, epochs + 1):
    start = time.perf_counter()
    for group in optimizer.param_groups:
        group["lr"] = 2e-3 * 0.97 ** max(0, epoch - 10)
    state = None
    model.train()
    for batch in range(training):
        loss, state = loss_of(batch, state)
        state = tuple(s.detach() for s in state)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_value_(model.parameters(), 5)
        optimizer.step()
    model.eval()
    state, total = None, 0.0
    with torch.no_grad():
        for batch in range(training, batches):
            loss, state = loss_of(batch, state)
            total += loss.item()
    seconds = time.perf_counter() - start
    print(f"epoch {epoch}: {seconds:.2f} s, held out {total / (batches - training):.4f} nats", flush=True)
