"""What goes wrong on the way to a mail server, in words: what happened, and what to do."""

from __future__ import annotations

import re
import socket
import ssl

from store.clean import harmless
from store.errors import DeskError
from store.mail.account import HERE, Account, Auth
from store.mail.delivery import Came, Delivery
from store.message import N_, Message, msg

_LONGEST = 200
_STATUS = re.compile(r"^([245]\.\d{1,3}\.\d{1,3})\b")
_OF_ONE = re.compile(r"[45]\.[12]\.\d")
"""Enhanced codes that are about an address or its mailbox (RFC 3463), and not about us."""
_OF_SENDER = re.compile(r"^5\.1\.[78]\b|sender address rejected", re.IGNORECASE)
_RATE = re.compile(
    r"rate.{0,3}limit|limit.{0,12}rate|throttl|slow down|sending too (fast|much|many)|at a rate"
    r"|too many (messages|mails|e-?mails|connections|requests)"
    r"|(daily|hourly|sending|submission|message) (limit|quota)|quota.{0,20}(day|hour)",
    re.IGNORECASE,
)
"""How servers say that somebody sends too much."""
_ENDS_ALL = (421, 454, 530, 534, 535, 538)
"""Codes that every other letter would meet too, wherever they are said."""


class NoMailServer(DeskError):
    """The mail server could not be reached, or what answered is not one to be trusted."""

    title = N_("No connection to the mail server")


class MailRefused(DeskError):
    """The mail server said no to us, whatever the letter."""

    title = N_("The mail server refused it")


def code_of(code: int, said: bytes) -> str:
    """The server's code with its enhanced one, as in 550 5.1.1."""
    found = _STATUS.match(words_of(said))
    return f"{code} {found[1]}" if found else str(code) if code > 0 else ""


def words_of(said: bytes) -> str:
    """What a server said, on one line and safe to show."""
    text = harmless(" ".join(said.decode("utf-8", "replace").split()))
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


# -- the way there ------------------------------------------------------------------------------


def no_connection(error: Exception, account: Account) -> NoMailServer:
    """The error for a connection that was not made, or was cut before anything was sent."""
    host, port = account.host, str(account.port)
    if isinstance(error, ssl.SSLCertVerificationError):
        return _bad_certificate(error, account)
    if isinstance(error, ssl.SSLError):
        return NoMailServer(
            msg("{host}:{port} does not speak TLS as it should: {said}.", host=host, port=port,
                said=harmless(error.reason or type(error).__name__)),
            todo=msg("{tls} goes with port 465, {starttls} with 587: compare them in [mail].",
                     tls='security = "tls"', starttls='security = "starttls"'),
        )  # fmt: skip
    if isinstance(error, UnicodeEncodeError) and error.encoding == "utf-8":
        return NoMailServer(
            msg("The password has characters that cannot be sent."),
            todo=msg("Type it anew, or look at the file or command that gives it."),
        )
    if isinstance(error, socket.gaierror | ValueError):
        return NoMailServer(
            msg("There is no mail server called {host}.", host=host),
            todo=msg("Compare {key} in [mail], or look whether this host has a network.",
                     key="host"),
        )  # fmt: skip
    if isinstance(error, ConnectionRefusedError):
        return NoMailServer(
            msg("Nothing listens at {host}:{port}.", host=host, port=port),
            todo=msg("Compare {key} in [mail], or start the server.", key="host, port"),
        )
    if isinstance(error, TimeoutError) or "timed out" in str(error):
        return NoMailServer(
            msg("{host}:{port} does not answer.", host=host, port=port),
            todo=msg("A firewall may be in between, or the port wants TLS from the start: {tls}.",
                     tls='security = "tls"'),
        )  # fmt: skip
    return NoMailServer(
        msg("The connection to {host}:{port} broke off: {said}.", host=host, port=port,
            said=harmless(str(error)[:_LONGEST]) or type(error).__name__),
        todo=msg("Nothing of this letter was sent. Try again: {command}",
                 command="partnerdesk send --resume"),
    )  # fmt: skip


def _bad_certificate(error: ssl.SSLCertVerificationError, account: Account) -> NoMailServer:
    host = account.host
    bundle = msg("If it is your own, name its authority: {line}", line='ca-bundle = "/path/ca.pem"')
    match error.verify_code:
        case 10:
            return NoMailServer(
                msg("The certificate of {host} has expired.", host=host),
                todo=msg("Whoever runs the server renews it; nothing was sent meanwhile."),
            )
        case 9:
            return NoMailServer(
                msg("The certificate of {host} is not valid yet.", host=host),
                todo=msg("Look whether the clock of this host is right."),
            )
        case 62 | 64:
            return NoMailServer(
                msg("The certificate is for another name than {host}.", host=host),
                todo=msg("Set {key} to the name in the certificate.", key="host"),
            )
        case 18 | 19:
            return NoMailServer(
                msg("The certificate of {host} is signed by itself.", host=host), todo=bundle
            )
        case 2 | 20 | 21:
            return NoMailServer(
                msg("Nobody that this host believes vouches for the certificate of {host}.",
                    host=host),
                todo=bundle,
            )  # fmt: skip
    return NoMailServer(
        msg("The certificate of {host} does not check out: {said}.", host=host,
            said=harmless(error.verify_message)),
        todo=bundle,
    )  # fmt: skip


def no_starttls(account: Account) -> NoMailServer:
    """The error for a server that would only talk in the open."""
    return NoMailServer(
        msg("{host}:{port} offers no STARTTLS, so anybody could read along.", host=account.host,
            port=str(account.port)),
        todo=msg("Nothing was sent. {tls} goes with port 465; a server on this host may be talked "
                 "to in the open: {none}.", tls='security = "tls"', none='security = "none"')
        if account.host.casefold() in HERE
        else msg("Nothing was sent. Ask for a port with TLS; {tls} goes with port 465.",
                 tls='security = "tls"'),
    )  # fmt: skip


def no_welcome(code: int, said: bytes, account: Account) -> MailRefused:
    """The error for a server that does not greet, or not now."""
    return MailRefused(
        msg("{host} does not take mail now: {said}", host=account.host, said=_said(code, said)),
        todo=msg("Try again later: {command}", command="partnerdesk send --resume"),
    )


def no_login(code: int, said: bytes, account: Account) -> MailRefused:
    """The error for a server that does not believe who we are."""
    what = msg(
        "{host} does not let {user} in: {said}",
        host=account.host,
        user=account.user,
        said=_said(code, said),
    )
    if code in (421, 454, 451, 450):
        todo = msg("Try again later: {command}", command="partnerdesk send --resume")
    elif account.auth is Auth.XOAUTH2:
        todo = msg("The access token may have expired: get a new one. {key} gives it.",
                   key="password-command")  # fmt: skip
    else:
        todo = msg(
            "Compare {key} in [mail]. Where a second factor is asked for, it takes a password for "
            "apps, or {oauth}.",
            key="user, password-file",
            oauth='auth = "xoauth2"',
        )
    return MailRefused(what, todo=todo)


def no_such_login(offered: str, account: Account) -> MailRefused:
    """The error for a server that offers no way of logging in that we have."""
    if offered:
        what = msg("{host} offers no way to log in that is known here: {offered}.",
                   host=account.host, offered=harmless(offered))  # fmt: skip
    else:
        what = msg("{host} offers no way to log in.", host=account.host)
    return MailRefused(
        what, todo=msg("If it lets this host send as it is: {line}", line='auth = "none"')
    )


# -- a letter -----------------------------------------------------------------------------------


def no_to_sender(code: int, said: bytes, to: str, account: Account) -> Delivery:
    """What comes of a letter whose sender is not taken: so would every other."""
    if code in _ENDS_ALL or code < 500:
        return _stop(code, said, account)
    if code == 552:  # too large, which it was told with the sender
        return no_to_letter(code, said, to, account)
    return Delivery(
        Came.STOP,
        code_of(code, said),
        error=MailRefused(
            msg("{host} takes no mail from {sender}: {said}", host=account.host,
                sender=account.sender, said=_said(code, said)),
            todo=msg("Compare {key} in [mail] with what this account may send as.", key="sender"),
        ),
    ).filled()  # fmt: skip


def no_to_letter(code: int, said: bytes, to: str, account: Account) -> Delivery:
    """What comes of a letter that the server says no to, by its recipient or as a whole."""
    if code in _ENDS_ALL or _is_rate(said):
        return _stop(code, said, account)
    if code >= 500 and _OF_SENDER.search(words_of(said)):  # many look at it with the recipient
        return no_to_sender(code, said, to, account)
    told = _said(code, said)
    if code >= 500:
        return Delivery(
            Came.REFUSED,
            code_of(code, said),
            msg("The mail server does not take it for {to}: {said}", to=to, said=told),
            msg("Correct the address, then send it anew.") if _is_address(code, said) else None,
        )
    grey = code == 451 or "grey" in told.casefold() or "gray" in told.casefold()
    return Delivery(
        Came.LATER,
        code_of(code, said),
        msg("The mail server asks to try again later: {said}", said=told),
        msg("Many servers refuse a sender's first try. In about 15 minutes: {command}",
            command="partnerdesk send --resume")
        if grey
        else msg("Try again later: {command}", command="partnerdesk send --resume"),
    )  # fmt: skip


def _is_rate(said: bytes) -> bool:
    """Whether it is too much of ours; a mailbox that gets too much is the matter of its owner."""
    words = words_of(said)
    return not _OF_ONE.match(words) and bool(_RATE.search(words))


def _is_address(code: int, said: bytes) -> bool:
    """Whether the address is what is wrong, and not what we are or what the letter says."""
    found = _STATUS.match(words_of(said))
    return found[1].startswith("5.1.") if found else code in (550, 551, 553)


def _stop(code: int, said: bytes, account: Account) -> Delivery:
    if code in (530, 534, 535, 538):
        error: DeskError = no_login(code, said, account)
    elif _is_rate(said):
        error = MailRefused(
            msg("{host} finds that this is too much mail: {said}", host=account.host,
                said=_said(code, said)),
            todo=msg("Set a lower pace, and go on later: {command}",
                     command="partnerdesk send --resume --pace 10"),
        )  # fmt: skip
    else:
        error = no_welcome(code, said, account)
    return Delivery(Came.STOP, code_of(code, said), error=error).filled()


def unknown(said: Message, code: str = "") -> Delivery:
    """What comes of a letter whose answer was lost."""
    return Delivery(
        Came.UNKNOWN,
        code,
        said,
        msg(
            "It may have arrived. Look for its Message-ID in the mail server's log or among the "
            "sent mails before it is sent again."
        ),
    )


def stopped(error: DeskError, code: int = 0) -> Delivery:
    """What comes of a letter that could not be begun."""
    return Delivery(Came.STOP, str(code or ""), error=error).filled()


def _said(code: int, said: bytes) -> str:
    words = words_of(said)
    return f"{code} {words}".strip() if code > 0 else words
