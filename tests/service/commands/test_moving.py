"""export, import: from the command line.

Takes    homes that were filled from the command line
Gives    tests
Touches  subprocess          Never  the service's insides
"""

import json
from pathlib import Path

from tests.service.process import run_command


def test_a_home_moves_as_one_file(filled_home: Path, tmp_path: Path) -> None:
    """Exported here, imported there, found there; a second time it is there already."""
    file, there = tmp_path / "all.wenqu", tmp_path / "there"
    exported = run_command(filled_home, "export", str(file), "--json")
    assert (exported.returncode, json.loads(exported.stdout)["documents"]) == (0, 2)
    imported = run_command(there, "import", str(file), "--json")
    assert imported.returncode == 0, imported.stderr
    assert json.loads(imported.stdout) == {"file": str(file), "added": 2, "already_there": 0}
    assert "闻人月" in run_command(there, "search", "船长名叫什么", "--mode", "lexical").stdout
    assert run_command(there, "verify").returncode == 0
    refused = run_command(there, "import", str(file))
    assert refused.returncode == 1 and "--merge" in refused.stderr and "Traceback" not in refused.stderr
    merged = run_command(there, "import", str(file), "--merge")
    assert (merged.returncode, merged.stdout) == (0, f"0 documents imported from {file}, 2 were there already\n")


def test_a_damaged_export_is_told_in_a_line(filled_home: Path, tmp_path: Path) -> None:
    """Nothing is imported."""
    file, there = tmp_path / "all.wenqu", tmp_path / "there"
    assert run_command(filled_home, "export", str(file)).returncode == 0
    file.write_bytes(file.read_bytes()[:-1])
    refused = run_command(there, "import", str(file))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "all.wenqu: is damaged" in refused.stderr and "Traceback" not in refused.stderr
    assert run_command(there, "list", "--json").stdout == '{\n  "documents": []\n}\n'
