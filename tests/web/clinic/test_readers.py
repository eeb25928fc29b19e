"""Each format is read by its reader, and what is no log is refused."""

from tests.clinic.kinds_of_logs import no_logs


def test_formats_are_those_of_the_package(pairs):
    formats = {name: found["log"]["format"] for name, (found, _) in pairs.items()}
    assert formats == {name: expected.log.format for name, (_, expected) in pairs.items()}
    assert len(set(formats.values())) == 9


def test_what_is_no_log_gets_a_sentence(found):
    for name in no_logs():
        assert found[name].endswith(".")


def test_a_file_that_is_too_large_is_not_read(page):
    large = """() => {
      try {
        everystep.readLogs([{ name: "a.csv", bytes: new Uint8Array(65 * 2 ** 20) }], {});
      } catch (error) { return error.message; }
    }"""
    assert "logs are read up to 64 MB" in page.evaluate(large)
