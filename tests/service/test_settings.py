"""The settings: read once, each checked, unknown ones refused.

Takes    mappings instead of the environment
Gives    tests          Never  the true environment
"""

from dataclasses import fields
from pathlib import Path

import pytest

from service.errors import BadSetting
from service.settings import KNOBS, Settings


def test_without_an_environment_the_defaults_hold() -> None:
    """As the list of knobs says."""
    settings = Settings.read({})
    assert (settings.home, settings.host, settings.port) == (Path("var"), "127.0.0.1", 8080)
    assert (settings.model, settings.model_download, settings.user_dictionary) == ("", False, None)
    assert (settings.sample, settings.trusted_hosts, settings.refuse_below) == (True, (), 0.2)


def test_the_list_of_knobs_is_the_list_of_settings() -> None:
    """In the same order, each explained."""
    # Which collection is meant is a choice of each command, not a setting.
    assert [*(knob.field for knob in KNOBS), "collection"] == [field.name for field in fields(Settings)]
    assert all(knob.meaning and knob.variable == f"WENQU_{knob.field.upper()}" for knob in KNOBS)


def test_what_is_given_comes_before_the_environment() -> None:
    """And what is not given leaves the environment's word."""
    environment = {"WENQU_PORT": "1000", "WENQU_HOST": "0.0.0.0", "PATH": "anything"}
    settings = Settings.read(environment, port="2000", host=None)
    assert (settings.port, settings.host) == (2000, "0.0.0.0")


@pytest.mark.parametrize(
    ("name", "written", "read"),
    [
        ("SAMPLE", "No", False),
        ("SAMPLE", "1", True),
        ("TRUSTED_HOSTS", " a.example, b.example ,", ("a.example", "b.example")),
        ("REFUSE_BELOW", "1", 1.0),
        ("REFUSE_BELOW", ".5", 0.5),
        ("REFUSE_BELOW", "0", 0.0),
        ("PORT", "65535", 65535),
        ("USER_DICTIONARY", "words.txt", Path("words.txt")),
        ("LOG_LEVEL", "debug", "debug"),
    ],
)
def test_a_setting_is_read_as_it_is_meant(name: str, written: str, read: object) -> None:
    """Truth, lists, shares, numbers, paths."""
    settings = Settings.read({f"WENQU_{name}": written})
    assert getattr(settings, name.lower()) == read


@pytest.mark.parametrize(
    ("name", "written", "expected"),
    [
        ("PORT", "65536", "a whole number from 0 to 65535"),
        ("PORT", "-1", "a whole number"),
        ("PORT", "8080.0", "a whole number"),
        ("PORT", "", "a whole number"),
        ("PORT", "٣", "a whole number"),
        ("THREADS", "0", "a whole number from 1 to 64"),
        ("REFUSE_BELOW", "1.01", "a number from 0 to 1"),
        ("REFUSE_BELOW", "nan", "a number from 0 to 1"),
        ("REFUSE_BELOW", "1e-1", "a number from 0 to 1"),
        ("REFUSE_BELOW", "²", "a number from 0 to 1"),
        ("REFUSE_BELOW", "٠", "a number from 0 to 1"),
        ("REFUSE_BELOW", "", "a number from 0 to 1"),
        ("SAMPLE", "maybe", "true or false"),
        ("LOG_LEVEL", "loud", "one of debug, info, warning, error"),
    ],
)
def test_a_malformed_setting_is_named_with_its_value_and_the_remedy(name: str, written: str, expected: str) -> None:
    """Nothing is rounded, guessed or left at its default."""
    with pytest.raises(BadSetting) as caught:
        Settings.read({f"WENQU_{name}": written})
    message = str(caught.value)
    assert f"WENQU_{name}={written!r}" in message and expected in message


@pytest.mark.parametrize("name", ["WENQU_POTR", "WENQU_", "WENQU_port"])
def test_an_unknown_setting_is_refused_with_the_known_ones(name: str) -> None:
    """A slip of the pen must not be silent."""
    with pytest.raises(BadSetting) as caught:
        Settings.read({name: "1"})
    assert str(caught.value).startswith(f"{name}: no such setting")
    assert all(knob.variable in str(caught.value) for knob in KNOBS)
