"""Models whose replicas are trained together, each weight stacked along a first dimension.

A model is described by an ordinary ``torch.nn`` module and by the same computation on stacked
weights. To add one, subclass ``Model`` and write ``plain`` and ``logits``; gradients come from
autograd.
"""

from collections.abc import Sequence

import torch
from torch import nn
from torch.nn import functional

from everystep.core.validation import require_whole

Weights = Sequence[torch.Tensor]


class Model:
    """A model with R replicas, computed at once.

    ``weights`` is everywhere a sequence in the order of ``plain().parameters()``, each tensor
    with the replicas first: shape ``(R, *shape)``.

    Where a sample has a label at each of several positions, the positions come last in every shape
    of logits below: ``(B, classes, positions)``, ``(R, classes, B, positions)``.

    Attributes:
        rows: rows that a sample takes in the matrix products, more than 1 for a sequence. Stacks
            have fewer replicas, and evaluation smaller blocks, the more there are.
        smallest_batch: samples that a batch must have at least.
    """

    rows = 1
    smallest_batch = 1

    def plain(self) -> nn.Module:
        """Return a new module that computes one replica: ``(B, features)`` to ``(B, classes)``."""
        raise NotImplementedError

    def logits(self, weights: Weights, x: torch.Tensor) -> torch.Tensor:
        """Return what ``plain`` returns, for every replica at once.

        Args:
            weights: stacked weights.
            x: shape ``(R, B, features)``, a batch for each replica.

        Returns:
            Shape ``(R, classes, B)``. Classes come before samples as in
            ``torch.nn.functional.cross_entropy``: a softmax over the last, short dimension would
            be several times slower.
        """
        raise NotImplementedError

    def forward(self, weights: Weights, x: torch.Tensor) -> list[torch.Tensor]:
        """Return what ``backward`` needs; the last entry is ``logits(weights, x)``."""
        with torch.enable_grad():
            return [self.logits(weights, x)]

    def backward(
        self, weights: Weights, tape: list[torch.Tensor], d: torch.Tensor, out: Weights
    ) -> None:
        """Add the gradients of the loss to ``out``, which has the shapes of ``weights``.

        ``out`` may be ``weights`` itself: then a ``d`` that was multiplied by minus the learning
        rate makes the update of plain SGD, with no pass over the weights of its own.

        Args:
            weights: stacked weights.
            tape: what ``forward`` returned.
            d: derivative of each replica's loss by its logits, shape ``(R, classes, B)``.
            out: what the gradients are added to.
        """
        for target, gradient in zip(out, torch.autograd.grad(tape[-1], weights, d), strict=True):
            target.add_(gradient)

    def initial_weights(
        self, seeds: Sequence[int], dtype: torch.dtype = torch.float32
    ) -> tuple[torch.Tensor, ...]:
        """Return stacked initial weights, one replica a seed.

        Replica ``i`` has exactly the weights of ``torch.manual_seed(seeds[i]); plain()``, drawn
        in float32 and then converted. The global random state is left as it was.
        """
        modules = []
        with torch.random.fork_rng(devices=[]):
            for seed in seeds:
                # torch.manual_seed would prepare every kind of accelerator as well, which takes
                # longer than the weights do.
                torch.default_generator.manual_seed(seed)
                modules.append(self.plain())
        stacks = zip(*(module.parameters() for module in modules), strict=True)
        return tuple(torch.stack(stack).detach().to(dtype) for stack in stacks)

    def to_module(self, weights: Weights, replica: int) -> nn.Module:
        """Return a plain module that holds a copy of one replica's weights."""
        module = self.plain().to(weights[0].dtype)
        with torch.no_grad():
            for parameter, stack in zip(module.parameters(), weights, strict=True):
                parameter.copy_(stack[replica])
        return module


def checked_sizes(sizes: tuple[int, ...]) -> tuple[int, ...]:
    """Return the sizes of fully connected layers: features, hidden layers' units, classes.

    Raises:
        ValueError: if there are fewer than two, or one is not a positive whole number.
    """
    if len(sizes) < 2:
        raise ValueError(f"sizes must be at least two, features and classes, got {sizes!r}")
    for size in sizes:
        require_whole("sizes", size, minimum=1)
    return sizes


class MLP(Model):
    """Fully connected layers with ReLU between them.

    The gradients are written by hand: with small batches autograd's bookkeeping would take
    longer than the arithmetic.
    """

    def __init__(self, *sizes: int):
        """Describe a network with layers of the given sizes.

        Args:
            *sizes: features, hidden layers' units, classes: ``MLP(64, 128, 10)``.

        Raises:
            ValueError: if there are fewer than two sizes, or one is not a positive whole number.
        """
        self.sizes = checked_sizes(sizes)

    def __repr__(self) -> str:
        return f"MLP{self.sizes}"

    def plain(self) -> nn.Module:
        """Return ``nn.Sequential`` of ``nn.Linear`` with ``nn.ReLU`` between them."""
        layers = []
        for n_in, n_out in zip(self.sizes, self.sizes[1:], strict=False):
            layers += [nn.Linear(n_in, n_out), nn.ReLU()]
        return nn.Sequential(*layers[:-1])

    def logits(self, weights: Weights, x: torch.Tensor) -> torch.Tensor:
        """See ``Model.logits``."""
        return self.forward(weights, x)[-1]

    def forward(self, weights: Weights, x: torch.Tensor) -> list[torch.Tensor]:
        """Return every layer's input, then the logits."""
        *hidden, weight, bias = weights
        tape = [x]
        for w, b in zip(hidden[::2], hidden[1::2], strict=True):
            tape.append(torch.baddbmm(b.unsqueeze(1), tape[-1], w.mT).relu_())
        tape.append(torch.baddbmm(bias.unsqueeze(2), weight, tape[-1].mT))
        return tape

    def backward(
        self, weights: Weights, tape: list[torch.Tensor], d: torch.Tensor, out: Weights
    ) -> None:
        """See ``Model.backward``."""
        for layer in range(len(self.sizes) - 2, -1, -1):
            x, w = tape[layer], weights[2 * layer]
            below = torch.bmm(d.mT, w) if layer else None
            out[2 * layer].baddbmm_(d, x)
            out[2 * layer + 1].add_(d.sum(2))
            if layer:
                # What ReLU's own gradient uses: zero where its output is zero.
                relu = torch.ops.aten.threshold_backward.grad_input
                d = relu(below, x, 0, grad_input=below).mT


class CNN(Model):
    """Two 3×3 convolutions, each followed by ReLU and 2×2 max pooling, then a linear layer."""

    def __init__(self, side: int = 8, channels: int = 8, classes: int = 10):
        """Describe a network for square gray images given as rows of ``side * side`` pixels.

        Args:
            side: height and width of an image, a multiple of 4.
            channels: channels of the first convolution; the second has twice as many.
            classes: number of classes.

        Raises:
            ValueError: if a size is not a positive whole number, or ``side`` no multiple of 4.
        """
        for name, size in (("side", side), ("channels", channels), ("classes", classes)):
            require_whole(name, size, minimum=1)
        if side % 4:
            raise ValueError(f"side must be a multiple of 4, got {side}")
        self.side, self.channels, self.classes = side, channels, classes

    def __repr__(self) -> str:
        return f"CNN(side={self.side}, channels={self.channels}, classes={self.classes})"

    def plain(self) -> nn.Module:
        """Return the network as an ``nn.Sequential``."""
        side, channels = self.side, self.channels
        return nn.Sequential(
            nn.Unflatten(1, (1, side, side)),
            nn.Conv2d(1, channels, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(channels, 2 * channels, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(2 * channels * (side // 4) ** 2, self.classes),
        )

    def logits(self, weights: Weights, x: torch.Tensor) -> torch.Tensor:
        """See ``Model.logits``."""
        w1, b1, w2, b2, w3, b3 = weights
        replicas, batch, _ = x.shape
        images = x.transpose(0, 1).reshape(batch, replicas, self.side, self.side)
        # The layout in which max pooling is fast; what follows keeps it.
        images = images.contiguous(memory_format=torch.channels_last)
        for w, b in ((w1, b1), (w2, b2)):
            # Replicas lie side by side as groups of channels that do not see each other.
            images = functional.conv2d(
                images, w.flatten(0, 1), b.flatten(), padding=1, groups=replicas
            )
            images = functional.max_pool2d(images.relu(), 2)
        features = images.reshape(batch, replicas, -1).transpose(0, 1)
        return torch.baddbmm(b3.unsqueeze(2), w3, features.mT)
