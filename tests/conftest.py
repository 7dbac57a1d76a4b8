"""What every test stands on: no way out of this machine, and a real service to talk to.

Takes    tests.offline: the hook that refuses outside sockets, here and in every process that a test starts
Gives    live_url: the address of a running service that holds the sample article; segmenter
Touches  pytest          Never  the service's insides
"""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

import tests.offline.sitecustomize  # noqa: F401  # importing it is what refuses the network
from index.terms import Segmenter
from tests.service.process import ServiceProcess

# No test fails because the machine is slow or busy; the rest of the profile is Hypothesis' own, stricter one under CI.
settings.register_profile(
    "patient", parent=settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("patient")


@pytest.fixture(scope="session")
def live_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    """Start the service as a person would, once for all tests; at the end it must stop as it should."""
    with ServiceProcess(tmp_path_factory.mktemp("home")) as service:
        yield service
        assert service.stop() == 0, service.log()


@pytest.fixture(scope="session")
def live_url(live_service: ServiceProcess) -> str:
    """Give the address; whoever adds documents removes them again."""
    return live_service.url


@pytest.fixture(scope="session")
def segmenter() -> Segmenter:
    """Give the one segmenter: its dictionary takes a second to load."""
    return Segmenter(None)
