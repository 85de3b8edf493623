"""A TCP proxy that can cut the network: what a tunnel, a lift or a sleeping phone does to a visitor."""

import contextlib
import selectors
import socket
import threading


class Proxy:
    """Passes bytes to 127.0.0.1:`port`. `cut()` resets everything and refuses the rest until `mend()`."""

    def __init__(self, port: int) -> None:
        self.target = ("127.0.0.1", port)
        self.is_cut = self.is_frozen = False
        self.pairs: set[tuple[socket.socket, socket.socket]] = set()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        self.is_cut = True
        for pair in list(self.pairs):
            for side in pair:
                with contextlib.suppress(OSError):
                    side.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        self.is_cut = False

    def freeze(self) -> None:
        """Nothing passes any more, and nobody is told: a machine without power."""
        self.is_frozen = True

    def close(self) -> None:
        self.cut()
        self.listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                if self.is_cut:
                    client.close()
                    continue
                threading.Thread(target=self._pass, args=(client,), daemon=True).start()

    def _pass(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError), client, socket.create_connection(self.target) as server:
            pair = (client, server)
            self.pairs.add(pair)
            try:
                self._pump(client, server)
            finally:
                self.pairs.discard(pair)

    def _pump(self, client: socket.socket, server: socket.socket) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(client, selectors.EVENT_READ, server)
            selector.register(server, selectors.EVENT_READ, client)
            while True:
                for key, _ in selector.select():
                    if not (data := key.fileobj.recv(65536)):
                        return
                    if not self.is_frozen:
                        key.data.sendall(data)
