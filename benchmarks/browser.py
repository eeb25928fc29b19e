"""Compare the page's trainer with TensorFlow.js and PyTorch, one seed of the 64-128-10 MLP.

In one page of one Chromium: the trainer's core as the site loads it, and TensorFlow.js on its CPU
and its WebAssembly backend; and, beside it, PyTorch's plain loop over a ``DataLoader`` and one that
indexes tensors, with one thread. All take their turns. Prints a table in Markdown of samples a
second, medians over the repetitions.

Run with ``python benchmarks/browser.py`` after ``npm --prefix benchmarks install``.
"""

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import torch
from playwright.sync_api import Page, sync_playwright
from torch.utils.data import DataLoader, TensorDataset

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from everystep.lab import MLP, digits  # noqa: E402 (found by the line above)
from everystep.site.assets import TRAINER  # noqa: E402
from everystep.site.trainer import IMAGES, images_script  # noqa: E402
from tests.browser import find_chromium, launch  # noqa: E402

MODEL, RATE, N_TRAIN = MLP(64, 128, 10), 0.1, 1024
REPETITIONS = 5
UPDATES = {8: 3000, 32: 1500, 512: 150}  # of the fast ones, in one turn
SLOWER = 10  # times fewer updates in one turn of TensorFlow.js

LIBRARIES = [
    "node_modules/@tensorflow/tfjs/dist/tf.min.js",
    "node_modules/@tensorflow/tfjs-backend-wasm/dist/tf-backend-wasm.min.js",
]
PAGE = """async ([rate, n]) => {
  tf.wasm.setWasmPaths("/node_modules/@tensorflow/tfjs-backend-wasm/dist/");
  const ours = (batch, updates) => {
    const fields = { batch_size: batch, lr: rate, epochs: Math.ceil(updates * batch / n) };
    const settings = {
      recipes: [{ fields, schedule: null }], seeds: [0], hidden: [128], n_train: n };
    const [[{ training }]] = everystep.experiment.begin(settings, everystep.digits());
    const began = performance.now();
    for (let k = 0; k < updates; k++) everystep.trainer.update(training);
    return performance.now() - began;
  };
  const theirs = async (backend, batch, updates) => {
    await tf.setBackend(backend);
    await tf.ready();
    const digits = everystep.digits();
    const images = tf.tensor2d(digits.x.slice(0, n * 64), [n, 64]);
    const classes = tf.tensor1d(Array.from(digits.y.slice(0, n)), "int32");
    const labels = tf.oneHot(classes, 10).toFloat();
    const drawn = (...shape) => tf.variable(tf.randomUniform(shape, -0.1, 0.1));
    const [w1, b1, w2, b2] = [drawn(64, 128), drawn(128), drawn(128, 10), drawn(10)];
    const optimizer = tf.train.sgd(rate);
    const update = (rows) => tf.tidy(() => {
      const chosen = tf.tensor1d(rows, "int32");
      const [x, y] = [tf.gather(images, chosen), tf.gather(labels, chosen)];
      optimizer.minimize(() => {
        const hidden = x.matMul(w1).add(b1).relu();
        return tf.losses.softmaxCrossEntropy(y, hidden.matMul(w2).add(b2));
      });
    });
    const rows = Array.from({ length: n }, (_, i) => i);
    tf.util.shuffle(rows);
    let at = 0;
    const next = () => {
      if (at + batch > n) { tf.util.shuffle(rows); at = 0; }
      at += batch;
      return rows.slice(at - batch, at);
    };
    update(next());
    const began = performance.now();
    for (let k = 0; k < updates; k++) update(next());
    await w1.data();
    const took = performance.now() - began;
    tf.disposeVariables();
    tf.dispose([images, classes, labels]);
    return took;
  };
  globalThis.benchmark = (name, batch, updates) =>
    name === "ours" ? ours(batch, updates) : theirs(name, batch, updates);
}"""


def main() -> None:
    torch.set_num_threads(1)
    with benchmark_page() as (page, version):
        print(f"Chromium {version}, PyTorch {torch.__version__}\n")
        print(
            "| batch | trainer in the page | TensorFlow.js, CPU | TensorFlow.js, WASM "
            "| PyTorch, DataLoader | PyTorch, indexing | trainer / TF.js CPU "
            "| trainer / TF.js WASM | trainer / DataLoader | trainer / indexing |\n"
            + "|---:" * 10
            + "|"
        )
        for batch, updates in UPDATES.items():
            print(row(page, batch, updates), flush=True)


def row(page: Page, batch: int, updates: int) -> str:
    """Measure samples a second at one batch size, and format them."""
    few = updates // SLOWER
    programs: dict[str, tuple[int, Callable[[], float]]] = {
        "ours": (updates, partial(in_page, page, "ours", batch, updates)),
        "cpu": (few, partial(in_page, page, "cpu", batch, few)),
        "wasm": (few, partial(in_page, page, "wasm", batch, few)),
        "loader": (updates // 2, partial(plain_loop, through_loader, batch, updates // 2)),
        "indexing": (updates // 2, partial(plain_loop, by_indexing, batch, updates // 2)),
    }
    speeds: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(REPETITIONS):
        for name, (made, program) in programs.items():
            speeds[name].append(made * batch / program())
    speed = {name: statistics.median(values) for name, values in speeds.items()}
    ratios = [speed["ours"] / speed[name] for name in ("cpu", "wasm", "loader", "indexing")]
    return (
        " | ".join(
            [
                f"| {batch}",
                *(f"{value:,.0f}" for value in speed.values()),
                *map("{:.2g}".format, ratios),
            ]
        )
        + " |"
    )


def in_page(page: Page, name: str, batch: int, updates: int) -> float:
    """Return the seconds that updates took in the page."""
    given = [name, batch, updates]
    return page.evaluate("([name, batch, updates]) => benchmark(name, batch, updates)", given) / 1e3


Batches = Callable[[torch.Tensor, torch.Tensor, int], Iterator[tuple[torch.Tensor, torch.Tensor]]]


def through_loader(x: torch.Tensor, y: torch.Tensor, batch: int) -> Iterator:
    """Yield batches as tutorials do."""
    loader = DataLoader(TensorDataset(x, y), batch, shuffle=True)
    while True:
        yield from loader


def by_indexing(x: torch.Tensor, y: torch.Tensor, batch: int) -> Iterator:
    """Yield batches without a loader, which costs more than the arithmetic here."""
    while True:
        for rows in torch.randperm(len(x)).split(batch):
            yield x[rows], y[rows]


def plain_loop(batches: Batches, batch: int, updates: int) -> float:
    """Return the seconds that updates take in PyTorch."""
    torch.manual_seed(0)
    net = MODEL.plain()
    optimizer = torch.optim.SGD(net.parameters(), lr=RATE)
    loss_function = torch.nn.CrossEntropyLoss()
    own = digits(N_TRAIN, 360).split(0)
    source = batches(own.x_train, own.y_train, batch)
    next(source)
    began = time.perf_counter()
    for _ in range(updates):
        x, y = next(source)
        optimizer.zero_grad()
        loss_function(net(x), y).backward()
        optimizer.step()
    return time.perf_counter() - began


@contextmanager
def benchmark_page() -> Iterator[tuple[Page, str]]:
    """Open a page with the trainer's core and TensorFlow.js, and yield it and Chromium's version.

    It comes from a server on this machine, since WebAssembly is fetched.
    """
    folder = Path(__file__).parent
    if missing := [name for name in LIBRARIES if not (folder / name).is_file()]:
        sys.exit(f"{missing[0]} is missing: run 'npm --prefix benchmarks install' first")
    if (chromium := find_chromium()) is None:
        sys.exit("no Chromium found")
    handler = partial(Quiet, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        with sync_playwright() as playwright:
            browser = launch(playwright, chromium)
            page = browser.new_page()
            page.goto(f"http://127.0.0.1:{server.server_port}/README.md")
            for name in LIBRARIES:
                page.add_script_tag(path=folder / name)
            core = TRAINER[: TRAINER.index("trainer/charts.js")]
            for script in core:
                if script == IMAGES:
                    page.add_script_tag(content=images_script())
                elif (ROOT / "web" / script).is_file():
                    page.add_script_tag(path=ROOT / "web" / script)
            page.evaluate(PAGE, [RATE, N_TRAIN])
            yield page, browser.version
            browser.close()
    finally:
        server.shutdown()


class Quiet(SimpleHTTPRequestHandler):
    """Serves the libraries without a line for each."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    main()
