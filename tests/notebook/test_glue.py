import numpy as np
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from myst_nb.ext.glue import glue as glue_of_mystnb

from everystep.notebook.glue import glue


def outputs_of(function, *args, **kwargs):
    shell = InteractiveShell.instance()
    try:
        with capture_output() as captured:
            function(*args, **kwargs)
    finally:
        InteractiveShell.clear_instance()
        del shell
    return [(out.data, out.metadata) for out in captured.outputs]


def test_hidden_numbers_are_stored_as_mystnb_stores_them():
    assert outputs_of(glue, "a.b", 3.5) == outputs_of(glue_of_mystnb, "a.b", 3.5, display=False)


def test_shown_values_are_stored_as_mystnb_stores_them():
    assert outputs_of(glue, "a.b", 3.5, shown=True) == outputs_of(glue_of_mystnb, "a.b", 3.5)


def test_numbers_of_numpy_are_stored_as_plain_ones():
    assert outputs_of(glue, "a.b", np.float64(3.5)) == outputs_of(glue, "a.b", 3.5)


def test_outside_a_notebook_hidden_values_leave_no_output(capsys):
    glue("a.b", 3.5)
    assert capsys.readouterr().out == ""
