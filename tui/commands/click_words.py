"""The words that click itself says, listed so that they get into our catalogue.

Nobody imports this: click looks its words up by themselves, in the catalogue that is installed.
"""

from __future__ import annotations

from store.message import N_, nmsg

WORDS = (
    nmsg("{value!r} is not {choice}.", "{value!r} is not one of {choices}.", 2),
    nmsg("Did you mean {possibility}?", "(Possible options: {possibilities})", 2),
    nmsg(
        "Got unexpected extra argument ({args})",
        "Got unexpected extra arguments ({args})",
        2,
    ),
    N_("{value} is not in the range {range}."),
    N_("Option {name!r} requires an argument."),
    N_("Option {name!r} does not take a value."),
    N_("Missing parameter"),
    N_("Usage:"),
    N_("Aborted!"),
    N_("Options"),
    N_("Positional arguments"),
    N_("Commands"),
    N_("Error: {message}"),
    N_("Show this message and exit."),
    N_("Show the version and exit."),
    N_("Try '{command} {option}' for help."),
    N_("No such command {name!r}."),
    N_("Missing command."),
    N_("Missing argument"),
    N_("Missing option"),
    N_("Invalid value for {param_hint}: {message}"),
    N_("Invalid value: {message}"),
    N_("default: {default}"),
    N_("required"),
    N_("Missing parameter: {param_name}"),
    N_("No such option {name!r}."),
    N_("{value!r} is not a valid {number_type}."),
)
