from xml.etree.ElementTree import Element, fromstring

from everystep.bank.exports.tree import child, document


def test_what_is_built_is_what_is_read():
    root = Element("quiz")
    child(child(root, "a", "1 < 2 ]]>", title='"&"'), "b")
    text = document(root)
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n')
    (read,) = fromstring(text)
    assert (read.tag, read.text, read.attrib) == ("a", "1 < 2 ]]>", {"title": '"&"'})
    assert [inner.tag for inner in read] == ["b"]
