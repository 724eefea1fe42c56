"""What holds for every run, whatever the endpoint did."""

from imagesearch_conformance.emulator.access_keys import TEMPORARY_CREDENTIALS, UNAUTHORIZED_CREDENTIALS
from imagesearch_conformance.reports.load import check_report
from imagesearch_conformance.reports.write import RENDERERS

#: Of a whole exchange, in seconds; and what a busy machine may add to a run.
TIMEOUT = 0.3
PATIENCE = 20.0

#: What a run may take beyond what it had, in bytes; a reply has four megabytes at the most, and becomes objects.
MOST_MEMORY = 250 << 20

SECRETS = (
    TEMPORARY_CREDENTIALS.access_key_secret,
    TEMPORARY_CREDENTIALS.security_token,
    UNAUTHORIZED_CREDENTIALS.access_key_secret,
)


def sound(ran, contract):
    """What holds for every run, whatever the endpoint did."""
    check_report(ran.report, contract, "report.json")
    assert {path.name for path in ran.directory.iterdir()} >= set(RENDERERS)
    assert "Traceback" not in ran.text
    assert [one for one in SECRETS if one in ran.text] == []
    for line in ran.said.split("\n"):
        assert line.isprintable(), line
    assert ran.grown < MOST_MEMORY
    # Two cases at once, three in a row, and a look whether the target is gone.
    assert ran.seconds < 8 * TIMEOUT + PATIENCE
