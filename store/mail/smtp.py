"""Carries letters to a mail server by SMTP, one after the other over one connection."""

from __future__ import annotations

import base64
import contextlib
import io
import os
import smtplib
import socket
import ssl
import time
from typing import TYPE_CHECKING, NamedTuple

from store.clean import harmless
from store.errors import BadInput, DeskError
from store.mail import trouble
from store.mail.account import Account, Auth, Security
from store.mail.delivery import Came, Delivery, Parcel
from store.message import msg
from store.model.customer import is_mail
from store.secret import DOTS, Secret

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_GO_AHEAD = 354
_PIECE = 8
"""Bytes of a password, as it was sent, that nothing of ours repeats in a row."""
_MOST_SAID = 2_000
_LONGEST = 100_000
"""Bytes of one answer, in however many lines."""
_PORTS = {Security.TLS: 465, Security.STARTTLS: 587, Security.NONE: 25}


class Patience(NamedTuple):
    """How many seconds a server may take: to be reached, for an answer, for that to a letter.

    An answer is there in time as a whole, or not at all.
    """

    connecting: float = 20.0
    answering: float = 60.0
    taking: float = 300.0


class _Answers(io.RawIOBase):
    """What a server says, where each answer as a whole has its time and its length."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._until = 0.0
        self._left = 0

    def within(self, seconds: float) -> None:
        """The next answer has so long, from now on."""
        self._until = time.monotonic() + seconds
        self._left = _LONGEST

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        seconds = self._until - time.monotonic()
        if seconds <= 0:
            raise TimeoutError("timed out")
        if self._left <= 0:
            raise ConnectionError("an answer without an end")
        self._sock.settimeout(seconds)
        count = self._sock.recv_into(buffer)
        self._left -= count
        return count


class _Observed(smtplib.SMTP):
    """Knows from which moment on a letter may have arrived, and waits for no answer forever.

    The library's own timeout is for each piece that comes in, however small; `timeout` is here for
    the whole of an answer.
    """

    began = False
    taking = 300.0

    def getreply(self) -> tuple[int, bytes]:
        assert self.sock is not None
        if self.file is None:
            self._answers = _Answers(self.sock)
            self.file = io.BufferedReader(self._answers)
        self._answers.within(self.timeout)
        code, said = super().getreply()
        if code == _GO_AHEAD:
            self.began = True
            self.wait(self.taking)
        else:
            self.wait(self.timeout)
        return code, said

    def wait(self, seconds: float) -> None:
        """So long for the next answers, and for what is sent."""
        self.timeout = seconds
        if self.sock:
            self.sock.settimeout(seconds)


class _ObservedTls(_Observed, smtplib.SMTP_SSL):
    pass


class Smtp:
    """One connection to a mail server, made when it is needed and kept between letters.

    It blocks, and belongs into a thread. No method raises: all that goes wrong is a `Delivery`.
    """

    def __init__(self, account: Account, patience: Patience | None = None) -> None:
        self.account = account._replace(port=account.port or _PORTS[account.security])
        self._patience = patience or Patience()
        self._wire: _Observed | None = None

    def carry(self, parcel: Parcel) -> Delivery:
        """Carries one letter to the server, and says what came of it."""
        for address in (parcel.sender, parcel.to):
            # Sent as they are: neither a line break nor a letter beyond ASCII may be in one.
            if not (is_mail(address) and address.isascii()):
                return Delivery(
                    Came.REFUSED, why=msg("{address} is not a mail address.", address=address)
                )
        reused = self._wire is not None
        delivery = self._carried(parcel)
        if delivery is None and reused:
            delivery = self._carried(parcel)  # it was cut between letters: nothing was sent
        if delivery is None:
            cut = ConnectionError("closed")
            delivery = trouble.stopped(trouble.no_connection(cut, self.account))
        return delivery

    def close(self) -> None:
        """Says goodbye, if there is anybody to hear it."""
        wire, self._wire = self._wire, None
        if wire:
            with contextlib.suppress(OSError):
                wire.wait(2.0)
                wire.quit()
            wire.close()

    # -- one letter ---------------------------------------------------------------------------

    def _carried(self, parcel: Parcel) -> Delivery | None:
        """What came of it; `None` where the connection was cut before the letter began."""
        fresh = self._wire is None
        try:
            wire = self._wire or self._connected()
        except DeskError as error:
            return trouble.stopped(error)
        self._wire, wire.began = wire, False
        try:
            delivery = self._handed_over(wire, parcel)
        except OSError as error:
            self._hang_up()
            if wire.began:
                return _lost(error)
            if isinstance(error, smtplib.SMTPResponseException):
                return trouble.no_to_sender(error.smtp_code, _told(error), parcel.to, self.account)
            if fresh:
                return trouble.stopped(trouble.no_connection(error, self.account))
            return None
        if delivery.came is Came.STOP:
            self._hang_up()
            if delivery.code.startswith("421") and not fresh and not wire.began:
                return None  # it was idle for too long, perhaps: a new connection will tell
        elif delivery.came is not Came.ACCEPTED:
            self._set_back(wire)
        return delivery

    def _handed_over(self, wire: _Observed, parcel: Parcel) -> Delivery:
        """One mail transaction (RFC 5321, 3.3)."""
        size = f" SIZE={len(parcel.message)}" if wire.has_extn("size") else ""
        # Not the library's own `mail` and `rcpt`: they take an address apart again, each time.
        code, said = wire.docmd("MAIL", f"FROM:<{parcel.sender}>{size}")
        if code // 100 != 2:
            return trouble.no_to_sender(code, said, parcel.to, self.account)
        code, said = wire.docmd("RCPT", f"TO:<{parcel.to}>")
        if code // 100 != 2:
            return trouble.no_to_letter(code, said, parcel.to, self.account)
        try:
            code, said = wire.data(_with_crlf(parcel.message))
        except smtplib.SMTPDataError as error:
            if error.smtp_code < 400:  # an answer to something else: the two do not agree
                raise smtplib.SMTPServerDisconnected("out of step") from None
            return trouble.no_to_letter(error.smtp_code, _told(error), parcel.to, self.account)
        wire.wait(self._patience.answering)
        match code // 100:
            case 2:
                return Delivery(Came.ACCEPTED, trouble.code_of(code, said))
            case 4 | 5:
                return trouble.no_to_letter(code, said, parcel.to, self.account)
        self._hang_up()
        return _lost(smtplib.SMTPResponseException(code, said))

    def _set_back(self, wire: _Observed) -> None:
        """Ends a letter that was not taken; a connection on which that fails is no more used."""
        if self._wire is None:
            return
        try:
            code, _ = wire.rset()
        except OSError:
            code = 0
        if code // 100 != 2:
            self._hang_up()

    def _hang_up(self) -> None:
        wire, self._wire = self._wire, None
        if wire:
            wire.close()

    # -- the connection -----------------------------------------------------------------------

    def _connected(self) -> _Observed:
        """A connection on which we are logged in; raises `NoMailServer` or `MailRefused`."""
        account = self.account
        wire: _Observed | None = None
        try:
            wire = self._opened()
            wire.taking = self._patience.taking
            wire.local_hostname = _our_name(wire)
            wire.ehlo_or_helo_if_needed()
            if account.security is Security.STARTTLS:
                if not wire.has_extn("starttls"):
                    raise trouble.no_starttls(account)
                wire.starttls(context=self._context())
                wire.ehlo()
            self._log_in(wire)
            wire.wait(self._patience.answering)
            return wire
        except DeskError as error:
            failed = error
        except smtplib.SMTPResponseException as error:
            failed = trouble.no_welcome(error.smtp_code, _told(error), account)
        except (OSError, ValueError) as error:  # or a host, a name, a password that cannot be one
            failed = trouble.no_connection(_beneath(error), account)
        if wire:
            wire.close()
        # Out of the handlers: what they caught knows the frames in which a password was read.
        raise failed

    def _opened(self) -> _Observed:
        account, timeout = self.account, self._patience.connecting
        where = (account.host, account.port, "localhost")
        if account.security is Security.TLS:
            return _ObservedTls(*where, timeout=timeout, context=self._context())
        return _Observed(*where, timeout=timeout)

    def _context(self) -> ssl.SSLContext:
        """Whom to believe: this host's authorities and the settings'; raises `BadInput`."""
        context = ssl.create_default_context()
        path = self.account.ca_bundle
        if path:
            try:
                if os.path.isdir(path):
                    context.load_verify_locations(capath=path)
                else:
                    context.load_verify_locations(cafile=path)
            except (OSError, ssl.SSLError) as error:
                raise BadInput(
                    msg("The certificates in {path} cannot be read: {said}", path=path,
                        said=harmless(str(error))),
                    field="ca-bundle",
                    todo=msg("{setting} names a PEM file, or a folder of them.",
                             setting="ca-bundle"),
                ) from None  # fmt: skip
        return context

    def _log_in(self, wire: _Observed) -> None:
        """Says who we are; raises `MailRefused`. No error holds what was said."""
        account = self.account
        if account.auth is Auth.NONE or account.secret is None:
            return
        offered = wire.esmtp_features.get("auth", "").upper().split()
        secret = account.secret()
        if account.auth is Auth.XOAUTH2 and "XOAUTH2" in offered:
            code, said = self._xoauth2(wire, secret.reveal())
        elif account.auth is Auth.PASSWORD and "PLAIN" in offered:
            code, said = wire.docmd("AUTH", "PLAIN " + _plain(account.user, secret.reveal()))
        elif account.auth is Auth.PASSWORD and "LOGIN" in offered:
            code, said = wire.docmd("AUTH", "LOGIN " + _coded(account.user))
            if code == 334:
                code, said = wire.docmd(_coded(secret.reveal()))
        else:
            raise trouble.no_such_login(" ".join(offered), account)
        if code not in (235, 503):
            raise trouble.no_login(code, _without(said, secret, account.user), account)

    def _xoauth2(self, wire: _Observed, token: str) -> tuple[int, bytes]:
        # What the server asks back is why it refuses; an empty line lets it say so by a code.
        code, said = wire.docmd("AUTH", "XOAUTH2 " + _bearer(self.account.user, token))
        return wire.docmd("") if code == 334 else (code, said)


def _with_crlf(message: bytes) -> bytes:
    """The message with each line ended as SMTP wants it."""
    return message.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")


def _coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")


def _plain(user: str, password: str) -> str:
    return _coded(f"\0{user}\0{password}")


def _bearer(user: str, token: str) -> str:
    return _coded(f"user={user}\x01auth=Bearer {token}\x01\x01")


def _without(said: bytes, secret: Secret, user: str) -> bytes:
    """What a server said, with dots where it repeats the password or any piece of what was sent.

    Some servers repeat a command that they do not know, and some of them not to its end.
    """
    said, plain = said[:_MOST_SAID], secret.reveal()
    lower, hidden = said.lower(), bytearray(len(said))
    for spelt in (plain, _coded(plain), _plain(user, plain), _bearer(user, plain)):
        sent = spelt.encode().lower()
        size = min(_PIECE, len(sent))
        pieces = {sent[at : at + size] for at in range(len(sent) - size + 1)} if size else set()
        for at in range(len(said) - size + 1):
            if lower[at : at + size] in pieces:
                hidden[at : at + size] = b"\1" * size
    kept = bytearray()
    for at, byte in enumerate(said):
        if not hidden[at]:
            kept.append(byte)
        elif not at or not hidden[at - 1]:
            kept += DOTS.encode()
    return bytes(kept)


def _our_name(wire: smtplib.SMTP) -> str:
    """What we call ourselves: the name of this host where it is a whole one, else its address.

    Python would ask the name service, and wait for it.
    """
    name = socket.gethostname()
    if "." in name and name.isascii():
        return name
    assert wire.sock is not None
    address = wire.sock.getsockname()[0]
    return f"[IPv6:{address}]" if ":" in address else f"[{address}]"


def _beneath(error: Exception) -> Exception:
    """What the system said, where the library says only that it is no more connected."""
    below = error.__context__
    hides = isinstance(error, smtplib.SMTPServerDisconnected)
    return below if hides and isinstance(below, OSError) else error


def _told(error: smtplib.SMTPResponseException) -> bytes:
    return error.smtp_error if isinstance(error.smtp_error, bytes) else b""


def _lost(error: Exception) -> Delivery:
    if isinstance(error, smtplib.SMTPResponseException):
        said = trouble.words_of(_told(error))
        return trouble.unknown(
            msg("The mail server's answer to the letter makes no sense: {said}", said=said)
        )
    if isinstance(_beneath(error), TimeoutError) or "timed out" in str(error):
        return trouble.unknown(msg("The mail server did not answer after the letter."))
    return trouble.unknown(
        msg("The mail server hung up after the letter began, and before its answer.")
    )
