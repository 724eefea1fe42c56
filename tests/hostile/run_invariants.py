"""Properties of every run, whatever the endpoint does."""

from imagesearch_conformance.emulator.access_keys import TEMPORARY_CREDENTIALS, UNAUTHORIZED_CREDENTIALS
from imagesearch_conformance.reports.load import check_report
from imagesearch_conformance.reports.write import RENDERERS

#: Timeout of an exchange, and the time that a busy machine may add to a run, in seconds.
TIMEOUT = 0.3
EXTRA_SECONDS = 20.0

#: Maximum growth of the memory of a run, in bytes; a response has at most four megabytes and becomes objects.
MAX_MEMORY_GROWTH = 250 << 20

SECRETS = (
    TEMPORARY_CREDENTIALS.access_key_secret,
    TEMPORARY_CREDENTIALS.security_token,
    UNAUTHORIZED_CREDENTIALS.access_key_secret,
)


def check_run(outcome, contract):
    """Assert what holds for every run: valid reports, no traceback, no secret, bounded time and memory."""
    check_report(outcome.report, contract, "report.json")
    assert {path.name for path in outcome.directory.iterdir()} >= set(RENDERERS)
    assert "Traceback" not in outcome.text
    assert [secret for secret in SECRETS if secret in outcome.text] == []
    for line in outcome.output.split("\n"):
        assert line.isprintable(), line
    assert outcome.memory_growth < MAX_MEMORY_GROWTH
    # Two cases at once, three in a row, and a check whether the target still responds.
    assert outcome.seconds < 8 * TIMEOUT + EXTRA_SECONDS
