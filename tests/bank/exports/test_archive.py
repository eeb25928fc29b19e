import io
import zipfile

from everystep.bank.exports.archive import zipped


def test_an_archive_has_the_files_in_their_order_and_no_date_of_today():
    files = {"b.xml": b"<b/>" * 100, "a/ü.xml": b""}
    with zipfile.ZipFile(io.BytesIO(zipped(files))) as archive:
        assert archive.testzip() is None
        assert {info.filename: archive.read(info) for info in archive.infolist()} == files
        assert archive.namelist() == list(files)
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.getinfo("b.xml").compress_size < 400
