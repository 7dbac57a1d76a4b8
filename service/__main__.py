"""The command line: python -m service, or wenqu.

Takes    arguments, the environment
Gives    the commands, each in its file under commands/
Touches  click          Never  torch, until a command needs the model
"""

import click

from service import VERSION
from service.commands.asking import ask, batch, search
from service.commands.collections import collections
from service.commands.documents import list_documents, remove
from service.commands.ingesting import ingest
from service.commands.moving import export_home, import_home
from service.commands.serving import serve
from service.commands.terminal import home_option
from service.commands.upkeep import rebuild, status, verify
from service.settings import KNOBS


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
    epilog="Settings are read from the environment: " + ", ".join(knob.variable for knob in KNOBS) + ".",
)
@click.version_option(VERSION, message="wenqu %(version)s")
@home_option
def main() -> None:
    """Wenqu answers questions over your own documents, and every answer can be checked.

    Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done in part or no answer found, 130 interrupted.
    """


_UPKEEP = (status, verify, rebuild, export_home, import_home)
for command in (serve, ask, search, ingest, remove, list_documents, collections, *_UPKEEP, batch):
    main.add_command(command)

if __name__ == "__main__":
    main(prog_name="wenqu")
