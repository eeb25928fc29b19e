"""A small transformer that predicts, at each position of a text, the symbol that comes next.

Vaswani et al. 2017, "Attention is all you need" (arXiv 1706.03762). On where the layer norm stands,
and what warm-up has to do with it, see Xiong et al. 2020 (arXiv 2002.04745).
"""

import math
from collections.abc import Callable, Iterator

import torch
from torch import nn
from torch.nn import functional

from everystep.core.validation import require_whole
from everystep.engine.models import Model, Weights

# Attention or perceptron: computes from its input, and takes its weights from those that follow.
Part = Callable[[torch.Tensor, Iterator[torch.Tensor]], torch.Tensor]


class Transformer(Model):
    """Layers of causal attention and of a perceptron, each with a residual connection and a norm.

    A sample is a sequence of ``context`` whole numbers below ``symbols``, and the logits at each
    position, shape ``(R, symbols, B, context)``, see what stands there and before. Positions are
    learned, the perceptron has a hidden layer of ``4 * width`` units with GELU, and there is no
    dropout. Initial weights are PyTorch's own for each layer.
    """

    def __init__(
        self,
        symbols: int,
        context: int = 32,
        width: int = 32,
        layers: int = 2,
        heads: int = 2,
        norm: str = "pre",
    ):
        """Describe a transformer.

        Args:
            symbols: how many different symbols there are; they are the classes too.
            context: symbols of a sample.
            width: numbers that stand for each position, a multiple of ``heads``.
            layers: layers, each of attention and perceptron.
            heads: heads of attention a layer.
            norm: ``"pre"``, a layer norm before each part and one before the logits, or ``"post"``,
                one after each sum with what the part was given.

        Raises:
            ValueError: if a size is not a whole number of at least 1, ``width`` no multiple of
                ``heads``, or ``norm`` something else.
        """
        sizes = {"symbols": symbols, "context": context, "width": width, "layers": layers}
        for name, size in (sizes | {"heads": heads}).items():
            require_whole(name, size, minimum=1)
        if width % heads:
            raise ValueError(f"width must be a multiple of heads, {heads}, got {width}")
        if norm not in ("pre", "post"):
            raise ValueError(f"norm must be 'pre' or 'post', got {norm!r}")
        self.symbols, self.context, self.width = symbols, context, width
        self.layers, self.heads, self.norm = layers, heads, norm
        self.rows = context

    def __repr__(self) -> str:
        return (
            f"Transformer({self.symbols}, context={self.context}, width={self.width}, "
            f"layers={self.layers}, heads={self.heads}, norm={self.norm!r})"
        )

    def plain(self) -> nn.Module:
        """Return the transformer as a module: ``(B, context)`` to ``(B, symbols, context)``."""
        return _Plain(self)

    def logits(self, weights: Weights, x: torch.Tensor) -> torch.Tensor:
        """See ``Model.logits``."""
        replicas, batch, _ = x.shape
        following = iter(weights)
        symbols, positions = next(following), next(following)
        # The symbols of all replicas stand in one table, one replica's after another's.
        first = torch.arange(replicas).view(-1, 1, 1) * self.symbols
        h = functional.embedding(x.long() + first, symbols.flatten(0, 1))
        h = (h + positions.unsqueeze(1)).flatten(1, 2)
        for _ in range(self.layers):
            h = self._residual(h, following, self._attention)
            h = self._residual(h, following, _perceptron)
        if self.norm == "pre":
            h = _normalized(h, next(following), next(following))
        weight, bias = following
        logits = torch.baddbmm(bias.unsqueeze(2), weight, h.mT)
        return logits.view(replicas, self.symbols, batch, self.context)

    def _residual(
        self, h: torch.Tensor, following: Iterator[torch.Tensor], part: Part
    ) -> torch.Tensor:
        """Return a part of a layer with its norm and the connection around it.

        Args:
            h: shape ``(R, batch * context, width)``.
            following: the weights that follow, from which those of the part are taken.
            part: attention or perceptron.
        """
        scale, shift = next(following), next(following)
        if self.norm == "pre":
            return h + part(_normalized(h, scale, shift), following)
        return _normalized(h + part(h, following), scale, shift)

    def _attention(self, h: torch.Tensor, following: Iterator[torch.Tensor]) -> torch.Tensor:
        sequences = _linear(h, following).view(-1, self.context, 3 * self.width)
        return _linear(_attended(sequences, self.heads).view(h.shape), following)


def _linear(x: torch.Tensor, following: Iterator[torch.Tensor]) -> torch.Tensor:
    weight, bias = next(following), next(following)
    return torch.baddbmm(bias.unsqueeze(1), x, weight.mT)


def _perceptron(x: torch.Tensor, following: Iterator[torch.Tensor]) -> torch.Tensor:
    return _linear(functional.gelu(_linear(x, following)), following)


def _normalized(x: torch.Tensor, scale: torch.Tensor, shift: torch.Tensor) -> torch.Tensor:
    if len(x) == 1:  # one replica's scale and shift cost no pass of their own
        return functional.layer_norm(x, x.shape[-1:], scale[0], shift[0])
    same_for_all = functional.layer_norm(x, x.shape[-1:])
    return torch.addcmul(shift.unsqueeze(1), same_for_all, scale.unsqueeze(1))


def _attended(x: torch.Tensor, heads: int) -> torch.Tensor:
    """Return causal attention, shape ``(n, context, width)``.

    Args:
        x: queries, keys and values side by side, shape ``(n, context, 3 * width)``.
        heads: heads, between which the width is divided.
    """
    _, context, width = x.shape
    parts = x.split(width // 3 // heads, 2)
    later = x.new_full((context, context), -math.inf).triu(1)
    attended = []
    # Head by head, nothing is copied. PyTorch's own attention is no faster at these sizes, and can
    # neither be vectorized over samples nor differentiated twice.
    for q, k, v in zip(parts[:heads], parts[heads : 2 * heads], parts[2 * heads :], strict=True):
        scores = torch.baddbmm(later, q, k.mT, alpha=q.shape[2] ** -0.5)
        attended.append(torch.bmm(scores.softmax(2), v))
    return torch.cat(attended, 2)


class _Plain(nn.Module):
    """One replica of a ``Transformer``."""

    def __init__(self, model: Transformer):
        super().__init__()
        width, pre = model.width, model.norm == "pre"
        self.symbols = nn.Embedding(model.symbols, width)
        self.positions = nn.Embedding(model.context, width)
        layers: list[nn.Module] = []
        for _ in range(model.layers):
            perceptron = (nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))
            layers.append(_Residual(_Attention(width, model.heads), width, pre))
            layers.append(_Residual(nn.Sequential(*perceptron), width, pre))
        if pre:
            layers.append(nn.LayerNorm(width))
        self.layers = nn.Sequential(*layers, nn.Linear(width, model.symbols))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layers(self.symbols(x.long()) + self.positions.weight).mT


class _Residual(nn.Module):
    """A part with its norm and the connection around it."""

    def __init__(self, part: nn.Module, width: int, pre: bool):
        super().__init__()
        self.norm, self.part, self.pre = nn.LayerNorm(width), part, pre

    def forward(self, h: torch.Tensor) -> torch.Tensor:
        return h + self.part(self.norm(h)) if self.pre else self.norm(h + self.part(h))


class _Attention(nn.Module):
    def __init__(self, width: int, heads: int):
        super().__init__()
        self.project, self.merge = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.heads = heads

    def forward(self, h: torch.Tensor) -> torch.Tensor:
        return self.merge(_attended(self.project(h), self.heads))
