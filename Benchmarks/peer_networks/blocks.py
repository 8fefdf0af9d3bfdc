"""Layers of Transformers, as PreNormBlock.swift and BERT.swift have them; queries, keys and values are one product."""
import torch
from torch import nn
from torch.nn import functional as F


class Attention(nn.Module):
    def __init__(self, features, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(features, 3 * features)
        self.output = nn.Linear(features, features)

    def split(self, x):
        n, t, d = x.shape
        return self.qkv(x).view(n, t, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4).unbind(0)

    def forward(self, x, causal=False):
        q, k, v = self.split(x)
        return self.output(F.scaled_dot_product_attention(q, k, v, is_causal=causal).transpose(1, 2).flatten(2))

    def step(self, x, past, mask=None):
        """The next place; `past` makes all keys and values from those of this place."""
        q, k, v = self.split(x)
        keys, values = past(k, v)
        looked = F.scaled_dot_product_attention(q, keys, values, attn_mask=mask)
        return self.output(looked.transpose(1, 2).flatten(2))


class PreNormBlock(nn.Module):
    def __init__(self, features, heads):
        super().__init__()
        self.attention_norm, self.network_norm = nn.LayerNorm(features), nn.LayerNorm(features)
        self.attention = Attention(features, heads)
        self.network = nn.Sequential(nn.Linear(features, 4 * features), nn.GELU(), nn.Linear(4 * features, features))

    def forward(self, x, causal=False):
        x = x + self.attention(self.attention_norm(x), causal)
        return x + self.network(self.network_norm(x))

    def step(self, x, past, mask=None):
        x = x + self.attention.step(self.attention_norm(x), past, mask)
        return x + self.network(self.network_norm(x))


class PostNormBlock(nn.Module):
    def __init__(self, features, heads):
        super().__init__()
        self.attention = Attention(features, heads)
        self.attention_norm = nn.LayerNorm(features, eps=1e-12)
        self.network = nn.Sequential(nn.Linear(features, 4 * features), nn.GELU(), nn.Linear(4 * features, features))
        self.network_norm = nn.LayerNorm(features, eps=1e-12)

    def forward(self, x):
        x = self.attention_norm(x + self.attention(x))
        return self.network_norm(x + self.network(x))
