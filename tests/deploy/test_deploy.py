"""`deploy/` names only what there is: settings, commands, addresses, services, secrets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import typer.main
import yaml

from api.routers.health import router
from cli.main import app
from core.settings import Settings

DEPLOY = Path(__file__).parents[2] / "deploy"
CLUSTER = DEPLOY / "kubernetes"
OTHERS = {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD", "PGDATA", "FORWARDED_ALLOW_IPS"} | {
    *("LIVEKIT_KEYS", "LIVEKIT_CONFIG", "KEY", "SECRET"),
}
"""Variables of the images beside ours, and uvicorn's own."""


def variables() -> set[str]:
    """The environment variables that set something of VoiceFit."""
    known = {f"VOICEFIT_{name.upper()}" for name in Settings.model_fields}
    for field in Settings.model_fields.values():
        alias = field.validation_alias
        known |= {choice for choice in getattr(alias, "choices", []) if isinstance(choice, str)}
    return known


def documents(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects of all YAML files of a folder, each with its file's name."""
    for path in sorted(folder.glob("*.yaml")):
        for document in yaml.safe_load_all(path.read_text()):
            yield path.name, document


def objects() -> list[tuple[str, dict[str, Any]]]:
    """The objects of the cluster."""
    return [(name, each) for name, each in documents(CLUSTER) if each["kind"] != "Kustomization"]


def containers(workload: dict[str, Any]) -> list[dict[str, Any]]:
    """The containers of a Deployment, DaemonSet or StatefulSet, those that come first included."""
    spec = workload.get("spec", {}).get("template", {}).get("spec", {})
    return [*spec.get("initContainers", []), *spec.get("containers", [])]


def named(kind: str) -> dict[str, dict[str, Any]]:
    """The cluster's objects of a kind, by name."""
    return {each["metadata"]["name"]: each for _, each in objects() if each["kind"] == kind}


def example(name: str) -> set[str]:
    """The variables of an example of a secret."""
    lines = (CLUSTER / f"{name}.env.example").read_text().splitlines()
    return {line.partition("=")[0] for line in lines if line and not line.startswith("#")}


SECRETS = {"voicefit": example("secrets"), "voicefit-owner": example("owner")}


def test_every_variable_is_a_setting() -> None:
    used: set[str] = set()
    for _, composed in documents(DEPLOY):
        for service in composed["services"].values():
            used |= set(service.get("environment", {}))
    for _, each in objects():
        for container in containers(each):
            used |= {one["name"] for one in container.get("env", [])}
        used |= set(each["data"]) if each["kind"] == "ConfigMap" else set()
    for names in SECRETS.values():
        used |= names
    assert used <= variables() | OTHERS
    assert {"DATABASE_URL", "VOICEFIT_SECRET", "LIVEKIT_URL"} <= used, "nothing was looked at"


def commands() -> list[list[str]]:
    """Every `voicefit ...` that is run."""
    run: list[list[str]] = []
    for _, composed in documents(DEPLOY):
        run += [service["command"] for service in composed["services"].values() if "command" in service]
    for _, each in objects():
        run += [container["command"] for container in containers(each) if "command" in container]
    return [command for command in run if command[0] == "voicefit"]


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_every_command_exists(command: list[str]) -> None:
    found: click.Command = typer.main.get_command(app)
    arguments = command[1:]
    while isinstance(found, click.Group):
        found = found.commands[arguments.pop(0)]
    context = click.Context(found)
    found.parse_args(context, arguments)  # raises what the shell would say


def test_probes_ask_what_answers() -> None:
    answered = {route.path for route in router.routes if hasattr(route, "path")}
    (api,) = named("Deployment")["voicefit-api"]["spec"]["template"]["spec"]["containers"]
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        assert api[probe]["httpGet"]["path"] in answered
    assert api["livenessProbe"]["httpGet"]["path"] != "/ready", (
        "a database that is away would restart every server"
    )
    (check,) = re.findall(r"127\.0\.0\.1:8080(/\w+)", (DEPLOY.parent / "Dockerfile").read_text())
    assert check in answered


def test_what_is_referred_to_is_there() -> None:
    listed = yaml.safe_load((CLUSTER / "kustomization.yaml").read_text())["resources"]
    assert sorted(listed) == sorted({name for name, _ in objects()})
    maps, services, workloads = named("ConfigMap"), named("Service"), named("Deployment")
    for _, each in objects():
        for container in containers(each):
            for source in container.get("envFrom", []):
                if "secretRef" in source:
                    assert source["secretRef"]["name"] in SECRETS
                else:
                    assert source["configMapRef"]["name"] in maps
            for variable in container.get("env", []):
                if "valueFrom" in variable:
                    key = variable["valueFrom"]["secretKeyRef"]
                    assert key["key"] in SECRETS[key["name"]]
        if each["kind"] == "ScaledObject":
            assert each["spec"]["scaleTargetRef"]["name"] in workloads
    for rule in named("Ingress")["voicefit"]["spec"]["rules"]:
        for path in rule["http"]["paths"]:
            assert path["backend"]["service"]["name"] in services


def test_only_migrations_know_the_owner() -> None:
    for name, workload in named("Deployment").items():
        spec = workload["spec"]["template"]["spec"]
        for container in spec["containers"]:
            secrets = {one["secretRef"]["name"] for one in container.get("envFrom", []) if "secretRef" in one}
            assert "voicefit-owner" not in secrets, name


def test_services_do_not_answer_for_pods_of_others() -> None:
    labels = {
        each["metadata"]["name"]: each["spec"]["template"]["metadata"]["labels"]
        for kind in ("Deployment", "DaemonSet", "StatefulSet")
        for each in named(kind).values()
    }
    for name, service in named("Service").items():
        selector = service["spec"].get("selector")
        if selector is not None:
            matched = [one for one, has in labels.items() if selector.items() <= has.items()]
            assert matched == [name]
