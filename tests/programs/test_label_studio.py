"""Label Studio itself, with our labels and our export: run by hand with ``make programs``.

It needs a Label Studio in an environment of its own, ``LABEL_STUDIO=VENV/bin/label-studio``, and Debian's chromium.
"""

import json
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import sync_playwright

import baocao_nlp.annotation
from baocao_nlp.annotation import from_markup, load_reports
from baocao_nlp.annotation.formats import write_reports
from baocao_nlp.annotation.label_studio import write

PROGRAM = shutil.which(os.environ.get("LABEL_STUDIO", "label-studio"))
CORPUS = Path(__file__).parents[2] / "data" / "annotated" / "dev"
CONFIGURATION = Path(baocao_nlp.annotation.__file__).parent / "configurations" / "label-studio.xml"
TOKEN, USER, PASSWORD = "0123456789abcdef0123456789abcdef01234567", "annotator@example.org", "baocao-nlp-1"
pytestmark = pytest.mark.skipif(PROGRAM is None, reason="no Label Studio: say where with LABEL_STUDIO")


class Server:
    """A running Label Studio."""

    def __init__(self, folder):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        command = [PROGRAM, "start", "--no-browser", "--data-dir", folder, "--port", port, "--username", USER]
        command += ["--password", PASSWORD, "--user-token", TOKEN, "--enable-legacy-api-token", "--init"]
        quiet = {
            "COLLECT_ANALYTICS": "false",
            "LATEST_VERSION_CHECK": "false",
            "SENTRY_DSN": "",
            "FRONTEND_SENTRY_DSN": "",
        }
        with (Path(folder) / "log").open("w") as log:
            self.process = subprocess.Popen(list(map(str, command)), env=os.environ | quiet, stdout=log, stderr=log)
        for _ in range(240):
            try:
                self.version = self.call("version")["release"]
                return
            except (URLError, ConnectionError):
                time.sleep(1)
        raise TimeoutError((Path(folder) / "log").read_text()[-2000:])

    def call(self, path, data=None):
        """What the API answers."""
        body = None if data is None else json.dumps(data).encode()
        headers = {"Authorization": f"Token {TOKEN}", "Content-Type": "application/json"}
        with urlopen(Request(f"{self.address}/api/{path}", body, headers), timeout=120) as answer:
            return json.load(answer)

    def project(self, tasks):
        """The number of a new project with our labels and these tasks."""
        config = CONFIGURATION.read_text(encoding="utf-8")
        number = self.call("projects", {"title": "baocao", "label_config": config})["id"]
        assert self.call(f"projects/{number}/import", json.loads(tasks.read_text(encoding="utf-8")))["task_count"]
        return number

    def exported(self, project, path):
        """The reports in a project's export."""
        found = self.call(f"projects/{project}/export?exportType=JSON&download_all_tasks=true")
        path.write_text(json.dumps(found), encoding="utf-8")
        return sorted(load_reports(path), key=lambda report: report.name)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    running = Server(tmp_path_factory.mktemp("label-studio"))
    print(f"Label Studio {running.version}")
    yield running
    running.process.terminate()
    running.process.wait()


@pytest.fixture(scope="module")
def reports():
    return load_reports(CORPUS)


def test_an_export_of_what_was_imported_has_the_same_facts(server, reports, tmp_path):
    tasks = tmp_path / "tasks.json"
    write_reports(reports, tasks, "label-studio")
    assert server.exported(server.project(tasks), tmp_path / "export.json") == reports


def test_what_an_annotator_submits_unchanged_has_the_same_facts(server, reports, tmp_path):
    """Facts of a model, opened in the browser and submitted: through Label Studio's own editor."""
    short = [
        min(reports, key=lambda report: len(report.text)),
        from_markup("cờ", "{m1:Trồng} 🌱 {v:12|m1} {u:ha}\n{m2:ngô} {v:5|m2} {u:ha}."),
    ]
    tasks = tmp_path / "tasks.json"
    write(short, tasks, model="baocao-nlp")
    project = server.project(tasks)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.goto(f"{server.address}/user/login/?next=/projects/{project}/data")
        page.fill("input[name=email]", USER)
        page.fill("input[name=password]", PASSWORD)
        page.click("button[type=submit]")
        for task in server.call(f"tasks?project={project}")["tasks"]:
            page.goto(f"{server.address}/projects/{project}/data?task={task['id']}")
            page.wait_for_selector(".htx-highlight", timeout=60_000)
            page.locator("[class*=outliner-item]").filter(has_text="VALUE").first.click()
            page.wait_for_selector("text=Gốc so sánh", timeout=30_000)
            page.screenshot(path=tmp_path / f"task-{task['id']}.png")
            page.locator("button:has-text('Submit')").first.click()
            page.wait_for_selector("button:has-text('Update')", timeout=30_000)
        browser.close()
    assert server.exported(project, tmp_path / "export.json") == sorted(short, key=lambda report: report.name)
