"""What a reader sets is checked before anything runs, and stands in the address."""

import pytest


def read(page, **texts):
    """Return what comes of the form's texts, or the error's message."""
    return page.evaluate(
        """(texts) => {
          try {
            return everystep.settings.read({ ...everystep.settings.FIRST, ...texts });
          } catch (error) {
            if (!(error instanceof RangeError)) throw error;
            return error.message;
          }
        }""",
        texts,
    )


def opened(page, address):
    return page.evaluate(
        """(hash) => {
          try {
            return everystep.settings.fromAddress(hash);
          } catch (error) {
            if (!(error instanceof RangeError)) throw error;
            return error.message;
          }
        }""",
        address,
    )


def test_texts_become_recipes(page):
    texts = {"rate": "1e-2", "warmup": "10", "schedule": "cosine", "momentum": "0.9", "seeds": "3"}
    others = {"from": "7", "batch2": "128", "momentum2": "0", "hidden": "64 and 64"}
    found = read(page, **texts, **others)
    assert (found["seeds"], found["hidden"], found["n_train"]) == ([7, 8, 9], [64, 64], 1024)
    first, second = found["recipes"]
    assert first["fields"] == {
        "batch_size": 32, "lr": 0.01, "epochs": 10, "optimizer": "sgd", "weight_decay": 0,
        "label_noise": 0, "accumulation": 1, "momentum": 0.9, "nesterov": False,
    }  # fmt: skip
    assert first["schedule"] == ["warmup", 10, ["cosine", 310]]
    assert (second["fields"]["batch_size"], second["fields"]["momentum"]) == (128, 0)
    assert second["schedule"] == ["warmup", 10, ["cosine", 70]]


def test_both_recipes_train_on_the_same_data(page):
    texts = {"data": "mnist1d", "images": "4096", "batch": "2000", "batch2": "5120", "seeds": "1"}
    found = read(page, **texts)
    assert (found["data"], found["n_train"]) == ("mnist1d", 4096)
    assert [one["fields"]["batch_size"] for one in found["recipes"]] == [2000, 5120]
    assert read(page)["data"] == "digits"


def test_adamw_has_no_momentum(page):
    fields = read(page, optimizer="AdamW", momentum="0.9")["recipes"][0]["fields"]
    assert fields["optimizer"] == "adamw"
    assert "momentum" not in fields


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"batch": "0"}, "batch must be a whole number from 1 to 1797, got 0"),
        ({"batch": "3.5"}, 'batch must be a whole number from 1 to 1797, got "3.5"'),
        ({"batch": ""}, 'batch must be a whole number from 1 to 1797, got ""'),
        ({"batch": "32; alert(1)"}, "batch must be a whole number"),
        ({"rate2": "-1"}, 'rate2 must be a finite number of at least 0, got "-1"'),
        ({"rate": "1e999"}, "rate must be a finite number of at least 0, got Infinity"),
        ({"rate": "0x10"}, 'rate must be a finite number of at least 0, got "0x10"'),
        ({"momentum": "1"}, "momentum must be a number of at least 0 and below 1, got 1"),
        ({"noise": "2"}, "noise must be a number from 0 to 1, got 2"),
        ({"seeds": "33"}, "seeds must be a whole number from 1 to 32, got 33"),
        ({"images": "1500"}, "images must be a whole number from 16 to 1437, got 1500"),
        ({"hidden": "9"}, 'hidden must be one of 0, 32, 64, 128, 64 and 64, 100 and 100, got "9"'),
        ({"schedule": "constructor"}, "schedule must be one of constant, step decay"),
        ({"nesterov": "yes"}, "nesterov needs a momentum above 0"),
        ({"accumulation": "5"}, "accumulation must divide the batch size, got [5,32]"),
        ({"warmup": "320"}, "warmup must be below the run's 320 updates, got 320"),
        ({"data": "iris"}, 'data must be one of digits, mnist1d, got "iris"'),
        ({"data": "constructor"}, 'data must be one of digits, mnist1d, got "constructor"'),
        ({"data": ""}, 'data must be one of digits, mnist1d, got ""'),
        (
            {"data": "mnist1d", "images": "4097"},
            "images must be a whole number from 16 to 4096, got 4097",
        ),
        (
            {"data": "mnist1d", "batch": "5121"},
            "batch must be a whole number from 1 to 5120, got 5121",
        ),
        ({"data": "mnist1d", "batch2": "0"}, "batch2 must be a whole number from 1 to 5120, got 0"),
        ({"epochs": "2000", "seeds": "32"}, "must be at most 30,000,000, got 131,072,000"),
    ],
)
def test_what_cannot_be_is_named(page, texts, message):
    assert message in read(page, **texts)


def test_an_address_says_what_differs_from_the_first_setting(page):
    first = page.evaluate("everystep.settings.FIRST")
    assert opened(page, "") == first
    addresses = ["#batch2=512", "#batch=32", "#rate=0.4&schedule=cosine%2C+restarts&rate2=0.1",
                 "#hidden=64+and+64&images=200&noise=0.2&noise2=0.2",
                 "#data=mnist1d&batch2=512"]  # fmt: skip
    for address in addresses:
        texts = opened(page, address)
        again = page.evaluate("(texts) => everystep.settings.toAddress(texts)", texts)
        assert opened(page, again) == texts
        assert len(again) <= len(address) + 4


def test_addresses_of_the_digits_do_not_name_them(page):
    texts = opened(page, "#batch=16&data=digits")
    assert page.evaluate("(texts) => everystep.settings.toAddress(texts)", texts) == "#batch=16"


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("#speed=9", 'there is no setting "speed"'),
        ("#data2=mnist1d", 'there is no setting "data2"'),
        ("#data=MNIST", 'data must be one of digits, mnist1d, got "MNIST"'),
        ("#images=2000", "images must be a whole number from 16 to 1437, got 2000"),
        ("#seeds2=9", 'there is no setting "seeds2"'),
        ("#__proto__=9", 'there is no setting "__proto__"'),
        ("#constructor=9", 'there is no setting "constructor"'),
        ("#<img src=x onerror=alert(1)>=1", "there is no setting"),
        ("#batch=<script>", "batch must be a whole number"),
        ("#batch=1e3", 'batch must be a whole number from 1 to 1797, got "1e3"'),
        ("#epochs=%00", "epochs must be a whole number"),
        ("#batch", 'batch must be a whole number from 1 to 1797, got ""'),
    ],
)
def test_an_address_that_cannot_be_used_is_named(page, address, message):
    assert message in opened(page, address)
