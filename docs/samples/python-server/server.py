"""An HTTP server around a model, with nothing but Python's own library.

GET  /healthz   200 once the model is loaded
POST /predict   {"instances": [...]}, answered with {"predictions": [...]}

It listens once the model is loaded, so that nobody is sent to it too early; after SIGTERM it finishes what it runs.
"""

import json
import os
import signal
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import model

# A stopping pod may still be sent to, until everybody knows that it stops.
LINGER_SECONDS = 1


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # connections are kept
    disable_nagle_algorithm = True

    def do_GET(self):
        if self.path == "/healthz":
            self.answer(200, {"status": "ok"})
        else:
            self.answer(404, {"error": "there are GET /healthz and POST /predict"})

    def do_POST(self):
        length = self.headers.get("Content-Length")
        if self.path != "/predict" or length is None:
            self.close_connection = True  # the body stays unread
            self.answer(404 if length else 411, {"error": "POST /predict with a Content-Length"})
            return
        body = self.rfile.read(int(length))
        try:
            predictions = self.server.predict(json.loads(body)["instances"])
        except (KeyError, TypeError, ValueError) as error:
            self.answer(400, {"error": f'write {{"instances": [...]}}: {error}'})
            return
        self.answer(200, {"predictions": predictions})

    def answer(self, status, document):
        body = json.dumps(document).encode()
        if self.server.stopping:
            self.close_connection = True
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def handle_one_request(self):
        self.server.idle.add(self.connection)
        if self.server.stopping:
            self.close_connection = True
        else:
            super().handle_one_request()

    def parse_request(self):
        self.server.idle.discard(self.connection)
        return super().parse_request()

    def finish(self):
        self.server.idle.discard(self.connection)
        super().finish()

    def log_request(self, code="-", size="-"):
        if self.path != "/healthz":
            super().log_request(code, size)


class Server(ThreadingHTTPServer):
    daemon_threads = False  # closing waits for what runs
    request_queue_size = 128

    def __init__(self, port, predict):
        super().__init__(("", port), Handler)
        self.predict = predict
        self.stopping = False
        self.idle = set()  # connections between two requests

    def stop(self):
        time.sleep(LINGER_SECONDS)
        self.stopping = True
        self.shutdown()
        for connection in list(self.idle):
            connection.shutdown(socket.SHUT_RD)


def main():
    server = Server(int(os.environ.get("PORT", "8080")), model.load())
    # As the container's first process it gets no signal that it has not asked for.
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.stop).start())
    server.serve_forever(poll_interval=0.1)
    server.server_close()


if __name__ == "__main__":
    main()
