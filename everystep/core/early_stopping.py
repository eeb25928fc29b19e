"""Early stopping with patience, which keeps the best state seen."""

import copy
import math
from typing import Any

from everystep.core.validation import require_number, require_whole


class EarlyStopping:
    """Say when to stop because the validation loss no longer falls, and keep the best state.

    Training stops once ``patience`` checks in a row have brought no new lowest loss (the rule UP
    of Prechelt 1998, "Early Stopping -- But When?", asks for rising losses instead).

    Attributes:
        patience: checks without improvement after which to stop.
        min_delta: how far a loss must fall below the lowest one to count as an improvement.
        checks: number of losses seen.
        best_check: number of the check with the lowest loss, counted from 1; 0 before there is one.
        best_loss: the lowest loss, in the losses' own unit; infinity before there is one.
        best_state: a copy of the state handed in with it; None before there is one.
    """

    def __init__(self, patience: int, *, min_delta: float = 0.0):
        """Start with nothing seen.

        Args:
            patience: checks without improvement after which to stop, at least 1.
            min_delta: how far below the lowest loss an improvement must be, at least 0.

        Raises:
            ValueError: if an argument is not as described.
        """
        require_whole("patience", patience, minimum=1)
        require_number("min_delta", min_delta)
        self.patience, self.min_delta = patience, min_delta
        self.checks, self.best_check, self.best_loss = 0, 0, math.inf
        self.best_state: Any = None

    def update(self, loss: float, state: object) -> bool:
        """Take note of a validation loss and return whether to stop.

        A loss that is not a number counts as no improvement.

        Args:
            loss: the validation loss now.
            state: what to restore later, such as ``model.state_dict()``; copied if it is the best.
        """
        self.checks += 1
        if loss < self.best_loss - self.min_delta:
            self.best_check, self.best_loss = self.checks, float(loss)
            # A state_dict holds the model's own tensors, which training goes on to change.
            self.best_state = copy.deepcopy(state)
        return self.checks - self.best_check >= self.patience
