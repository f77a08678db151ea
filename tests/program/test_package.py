"""The wheel, in an empty environment and outside of the repository, does the same."""

import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tests.conftest import EXAMPLES, ROOT


def _run(*command: str | Path, folder: Path) -> str:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.xdist_group("pip")
def test_the_wheel_does_the_same_in_an_empty_environment(tmp_path: Path) -> None:
    build = ("-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path, ROOT)
    _run(sys.executable, *build, folder=tmp_path)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    # Another name at the top would overwrite somebody else's package, or be overwritten by it.
    assert {name.split("/")[0].partition("-")[0] for name in names} == {"codeartifact_tf"}
    assert "codeartifact_tf/templates/terraform/domain.tf.j2" in names
    assert "codeartifact_tf/schemas/domain.schema.json" in names
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / "bin" / "python"
    # The locked versions, so that the test does not depend on what was released today.
    pip = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    lock = tmp_path / "lock.txt"
    lines = (ROOT / "requirements-dev.txt").read_text().splitlines()
    lock.write_text("\n".join(line.split()[0] for line in lines if line[:1].isalnum()) + "\n")
    _run(python, *pip, "--constraint", lock, wheel, folder=tmp_path)
    find = "import importlib.util as u, sys; print([n for n in sys.argv[1:] if u.find_spec(n)])"
    ours = ("codeartifact_tf", "generator", "templates", "schemas", "tests")
    assert _run(python, "-c", find, *ours, folder=tmp_path) == "['codeartifact_tf']\n"
    module = _run(python, "-m", "codeartifact_tf", "--version", folder=tmp_path)
    assert module.startswith("codeartifact-tf ")
    shutil.copytree(EXAMPLES, tmp_path / "examples")
    for generated in (tmp_path / "examples").glob("*/terraform"):
        shutil.rmtree(generated)
    tool = tmp_path / "env" / "bin" / "codeartifact-tf"
    _run(tool, "generate", "examples", folder=tmp_path)
    _run("diff", "-r", tmp_path / "examples", EXAMPLES, folder=tmp_path)
    assert _run(tool, "schema", folder=tmp_path) == (
        ROOT / "schemas" / "domain.schema.json"
    ).read_text(encoding="utf-8")
