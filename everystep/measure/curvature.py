"""How strongly the loss is curved: the largest eigenvalue of its Hessian.

The Hessian of a loss, its matrix of second derivatives, has as many rows as there are weights, so
it is never written down. Its product with a vector costs little more than a gradient (Pearlmutter
1994, "Fast exact multiplication by the Hessian"), and products are all that power iteration needs.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch.nn import functional

from everystep.core.validation import require_number, require_whole
from everystep.engine.models import Model, Weights


def largest_eigenvalue(
    loss: torch.Tensor,
    parameters: Sequence[torch.Tensor],
    *,
    tolerance: float = 1e-3,
    max_products: int = 200,
    seed: int = 0,
) -> torch.Tensor:
    """Return the Hessian's eigenvalue of the largest magnitude, by power iteration.

    A random vector is multiplied by the Hessian again and again and brought back to length 1. It
    turns toward the direction of the strongest curvature, and vector · Hessian · vector becomes
    the eigenvalue. In training it is nearly always positive, and is called the sharpness.

    Args:
        loss: a scalar computed from ``parameters``, such as the mean loss over a data set. Or
            shape ``(R,)`` with every parameter stacked as ``(R, *shape)``, for R models at once.
        parameters: what to differentiate by, for a module ``module.parameters()``.
        tolerance: stop when no estimate changes by more than this fraction in one product.
        max_products: stop after this many Hessian-vector products in any case.
        seed: decides the vector that is started from.

    Returns:
        A tensor of the shape of ``loss``, in units of loss per squared unit of weight.

    Raises:
        ValueError: if the loss is neither a scalar nor one-dimensional, or a limit is not positive.
    """
    parameters = tuple(parameters)
    if loss.dim() > 1:
        raise ValueError(f"loss must have shape () or (R,), got {tuple(loss.shape)}")
    require_number("tolerance", tolerance, positive=True)
    require_whole("max_products", max_products, minimum=1)
    replicas = loss.numel()
    gradients = _gradients(loss, parameters)
    sizes = [parameter.numel() // replicas for parameter in parameters]
    generator = torch.Generator().manual_seed(seed)
    vector = torch.randn(replicas, sum(sizes), generator=generator, dtype=loss.dtype)
    previous = torch.full((replicas,), torch.inf, dtype=loss.dtype)
    for _ in range(max_products):
        vector = functional.normalize(vector)
        parts = zip(vector.split(sizes, 1), parameters, strict=True)
        products = _differentiate(gradients, parameters, [v.reshape(p.shape) for v, p in parts])
        product = torch.cat([part.reshape(replicas, -1) for part in products], 1)
        eigenvalue = (vector * product).sum(1)
        if ((eigenvalue - previous).abs() <= tolerance * eigenvalue.abs()).all():
            break
        vector, previous = product, eigenvalue
    return eigenvalue.detach().reshape(loss.shape)


def sharpness(
    model: Model, weights: Weights, x: torch.Tensor, y: torch.Tensor, *, tolerance: float = 1e-2
) -> np.ndarray:
    """Return the sharpness of every replica: its mean cross-entropy's largest eigenvalue.

    Args:
        model: the model.
        weights: stacked weights of R replicas, such as ``Runs.weights`` or one of its checkpoints.
        x: shape ``(n, features)``, or ``(R, n, features)`` if each replica has its own.
        y: labels, shape ``(n,)``, or ``(R, n)`` if each replica has its own.
        tolerance: as in ``largest_eigenvalue``.

    Returns:
        Shape ``(R,)``, in nats per squared unit of weight.
    """
    weights = [weight.detach().requires_grad_() for weight in weights]
    replicas, dtype = len(weights[0]), weights[0].dtype
    logits = model.logits(weights, x.to(dtype).expand(replicas, -1, -1))
    losses = functional.cross_entropy(logits, y.expand(replicas, -1), reduction="none").mean(1)
    return largest_eigenvalue(losses, weights, tolerance=tolerance).numpy()


def _gradients(loss: torch.Tensor, parameters: tuple[torch.Tensor, ...]) -> tuple:
    return torch.autograd.grad(
        loss.sum(), parameters, create_graph=True, allow_unused=True, materialize_grads=True
    )


def _differentiate(gradients: tuple, parameters: tuple, vectors: Sequence[torch.Tensor]) -> tuple:
    # Gradients that do not depend on any parameter, as of a linear loss, have no graph.
    curved = [(g, v) for g, v in zip(gradients, vectors, strict=True) if g.requires_grad]
    if not curved:
        return tuple(torch.zeros_like(parameter) for parameter in parameters)
    outputs, directions = zip(*curved, strict=True)
    return torch.autograd.grad(
        outputs,
        parameters,
        directions,
        retain_graph=True,
        allow_unused=True,
        materialize_grads=True,
    )
