"""`python -m imagesearch_conformance`, the same as the command."""

from imagesearch_conformance.cli.main import main

main(prog_name="imagesearch-conformance")
