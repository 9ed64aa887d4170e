import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

corruptions = pytest.importorskip("facet_training.corruptions", reason="needs scikit-image")


class Service(BaseHTTPRequestHandler):
    """Reads 7 in every picture but an empty one, and answers v9 as a service without that version does."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        blank = b"\r\n\r\n\r\n--" in body
        status = 404 if "v9" in self.path else 422 if blank else 200
        assert b'name="file"' in body
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps({"predicted_digit": 7}).encode())

    def log_message(self, *_):
        pass


@pytest.fixture
def url():
    server = HTTPServer(("127.0.0.1", 0), Service)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_accuracy_by_kind_counts_refused_pictures_as_wrong(url, tmp_path):
    for name, content in (("thin/1.png", b"a"), ("thin/2.png", b""), ("grid/1.jpg", b"b"), ("grid/2.jpg", b"c")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    (tmp_path / "labels.json").write_text(json.dumps({"thin/1.png": 7, "thin/2.png": 7, "grid/1.jpg": 7, "grid/2.jpg": 1}))
    assert corruptions.measure(url, "v1", tmp_path) == {"thin": (0.5, 2), "grid": (0.5, 2)}
    with pytest.raises(SystemExit, match="answered 404"):
        corruptions.measure(url, "v9", tmp_path)
