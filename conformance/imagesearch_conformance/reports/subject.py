"""What a report judges, in words: an endpoint that was asked, or a client that was made to ask.

This is the one place that tells the two apart for the formats; they only fill in what stands here.
"""

from __future__ import annotations

import shlex
from typing import Any
from urllib.parse import quote

from attrs import evolve, field, frozen

from imagesearch_conformance.reports.request_line import host_of
from imagesearch_conformance.reports.wording import printable

#: The most of a name, and of a command, that is repeated, in characters.
_NAME, _COMMAND = 120, 800

#: Stands for a command that cannot be repeated as one line of text.
_ANY_COMMAND = "COMMAND..."

_OURS = "imagesearch-conformance"


@frozen
class Subject:
    """What was judged, and how the formats speak of it.

    `name` is what it is called, `called` what it calls itself, if it does, `phrases` are words with values
    that say more, the name among them. `identity` stays the same from run to run and from
    version to version, `uri` names it where a format wants one. `sent` and `came` are whose requests and
    whose replies the exchanges are. What was `recorded` by others nobody can make again.
    """

    kind: str
    label: str
    title: str
    name: str
    phrases: tuple[tuple[str, str], ...]
    identity: str
    uri: str
    sent: str
    came: str
    called: str = ""
    aside: str = ""
    recorded: bool = False
    _again: tuple[str, str] | None = field(default=None, repr=False)

    @property
    def client(self) -> bool:
        """Whether it is a client."""
        return self.kind == "client"

    @property
    def noun(self) -> str:
        """What it is, in a sentence."""
        return self.label.lower()

    def again(self, case_id: str, replay: str = "") -> str:
        """The command that makes a case once more; empty for a client that no command starts.

        `replay` is a better beginning of the one that sends to an endpoint, where the caller has one.
        """
        if replay and not self.client and not self.recorded:
            return f"{replay} {case_id}"
        return "" if self._again is None else f"{self._again[0]} {case_id}{self._again[1]}"


def is_client(document: dict[str, Any]) -> bool:
    """Whether a report judges a client; one that does not say judges an endpoint."""
    return document.get("subject") == "client"


def is_recorded(document: dict[str, Any]) -> bool:
    """Whether a report judges traffic that others recorded."""
    return document.get("recording") is not None


def subject_of(document: dict[str, Any]) -> Subject:
    """What a report judges."""
    found = _client(document) if is_client(document) else _endpoint(document["target"], document["suite"])
    return _of_recording(found, document) if is_recorded(document) else found


def _of_recording(found: Subject, document: dict[str, Any]) -> Subject:
    """The subject as recorded traffic shows it: nothing of it can be asked for again."""
    recording = document["recording"]
    entries = f"{recording['judged']} of {recording['entries']} entries"
    called = ((", calling ", document["target"]["endpoint"]),) if found.client else ()
    said = ((", recorded traffic of ", _bounded(recording["name"], _NAME) or "a file"), (", ", entries))
    return evolve(
        found,
        title=f"{found.title}, recorded",
        phrases=(*found.phrases, *called, *said),
        came="The endpoint replied" if found.client else found.came,
        again=None,
        recorded=True,
    )


def _endpoint(target: dict[str, Any], suite: dict[str, Any]) -> Subject:
    endpoint, embedded = target["endpoint"], bool(target.get("embedded"))
    # The embedded emulator has another port every time.
    place = "emulator" if embedded else host_of(endpoint)
    keys = "" if embedded or target["signature"] == "none" else " --profile PROFILE"
    return Subject(
        kind="endpoint",
        label="Target",
        title=endpoint,
        name=endpoint,
        phrases=(("", endpoint), (", instance ", target["instanceName"])),
        identity=f"{suite['document']}/{place}",
        uri=endpoint,
        sent="Sent",
        came="Came",
        aside=" (the embedded emulator)" if embedded else "",
        again=(f"{_OURS} replay report.json", keys),
    )


def _client(document: dict[str, Any]) -> Subject:
    client = document["client"]
    called, version, language = (_bounded(client[key] or "", _NAME) for key in ("name", "version", "language"))
    command = shlex.join(client["command"])
    program = called or _bounded(command, _NAME) or "without a name"
    name = f"{program} {version}".strip()
    said = (("", name), (", written in ", language), (", started as ", _bounded(command, _COMMAND)))
    return Subject(
        kind="client",
        label="Client",
        title=f"client {name}",
        name=name,
        phrases=tuple((words, value) for words, value in said if value),
        identity=f"{document['suite']['document']}/client/{program}",
        uri=f"pkg:generic/{quote(program, safe='')}" + (f"@{quote(version, safe='')}" if version else ""),
        sent="The client sent",
        came="Our server replied",
        called=f"{called} {version}".strip() if called else "",
        again=(f"{_OURS} client --select", f" -- {_repeated(command)}") if command else None,
    )


def program_of(document: dict[str, Any]) -> tuple[str, str]:
    """The name and the version of the client that a report judges; without a name, its command."""
    client = document["client"]
    return str(client["name"] or shlex.join(client["command"])), str(client["version"] or "")


def _repeated(command: str) -> str:
    """A command as it can be copied; one that is cut or has unseen characters would be another."""
    return command if len(command) <= _COMMAND and command.isprintable() else _ANY_COMMAND


def _bounded(text: str, most: int) -> str:
    return printable(text if len(text) <= most else f"{text[:most]}...").strip()
