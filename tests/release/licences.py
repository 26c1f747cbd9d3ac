"""The licences of what an installed wheel brings along, as a page: python tests/release/licences.py PYTHON"""

import json
import subprocess
import sys

WORDS = """# Licences of what is installed along

Of `pip install 'baocao-nlp[files,outputs]'`, as the packages themselves declare them (`make release` writes this page).
The library itself is under the MIT licence.

| package | version | licence |
| --- | --- | --- |"""


def main(python: str) -> None:
    command = [sys.executable, "-m", "piplicenses", f"--python={python}", "--format=json", "--from=mixed"]
    command += ["--ignore-packages", "baocao-nlp", "pip", "setuptools", "wheel"]
    found = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    print(WORDS)
    for package in sorted(found, key=lambda package: package["Name"].lower()):
        licence = " ".join(package["License"].split()).replace("|", "/")
        # some put the whole text where its name belongs
        print(f"| {package['Name']} | {package['Version']} | {licence[:80]} |")


if __name__ == "__main__":
    main(sys.argv[1])
