"""MNIST-1D: ten digits drawn as lines, then stretched, shifted, sheared and made noisy.

Greydanus & Kobak, "Scaling down deep learning with MNIST-1D" (arXiv 2011.14439). The package of its
authors makes as many signals as are wanted, without a network.
"""

import functools
import random

import numpy as np

N_SIGNALS = 6000


@functools.cache
def signals_and_labels() -> tuple[np.ndarray, np.ndarray]:
    """Return the same signals in every process, in random order: 600 of each class.

    They are made with the seed and the settings of the paper, apart from their number, which takes
    a second or two once a process. NumPy's and Python's global random states stay what they were.

    Returns:
        The signals, shape ``(6000, 40)``, float32 with mean 0 and standard deviation 1 over all
        values, and the labels from 0 to 9, shape ``(6000,)``, int64.
    """
    # Imports matplotlib and requests, for figures and a download that nothing here asks for.
    from mnist1d.data import get_dataset_args, make_dataset

    settings = get_dataset_args()
    settings.num_samples = N_SIGNALS
    states = random.getstate(), np.random.get_state()
    try:
        made = make_dataset(settings)
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])
    x = np.concatenate([made["x"], made["x_test"]])
    y = np.concatenate([made["y"], made["y_test"]])
    return x.astype(np.float32), y.astype(np.int64)
