"""Says its pid, which may be repeated; writes down each of its starts; logs what it is told to say."""
import http.server, json, os
class Agent(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def do_GET(self):
        if self.path == "/tools":
            self.answer(200, b'{"tools": [{"name": "who", "readOnly": true}]}')
        else:
            self.answer(200 if self.path == "/health" else 404, b"{}")
    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        text = asked.get("parameters", {}).get("say")
        if text:
            print(os.getpid(), "says", text, flush=True)
        self.answer(200, b'{"result": %d}' % os.getpid())
    def log_message(self, *args): pass
class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
journal = os.open(os.environ["STARTS"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
os.write(journal, b"%d\n" % os.getpid())
os.close(journal)
print(os.getpid(), "starts", flush=True)
Server((os.environ["HOST"], int(os.environ["PORT"])), Agent).serve_forever()
