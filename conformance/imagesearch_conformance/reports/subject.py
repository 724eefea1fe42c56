"""What a report judges, in words: an endpoint that was asked, or a client that was made to ask.

This is the one place that tells the two apart for the formats; they only fill in what stands here.
"""

from __future__ import annotations

import shlex
from typing import Any
from urllib.parse import quote

from attrs import evolve, field, frozen

from imagesearch_conformance.reports.text import escape_unprintable
from imagesearch_conformance.reports.url_parts import url_host

#: The most of a name, and of a command, that is repeated, in characters.
_MAX_NAME_LENGTH, _MAX_COMMAND_LENGTH = 120, 800

#: Stands for a command that cannot be repeated as one line of text.
_COMMAND_PLACEHOLDER = "COMMAND..."

_PROGRAM = "imagesearch-conformance"


@frozen
class ReportSubject:
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
    description: tuple[tuple[str, str], ...]
    stable_id: str
    uri: str
    request_heading: str
    response_heading: str
    self_reported_name: str = ""
    name_suffix: str = ""
    is_recorded: bool = False
    _rerun_parts: tuple[str, str] | None = field(default=None, repr=False)

    @property
    def is_client(self) -> bool:
        """Whether it is a client."""
        return self.kind == "client"

    @property
    def noun(self) -> str:
        """What it is, in a sentence."""
        return self.label.lower()

    def rerun_command(self, case_id: str, replay_prefix: str = "") -> str:
        """The command that makes a case once more; empty for a client that no command starts.

        `replay` is a better beginning of the one that sends to an endpoint, where the caller has one.
        """
        if replay_prefix and not self.is_client and not self.is_recorded:
            return f"{replay_prefix} {case_id}"
        return "" if self._rerun_parts is None else f"{self._rerun_parts[0]} {case_id}{self._rerun_parts[1]}"


def is_client(report: dict[str, Any]) -> bool:
    """Whether a report judges a client; one that does not say judges an endpoint."""
    return report.get("subject") == "client"


def is_recorded(report: dict[str, Any]) -> bool:
    """Whether a report judges traffic that others recorded."""
    return report.get("recording") is not None


def build_subject(report: dict[str, Any]) -> ReportSubject:
    """What a report judges."""
    found = (
        _build_client_subject(report)
        if is_client(report)
        else _build_endpoint_subject(report["target"], report["suite"])
    )
    return _with_recording(found, report) if is_recorded(report) else found


def _with_recording(subject: ReportSubject, report: dict[str, Any]) -> ReportSubject:
    """The subject as recorded traffic shows it: nothing of it can be asked for again."""
    recording = report["recording"]
    entries = f"{recording['judged']} of {recording['entries']} entries"
    called = ((", calling ", report["target"]["endpoint"]),) if subject.is_client else ()
    said = ((", recorded traffic of ", _clip(recording["name"], _MAX_NAME_LENGTH) or "a file"), (", ", entries))
    return evolve(
        subject,
        title=f"{subject.title}, recorded",
        description=(*subject.description, *called, *said),
        response_heading="The endpoint replied" if subject.is_client else subject.response_heading,
        rerun_parts=None,
        is_recorded=True,
    )


def _build_endpoint_subject(target: dict[str, Any], suite: dict[str, Any]) -> ReportSubject:
    endpoint, embedded = target["endpoint"], bool(target.get("embedded"))
    # The embedded emulator has another port every time.
    place = "emulator" if embedded else url_host(endpoint)
    keys = "" if embedded or target["signature"] == "none" else " --profile PROFILE"
    return ReportSubject(
        kind="endpoint",
        label="Target",
        title=endpoint,
        name=endpoint,
        description=(("", endpoint), (", instance ", target["instanceName"])),
        stable_id=f"{suite['document']}/{place}",
        uri=endpoint,
        request_heading="Sent",
        response_heading="Came",
        name_suffix=" (the embedded emulator)" if embedded else "",
        rerun_parts=(f"{_PROGRAM} replay report.json", keys),
    )


def _build_client_subject(report: dict[str, Any]) -> ReportSubject:
    client = report["client"]
    called, version, language = (_clip(client[key] or "", _MAX_NAME_LENGTH) for key in ("name", "version", "language"))
    command = shlex.join(client["command"])
    program = called or _clip(command, _MAX_NAME_LENGTH) or "without a name"
    name = f"{program} {version}".strip()
    said = (("", name), (", written in ", language), (", started as ", _clip(command, _MAX_COMMAND_LENGTH)))
    return ReportSubject(
        kind="client",
        label="Client",
        title=f"client {name}",
        name=name,
        description=tuple((words, value) for words, value in said if value),
        stable_id=f"{report['suite']['document']}/client/{program}",
        uri=f"pkg:generic/{quote(program, safe='')}" + (f"@{quote(version, safe='')}" if version else ""),
        request_heading="The client sent",
        response_heading="Our server replied",
        self_reported_name=f"{called} {version}".strip() if called else "",
        rerun_parts=(f"{_PROGRAM} client --select", f" -- {_copyable_command(command)}") if command else None,
    )


def client_name_and_version(report: dict[str, Any]) -> tuple[str, str]:
    """The name and the version of the client that a report judges; without a name, its command."""
    client = report["client"]
    return str(client["name"] or shlex.join(client["command"])), str(client["version"] or "")


def _copyable_command(command: str) -> str:
    """A command as it can be copied; one that is cut or has unseen characters would be another."""
    return command if len(command) <= _MAX_COMMAND_LENGTH and command.isprintable() else _COMMAND_PLACEHOLDER


def _clip(text: str, max_length: int) -> str:
    return escape_unprintable(text if len(text) <= max_length else f"{text[:max_length]}...").strip()
