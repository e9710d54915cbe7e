"""One router for all the tests here: it holds no state."""

from __future__ import annotations

import pytest

from agent.router.router import Router
from services.exercises.catalogue import Catalogue, packaged_catalogue


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return packaged_catalogue()


@pytest.fixture(scope="session")
def router(catalogue: Catalogue) -> Router:
    return Router(catalogue)
