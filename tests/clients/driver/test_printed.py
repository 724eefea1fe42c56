"""What an adapter prints besides messages is a defect of its own, unless that is how it broke down."""

from imagesearch_conformance.model.client import AdapterFailure

CALL = (("InstanceName", "demo"),)


def test_what_is_printed_before_an_end_belongs_to_it(adapter):
    driver = adapter("searched()\nsay('no licence\\n')\nsys.exit(3)")
    answer = driver.call(CALL)
    assert answer.adapter_failure is AdapterFailure.CRASH
    assert "ended with exit code 3" in answer.text
    assert "what came is no message: no licence" in answer.text
    assert driver.noise == ()


def test_what_is_printed_at_other_times_too_is_noise(adapter):
    driver = adapter("say('hello\\n')\nsay(result(searched()))\nsearched()\nsay('no licence\\n')\nsys.exit(3)")
    driver.call(CALL)
    answer = driver.call(CALL)
    assert answer.adapter_failure is AdapterFailure.CRASH
    assert "no licence" not in answer.text
    assert driver.noise == ("hello", "no licence")


def test_what_is_printed_with_an_answer_is_noise(adapter):
    driver = adapter("asked = searched()\nsay('hello\\n')\nsay(result(asked))")
    assert driver.call(CALL).adapter_failure is None
    assert driver.noise == ("hello",)
