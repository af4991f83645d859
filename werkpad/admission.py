"""Who is let in: a gunicorn worker that answers health checks whatever hangs, and refuses at once what it can't carry.

Its main loop waits for the first bytes of a connection before a thread gets it. So it knows what is asked, and slow
clients hold no thread. All its counting is done in the main loop, without locks.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

LIVE, READY, METRICS = b" /health/live", b" /health/ready", b" /metrics"
LONGEST_METHOD = 8
FIRST_WORDS = 10.0  # seconds that a new connection may stay silent

# Requests that may wait for a thread, and seconds that one may have waited when its turn comes. Who is likely to wait
# nearly as long is refused at once: of those who are let in, few are to wait in vain.
WAITING = 24
LONGEST_WAIT = 1.0
LIKELY_WAIT = 0.75
LEARNS = 0.1  # how much each request changes what is thought of how long one takes

_here = threading.local()


class _Conn(TConn):  # type: ignore[misc]  # the library has no types
    """A connection whose closing, which waits for the client, is not the main loop's work."""

    came_at = begun_at = 0.0
    refused = False

    def __init__(self, closing: ThreadPoolExecutor, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._closing = closing

    def close(self, graceful: bool = False) -> None:
        if graceful:
            self._closing.submit(super().close, True)
        else:
            super().close()


class Worker(ThreadWorker):  # type: ignore[misc]  # the library has no types
    """gunicorn's threaded worker with a thread of its own for each path of those who watch, and a queue that has an
    end."""

    def init_process(self) -> None:
        self._apart = {path: ThreadPoolExecutor(1) for path in (LIVE, READY, METRICS)}
        self._refusing = ThreadPoolExecutor(2)
        self._closing = ThreadPoolExecutor(4)
        self._in_hand = 0
        self._takes = 0.0  # seconds that a request keeps a thread, by those of late
        super().init_process()

    def accept(self, listener: socket.socket) -> None:
        """Take a connection, and wait in the main loop until it says something."""
        try:
            client, address = listener.accept()
        except OSError:
            # Another process took it, or the client has gone.
            return
        self.nr_conns += 1
        conn = _Conn(self._closing, self.cfg, client, address, listener.getsockname())
        conn.timeout = time.monotonic() + FIRST_WORDS
        self.pending_conns.append(conn)
        self.poller.register(client, EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def _cap_keepalive(self, deadline: float) -> None:
        super()._cap_keepalive(deadline)
        # Nor does a server that is asked to stop wait longer for connections that have said nothing yet.
        for conn in self.pending_conns:
            conn.timeout = min(conn.timeout, deadline)

    def enqueue_req(self, conn: _Conn) -> None:
        """Give a connection that has something to say to a thread: whose, depends on what it asks."""
        conn.came_at, conn.refused = time.monotonic(), False
        pool = self._pool_of_its_own(conn)
        if pool is not None:
            self._submit(pool, conn, self.finish_request)
        elif self._comes_in_vain():
            conn.refused = True
            self._submit(self._refusing, conn, self.finish_request)
        else:
            self._in_hand += 1
            self._submit(self.tpool, conn, self._finish_in_hand)

    def _submit(self, pool: ThreadPoolExecutor, conn: Any, finish: Any) -> None:
        future = pool.submit(self.handle, conn)
        future.add_done_callback(lambda done: self.method_queue.defer(finish, conn, done))

    def _comes_in_vain(self) -> bool:
        """Whether one who comes now would not get a thread in time: better said at once than after the waiting."""
        threads: int = self.cfg.threads
        waiting = self._in_hand - threads + 1
        return waiting > WAITING or waiting * self._takes / threads > LIKELY_WAIT

    def _finish_in_hand(self, conn: Any, done: Future[Any]) -> None:
        self._in_hand -= 1
        if not conn.refused:
            self._takes += LEARNS * (time.monotonic() - conn.begun_at - self._takes)
        self.finish_request(conn, done)

    def _pool_of_its_own(self, conn: Any) -> ThreadPoolExecutor | None:
        try:
            begun = conn.sock.recv(4096, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except OSError:
            return None
        if b"\r\n\r\n" not in begun:
            # One that comes in pieces would hold the only thread there is.
            return None
        for path, pool in self._apart.items():
            at = begun.find(path, 0, LONGEST_METHOD + len(path))
            if at > 0 and begun[at + len(path) : at + len(path) + 1] in (b" ", b"?"):
                return pool
        return None

    def handle(self, conn: Any) -> Any:
        _here.conn, conn.begun_at = conn, time.monotonic()
        return super().handle(conn)

    def load_wsgi(self) -> None:
        from web.errors import REFUSED

        super().load_wsgi()
        application: Callable[..., Any] = self.wsgi  # type: ignore[has-type]  # the library has no types

        def admitted(environ: dict[str, Any], start_response: Any) -> Any:
            conn = _here.conn
            if conn.refused or time.monotonic() - conn.came_at > LONGEST_WAIT or _has_gone(conn.sock):
                environ[REFUSED] = conn.refused = True
            return application(environ, start_response)

        self.wsgi = admitted


def _has_gone(client: socket.socket) -> bool:
    """Whether the client has closed the connection while its request waited: nobody would read the answer."""
    try:
        return client.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except (BlockingIOError, ValueError):
        return False  # nothing to read; or a socket with TLS, which can't be looked at so
    except OSError:
        return True
