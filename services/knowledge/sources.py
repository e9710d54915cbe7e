"""Where a chunk is from, as it is said: "per the ISSN's position stand, 2017"."""

from __future__ import annotations

import re

BODIES = (
    ("International Society of Sports Nutrition", "the ISSN"),
    ("American College of Sports Medicine", "the ACSM"),
    ("ACSM", "the ACSM"),
    ("International Olympic Committee", "the IOC"),
    ("IOC", "the IOC"),
    ("National Strength and Conditioning Association", "the NSCA"),
    ("National Institute for Health and Care Excellence", "NICE"),
    ("World Health Organization", "the WHO"),
    ("American Heart Association", "the American Heart Association"),
    ("American College of Obstetricians and Gynecologists", "the American College of Obstetricians"),
    ("American Academy of Sleep Medicine", "the American Academy of Sleep Medicine"),
    ("American College of Physicians", "the American College of Physicians"),
    ("European Society of Cardiology", "the European Society of Cardiology"),
    ("ESC guidelines", "the European Society of Cardiology"),
    ("European Resuscitation Council", "the European Resuscitation Council"),
    ("American Academy of Pediatrics", "the American Academy of Pediatrics"),
    ("Institute of Medicine", "the Institute of Medicine"),
    ("US Food and Drug Administration", "the FDA"),
    ("US Department of Agriculture", "the USDA"),
    ("Cochrane", "Cochrane"),
)
"""Bodies whose word a source is, and how they are called aloud."""

KINDS = (
    (r"position (?:stand|statement|paper)", "position stand"),
    (r"consensus", "consensus statement"),
    (r"guidelines?", "guideline"),
    (r"recommend", "recommendations"),
    (r"meta-analys[ie]s|systematic review", "review"),
)
"""Kinds of sources by words of their titles, the most telling first."""

MORE_THAN_TWO = 2

_ORGANISATION = re.compile(
    r"\b(?:Academy|Agency|Association|Authority|College|Committee|Council|Department|Foundation|Initiative"
    r"|Institute|Organi[sz]ation|Society)\b"
)
_YEAR = re.compile(r",?\s+(?:19|20)\d\d\b")
_AND_OTHERS = re.compile(r"\s+(?:et al\.?|and colleagues)$")
_EDITION = re.compile(r",\s*(?:\d+(?:st|nd|rd|th)|[a-z]+) edition.*$", re.IGNORECASE)


def spoken_source(source: str, year: int | None) -> str:
    """A source as it is said: whose word it is and of what year. `source` begins "Authors YEAR, Title"."""
    body = next((called for name, called in BODIES if re.search(rf"\b{re.escape(name)}\b", source)), None)
    kind = next((said for words, said in KINDS if re.search(words, source, re.IGNORECASE)), None)
    if body is None:
        whose = _authors(source)
        if kind == "review":
            whose = f"a review by {whose}"
    else:
        possessive = "'" if body.endswith("s") else "'s"
        whose = f"{body}{possessive} {kind}" if kind else body
    return f"per {whose}, {year}" if year else f"per {whose}"


def _authors(source: str) -> str:
    """The authors: two by name, more as the first and colleagues. A book without authors before its year
    goes by its title."""
    written = _EDITION.sub("", _YEAR.split(source, maxsplit=1)[0])
    if _ORGANISATION.search(written):
        return f"the {written.removeprefix('The ').removeprefix('the ')}"
    if _AND_OTHERS.search(written):
        return f"{_AND_OTHERS.sub('', written)} and colleagues"
    names = re.split(r",\s+|\s+and\s+", written)
    return written if len(names) <= MORE_THAN_TWO else f"{names[0]} and colleagues"
