"""`partnerdesk completion`: the lines that make a shell complete our words."""

from __future__ import annotations

import click

from store.errors import BadInput
from store.message import msg
from tui.commands.base import put_raw
from tui.language import _

SHELLS = ("bash", "zsh", "fish")


@click.command(
    help=_(
        "Print the completion script of a shell. For bash: "
        'eval "$(partnerdesk completion bash)" in ~/.bashrc.'
    )
)
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    from click.shell_completion import get_completion_class

    completion = get_completion_class(shell)
    if completion is None:
        raise BadInput(msg("There is no completion for {shell}.", shell=shell))
    root = ctx.find_root().command
    put_raw(completion(root, {}, "partnerdesk", "_PARTNERDESK_COMPLETE").source())
