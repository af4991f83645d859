"""A conversation with the mail server, in which each step has an end; and what its refusals mean.

A server that answers a byte a minute never lets a socket's timeout pass, and one that is asked by name can take long
to be found. So each step has a watchdog besides, that shuts the connection when its time is over.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from threading import Timer
from types import TracebackType
from typing import Any
from urllib.parse import unquote, urlsplit

from application.undelivered import (
    LOG_IN_REFUSED,
    SENDER_REFUSED,
    UNANSWERED,
    UNREACHABLE,
    LostError,
    NotNowError,
    RefusedForGoodError,
    ServerAwayError,
)
from werkpad.settings import Settings

# Seconds: for one answer of the server, to be let in, for one message, and to say goodbye.
ANSWER, OPENING, MESSAGE, LEAVING = 10, 20, 30, 2

CLOSING_DOWN = 421


class MailServer:
    """The mail server of the settings; connects when the first message is handed over, and again if it has to."""

    def __init__(self, settings: Settings) -> None:
        self._url = urlsplit(settings.smtp_url)
        self._sender = settings.mail_from
        self._smtp: _Smtp | None = None

    def __enter__(self) -> MailServer:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if self._smtp is not None and error is None:
            with suppress(OSError, smtplib.SMTPException), self._smtp.within(LEAVING):
                self._smtp.quit()
        self._close()

    @property
    def is_connected(self) -> bool:
        return self._smtp is not None

    def connect(self) -> None:
        """Be let in, unless we are in already. Raises ServerAwayError."""
        if self._smtp is not None:
            return
        url = self._url
        smtp = self._smtp = _Smtp(tls=url.scheme == "smtps")
        try:
            with smtp.within(OPENING):
                code, _ = smtp.connect(url.hostname or "localhost", url.port or (465 if smtp.tls else 25))
                if code != 220:
                    raise ServerAwayError(UNREACHABLE)
                smtp.ehlo_or_helo_if_needed()
                if url.scheme == "smtp+starttls":
                    smtp.starttls(context=ssl.create_default_context())
                if url.username:
                    smtp.login(unquote(url.username), unquote(url.password or ""))
        except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError) as error:
            self._close()
            raise ServerAwayError(LOG_IN_REFUSED) from error
        except (OSError, smtplib.SMTPException, ValueError) as error:
            silent = smtp.cut or isinstance(error, TimeoutError)
            self._close()
            raise ServerAwayError(UNANSWERED if silent else UNREACHABLE) from error
        except ServerAwayError:
            self._close()
            raise

    def hand_over(self, message: EmailMessage, address: str) -> None:
        """Have a message taken for one address.

        Raises:
            RefusedForGoodError, NotNowError: it is about this message; the next one may be taken.
            ServerAwayError: nothing is taken; LostError if that showed when it had the message.
        """
        self.connect()
        assert self._smtp is not None  # noqa: S101 - connected above
        try:
            with self._smtp.within(MESSAGE):
                self._smtp.send_message(message, self._sender, [address])
        except smtplib.SMTPNotSupportedError as error:
            # The address has letters that this server does not know.
            raise RefusedForGoodError("address_refused") from error
        except smtplib.SMTPSenderRefused as error:
            self._close()
            raise LostError(SENDER_REFUSED) from error
        except smtplib.SMTPRecipientsRefused as error:
            code, _ = error.recipients[address]
            self._refused(code, "address_refused")
        except smtplib.SMTPDataError as error:
            self._refused(error.smtp_code, "mail_refused")
        except (OSError, smtplib.SMTPException) as error:
            self._close()
            raise LostError(UNANSWERED) from error
        except Exception:
            # Half a message may have gone: the next one needs a conversation of its own.
            self._close()
            raise

    def _refused(self, code: int, reason: str) -> None:
        if code == CLOSING_DOWN:
            self._close()
            raise LostError(UNANSWERED)
        raise RefusedForGoodError(reason) if code >= 500 else NotNowError("not_taken")

    def _close(self) -> None:
        if self._smtp is not None:
            with suppress(OSError):
                self._smtp.close()
            self._smtp.forget()
            self._smtp = None


class _Smtp(smtplib.SMTP):
    """The library's client, with a watchdog on its connection."""

    def __init__(self, *, tls: bool) -> None:
        super().__init__(timeout=ANSWER)
        self.tls = tls
        self.cut = False
        self._watched: socket.socket | None = None

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        # Called by `connect`; here, since the watchdog has to know the connection before TLS is agreed upon.
        connection = socket.create_connection((host, port), timeout)
        # TLS takes the socket over; a second handle of the connection is still good for shutting it.
        self._watched = connection.dup()
        if self.cut:
            connection.close()
            raise TimeoutError
        if not self.tls:
            return connection
        return ssl.create_default_context().wrap_socket(connection, server_hostname=host)

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Shut the connection when this takes longer."""
        watchdog = Timer(seconds, self._shut)
        watchdog.daemon = True
        watchdog.start()
        try:
            yield
        finally:
            watchdog.cancel()

    def _shut(self) -> None:
        self.cut = True
        watched: Any = self._watched
        if watched is not None:
            with suppress(OSError):
                watched.shutdown(socket.SHUT_RDWR)

    def forget(self) -> None:
        if self._watched is not None:
            self._watched.close()
            self._watched = None
