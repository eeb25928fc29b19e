"""Scripts as answers: every end of a process is told in a sentence."""

from pathlib import Path

import pytest

from everystep.checks.scripts import ResumeTask
from everystep.checks.verdicts import NOT_YET

GOOD = """
import argparse, json, os, pathlib
parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int)
parser.add_argument("--checkpoint_dir", type=pathlib.Path)
options = parser.parse_args()
state = options.checkpoint_dir / "epoch"
epoch = int(state.read_text()) if state.exists() else 0
while epoch < options.epochs:
    epoch += 1
    state.write_text(str(epoch))
    print(f"epoch={epoch}")
pathlib.Path(os.environ["SM_MODEL_DIR"], "model.json").write_text(json.dumps(epoch))
"""
NOTED = "    (options.checkpoint_dir / 'log').write_text('x')\n"
LATE = 'print(f"epoch={epoch}")\n    state.write_text(str(epoch))\n'
task = ResumeTask(name="answer", model=float, mistakes={})


@pytest.mark.parametrize(
    "other",
    [
        ("epoch = int", "print('looking for a checkpoint')\nepoch = int"),
        ('print(f"epoch={epoch}")', 'import sys; sys.stdout.write(f"epoch={epoch}\\n")'),
        ('print(f"epoch={epoch}")', 'print("epoch", epoch, sep="=")'),
    ],
)
def test_what_else_is_printed_and_how_does_not_matter(other):
    assert task(GOOD.replace(*other)).correct


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (
            ("epoch = int(state.read_text()) if state.exists() else 0", "print('on')\nepoch = 0"),
            "The second began with epoch 1 and left",
        ),
        (
            ("    state.write_text(str(epoch))\n", "", 'print(f"epoch={epoch}")\n', LATE),
            "The second began with epoch 2 and left",
        ),
        (("options.checkpoint_dir /", "pathlib.Path() /"), "after 2 and left nothing in"),
        (
            ("options.checkpoint_dir /", "pathlib.Path() /", "    print", NOTED + "    print"),
            "The second began with epoch 1 and left",
        ),
        (
            ("    state.write_text(str(epoch))", "    epoch % 2 or state.write_text(str(epoch))"),
            "Of 7 epochs, the first run was ended after 3 and left something in",
        ),
    ],
)
def test_a_script_that_only_seems_to_go_on_is_not_right(other, message):
    answer = GOOD
    for old, new in zip(other[::2], other[1::2], strict=True):
        answer = answer.replace(old, new)
    verdict = task(answer)
    assert not verdict.correct
    assert message in verdict.message


def test_a_script_that_goes_on_is_right_as_text_and_as_file(tmp_path):
    assert task(GOOD).correct
    path = tmp_path / "script.py"
    path.write_text(GOOD)
    assert task(path).correct


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("while True: pass", "was stopped after 2 s. Does a loop never end?"),
        ("import sys; sys.exit(3)", "ended with exit code 3: it said nothing"),
        ("1 / 0", "ended with exit code 1: ZeroDivisionError"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "exit code -9"),
        ("print('epoch=1')", "fewer than 2 lines"),
        (GOOD.replace("json.dumps(epoch)", "'much'"), "model.json holds no number"),
        (
            GOOD.replace("json.dumps(epoch)", "'7'"),
            "left the model 7.0; expected are epoch 3 and 5.",
        ),
        (
            GOOD.replace("    print(f", "    print(), print(f'epoch={1}') or print(f"),
            "began with epoch",
        ),
        (Path("no-such-file.py"), "There is no file no-such-file.py"),
        ("script.py", "For a file, hand in a path: Path('script.py')."),
        ("x = '\ud800'\n", "no text that can be written"),
        (7, "A script is expected, as a string or a path, got 7"),
    ],
)
def test_whatever_a_script_does_there_is_a_sentence(answer, message):
    limit = 2 if "while True" in str(answer) else 30
    verdict = ResumeTask(name="answer", model=float, mistakes={}, limit=limit)(answer)
    assert verdict.status == NOT_YET
    assert message in verdict.message


def test_a_file_in_another_encoding_is_told(tmp_path):
    path = tmp_path / "script.py"
    path.write_bytes("print('é')".encode("latin-1"))
    assert "is no text in UTF-8" in task(path).message
