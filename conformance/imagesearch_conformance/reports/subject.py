"""The subject of a report in words, an endpoint or a client, and the parts of URLs.

The formats take their texts from here and do not tell the two apart themselves.
"""

from __future__ import annotations

import shlex
from typing import Any
from urllib.parse import quote

from attrs import evolve, field, frozen

from imagesearch_conformance.reports.text import escape_unprintable

#: Maximum length of a name, and of a command, in characters.
_MAX_NAME_LENGTH, _MAX_COMMAND_LENGTH = 120, 800

#: Replaces a command that does not fit in one line of text.
_COMMAND_PLACEHOLDER = "COMMAND..."

_PROGRAM = "imagesearch-conformance"


@frozen
class ReportSubject:
    """The subject of a report and the texts about it.

    `description` is a list of (phrase, value), the name among the values. `stable_id` is the same
    from run to run and from version to version; `uri` names the subject for formats that want one.
    `self_reported_name` is empty if a client did not give a name. `is_recorded` traffic cannot be
    sent again.
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
        return self.kind == "client"

    @property
    def noun(self) -> str:
        """The label, in a sentence."""
        return self.label.lower()

    def rerun_command(self, case_id: str, replay_prefix: str = "") -> str:
        """Return the command that runs a case again, or an empty text if there is none.

        `replay_prefix` replaces the beginning of the command for endpoints.
        """
        if replay_prefix and not self.is_client and not self.is_recorded:
            return f"{replay_prefix} {case_id}"
        return "" if self._rerun_parts is None else f"{self._rerun_parts[0]} {case_id}{self._rerun_parts[1]}"


def is_client(report: dict[str, Any]) -> bool:
    """Return True if the subject is a client; a report without a subject is about an endpoint."""
    return report.get("subject") == "client"


def is_recorded(report: dict[str, Any]) -> bool:
    """Return True for a report about recorded traffic."""
    return report.get("recording") is not None


def build_subject(report: dict[str, Any]) -> ReportSubject:
    subject = (
        _build_client_subject(report)
        if is_client(report)
        else _build_endpoint_subject(report["target"], report["suite"])
    )
    return _with_recording(subject, report) if is_recorded(report) else subject


def _with_recording(subject: ReportSubject, report: dict[str, Any]) -> ReportSubject:
    recording = report["recording"]
    endpoint = ((", calling ", report["target"]["endpoint"]),) if subject.is_client else ()
    source = (
        (", recorded in ", _clip(recording["name"], _MAX_NAME_LENGTH) or "a file"),
        (", ", f"{recording['judged']} of {recording['entries']} entries"),
    )
    return evolve(
        subject,
        title=f"{subject.title}, recorded",
        description=(*subject.description, *endpoint, *source),
        response_heading="Response from the endpoint" if subject.is_client else subject.response_heading,
        rerun_parts=None,
        is_recorded=True,
    )


def _build_endpoint_subject(target: dict[str, Any], suite: dict[str, Any]) -> ReportSubject:
    endpoint, embedded = target["endpoint"], bool(target.get("embedded"))
    # The embedded emulator uses another port in every run.
    host = "emulator" if embedded else url_host(endpoint)
    profile_option = "" if embedded or target["signature"] == "none" else " --profile PROFILE"
    return ReportSubject(
        kind="endpoint",
        label="Target",
        title=endpoint,
        name=endpoint,
        description=(("", endpoint), (", instance ", target["instanceName"])),
        stable_id=f"{suite['document']}/{host}",
        uri=endpoint,
        request_heading="Request",
        response_heading="Response",
        name_suffix=" (embedded emulator)" if embedded else "",
        rerun_parts=(f"{_PROGRAM} replay report.json", profile_option),
    )


def _build_client_subject(report: dict[str, Any]) -> ReportSubject:
    client = report["client"]
    own_name, version, language = (
        _clip(client[key] or "", _MAX_NAME_LENGTH) for key in ("name", "version", "language")
    )
    command = shlex.join(client["command"])
    program = own_name or _clip(command, _MAX_NAME_LENGTH) or "unnamed"
    name = f"{program} {version}".strip()
    phrases = (("", name), (", written in ", language), (", command ", _clip(command, _MAX_COMMAND_LENGTH)))
    return ReportSubject(
        kind="client",
        label="Client",
        title=f"client {name}",
        name=name,
        description=tuple((phrase, value) for phrase, value in phrases if value),
        stable_id=f"{report['suite']['document']}/client/{program}",
        uri=f"pkg:generic/{quote(program, safe='')}" + (f"@{quote(version, safe='')}" if version else ""),
        request_heading="Request from the client",
        response_heading="Response from the test server",
        self_reported_name=f"{own_name} {version}".strip() if own_name else "",
        rerun_parts=(f"{_PROGRAM} client --select", f" -- {_copyable_command(command)}") if command else None,
    )


def client_name_and_version(report: dict[str, Any]) -> tuple[str, str]:
    """Return name and version of the client; without a name, its command."""
    client = report["client"]
    return str(client["name"] or shlex.join(client["command"])), str(client["version"] or "")


def _copyable_command(command: str) -> str:
    """Return the command if it can be copied as it is: a clipped or escaped one would be another command."""
    return command if len(command) <= _MAX_COMMAND_LENGTH and command.isprintable() else _COMMAND_PLACEHOLDER


def _clip(text: str, max_length: int) -> str:
    return escape_unprintable(text if len(text) <= max_length else f"{text[:max_length]}...").strip()


def url_host(url: str) -> str:
    """Return host and port; what a client sends may not be a valid URL."""
    return url.partition("://")[2].partition("/")[0]


def url_query(url: str) -> str:
    """Return the text after the first question mark."""
    return url.partition("?")[2]


def request_target(url: str) -> str:
    """Return path and query, as in the request line."""
    _, _, rest = url.partition("://")
    start = min((index for index in map(rest.find, "/?") if index >= 0), default=len(rest))
    target = rest[start:]
    return target if target.startswith("/") else f"/{target}"
