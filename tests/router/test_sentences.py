"""Every sentence under `data/` comes to what stands beside it."""

from __future__ import annotations

import pytest

from agent.router.router import Router
from services.exercises.catalogue import packaged_catalogue
from tests.router.data_cases import Case, cases


@pytest.mark.parametrize("case", list(cases(packaged_catalogue())), ids=lambda c: c.id)
def test_sentence(router: Router, case: Case) -> None:
    got = router.understand(case.say, case.state)
    assert case.exact(got), f"wanted {case.expected}, got {got}"
