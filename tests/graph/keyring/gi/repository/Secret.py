import json
import os
import time
from pathlib import Path

from gi import Error


class SchemaFlags:
    NONE = 0


class SchemaAttributeType:
    STRING = 0


class Schema:
    def __init__(self, name):
        self.name = name

    @classmethod
    def new(cls, name, flags, attributes):
        return cls(name)


def _file():
    if os.environ.get("FAKE_KEYRING_WAITS"):
        time.sleep(3600)  # a screen that nobody sees asks for a password
    if "FAKE_KEYRING" not in os.environ:
        raise Error("no secret service")
    return Path(os.environ["FAKE_KEYRING"])


def _all():
    try:
        return json.loads(_file().read_text())
    except FileNotFoundError:
        return {}


def _key(schema, attributes):
    return json.dumps([schema.name, attributes], sort_keys=True)


def password_store_sync(schema, attributes, collection, label, data, cancellable):
    kept = _all()
    kept[_key(schema, attributes)] = data
    _file().write_text(json.dumps(kept))
    return True


def password_lookup_sync(schema, attributes, cancellable):
    return _all().get(_key(schema, attributes))


def password_clear_sync(schema, attributes, cancellable):
    kept = _all()
    gone = kept.pop(_key(schema, attributes), None) is not None
    _file().write_text(json.dumps(kept))
    return gone
