"""Output of an adapter that is not a message is a defect of its own, unless the adapter then fails."""

from imagesearch_conformance.model.client import AdapterFailure

from .conftest import CALL


def test_noise_before_a_crash_is_part_of_the_failure(adapter):
    driver = adapter("read_search()\nwrite('no licence\\n')\nsys.exit(3)")
    answer = driver.call(CALL)
    assert answer.adapter_failure is AdapterFailure.CRASH
    assert "ended with exit code 3" in answer.text
    assert "its output is not a message: no licence" in answer.text
    assert driver.noise == ()


def test_noise_in_earlier_calls_is_not_part_of_a_failure(adapter):
    driver = adapter(
        "write('hello\\n')\nwrite(result(read_search()))\nread_search()\nwrite('no licence\\n')\nsys.exit(3)"
    )
    driver.call(CALL)
    answer = driver.call(CALL)
    assert answer.adapter_failure is AdapterFailure.CRASH
    assert "no licence" not in answer.text
    assert driver.noise == ("hello", "no licence")


def test_output_beside_an_answer_is_noise(adapter):
    driver = adapter("request = read_search()\nwrite('hello\\n')\nwrite(result(request))")
    assert driver.call(CALL).adapter_failure is None
    assert driver.noise == ("hello",)
