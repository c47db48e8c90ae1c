"""Shows the page of `check --format html` to a real browser: ten things, 5,000 things and hostile names, light and dark,
on a narrow and a wide screen. Pictures are left for people to look at; what can be judged is judged here.

usage: view.py PROGRAM FOLDER

Needs Chromium (Debian's package chromium or chromium-headless-shell) and Python's cryptography. Without Chromium it says
so and passes; with CERTWRIGHT_REQUIRE=chromium that is a failure.
"""

import base64
import datetime
import hashlib
import html
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

NOW = datetime.datetime(2026, 11, 21)
SCHEMES = {"light": [], "dark": ["--force-dark-mode"]}
# The first is what a headless Chromium makes of anything narrower.
WIDTHS = {500: 1400, 1400: 1400}
HOSTILE = [
    "</script><script>document.title = 'owned'</script>",
    "</style><style>body { display: none }</style>",
    '"><img src=x onerror="document.title = \'owned\'">',
    "' onmouseover='alert(1)",
    "<!--",
    "&lt;b&gt;",
    "\u202egpj.exe\u200b",
    "x" * 5_000,
    "a\nb\tc\x1b[2J",
]

# Appended to the page's own script, whose hash in the policy is then another: it uses the page as a person does.
DRIVER = """
const visible = () => [...body.rows].filter((row) => !row.hidden);
const result = { rows: body.rows.length, first: body.rows[0].cells[1].textContent, width: innerWidth,
  sideways: document.documentElement.scrollWidth > document.documentElement.clientWidth,
  background: getComputedStyle(document.documentElement).backgroundColor, said: shown.value,
  barShown: !document.getElementById('bar').hidden };
words.value = body.rows[1].cells[1].querySelector('.name').textContent;
words.dispatchEvent(new Event('input'));
result.found = visible().length;
words.value = '';
status.value = 'critical';
status.dispatchEvent(new Event('input'));
result.critical = visible().length;
status.value = '';
status.dispatchEvent(new Event('input'));
const ends = () => [...body.querySelectorAll('time')].map((time) => time.dateTime);
const button = (column) => table.tHead.rows[0].cells[column].querySelector('button');
button(3).click();
result.ascending = String(ends()) === String(ends().sort());
button(3).click();
result.descending = String(ends()) === String(ends().sort().reverse());
result.sorted = table.tHead.rows[0].cells[3].ariaSort;
button(0).click();
result.firstAgain = body.rows[0].cells[1].textContent;
result.load = Math.round(performance.now());
document.title = JSON.stringify(result);
"""


def main():
    program, folder = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    browser = shutil.which("chromium") or shutil.which("chromium-headless-shell") or shutil.which("google-chrome")
    if browser is None:
        required = "chromium" in os.environ.get("CERTWRIGHT_REQUIRE", "").split(",")
        print("chromium not found, and CERTWRIGHT_REQUIRE names it" if required else "skipped: chromium not found")
        sys.exit(1 if required else 0)
    folder.mkdir(parents=True, exist_ok=True)
    many = [(f"host-{index}.example.com", index * 7 % 800 - 20) for index in range(5_000)]
    ten = [("login.example.com", -12), ("billing-api.internal", 3), ("vpn.example.org", 18), ("db-primary", 25)]
    ten += [("mail.example.com", 61), ("salesforce-jwt", 90), ("backup.example.net", 140), ("Zoë's laptop", 210)]
    ten += [("sso.example.com", 300), ("Example Root CA", 2_900)]
    hostile = [(name, 20 * index - 5) for index, name in enumerate(HOSTILE)]
    for name, certificates in [("ten", ten), ("many", many), ("hostile", hostile)]:
        page = make(program, folder / f"{name}.html", certificates)
        view(browser, page, certificates)
    refuse(browser, folder)
    print(f"all done; the pictures are in {folder}")


def make(program, page, certificates):
    """The page for these common names and days that are left."""
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ed25519

    key = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32))
    with tempfile.TemporaryDirectory() as place:
        for index, (common_name, days) in enumerate(certificates):
            attribute = x509.NameAttribute(x509.NameOID.COMMON_NAME, common_name, _validate=False)
            name = x509.Name([attribute])
            builder = x509.CertificateBuilder(name, name, key.public_key(), index + 1)
            builder = builder.not_valid_before(NOW - datetime.timedelta(365))
            certificate = builder.not_valid_after(NOW + datetime.timedelta(days)).sign(key, None)
            content = certificate.public_bytes(serialization.Encoding.PEM)
            (pathlib.Path(place) / f"{index:04}.crt").write_bytes(content)
        line = [program, "check", place, "--now", f"{NOW.isoformat()}Z", "--format", "html", "-o", page, "--force"]
        ran = subprocess.run(line, capture_output=True, text=True)
        need(ran.returncode == 2, f"check ended with {ran.returncode}: {ran.stderr}")
    return page


def view(browser, page, certificates):
    critical = sum(days <= 7 for _, days in certificates)
    driven = page.with_suffix(".driven.html")
    driven.write_text(with_driver(page.read_text()))
    backgrounds = set()
    for scheme, options in SCHEMES.items():
        for width, height in WIDTHS.items():
            shot = page.with_name(f"{page.stem}-{scheme}-{width}.png")
            size = [f"--window-size={width},{height}"]
            _, complaints = run(browser, page, [*options, *size, f"--screenshot={shot}"])
            need(not complaints, f"{page.name}, {scheme}, {width}: {complaints}")
            need(shot.stat().st_size > 10_000, f"{shot} is empty")
            begin = time.monotonic()
            document, complaints = run(browser, driven, [*options, *size, "--dump-dom"])
            wall = time.monotonic() - begin
            need(not complaints, f"{driven.name}: {complaints}")
            title = html.unescape(re.search("<title>(.*?)</title>", document, re.DOTALL)[1])
            result = json.loads(title)
            all_rows = len(certificates)
            need(result["rows"] == all_rows, result)
            need(result["said"] == f"{all_rows:,} of {all_rows:,} shown", result)
            need(result["barShown"] and 1 <= result["found"] < all_rows, result)
            need(result["critical"] == critical, result)
            need(result["ascending"] and result["descending"] and result["sorted"] == "descending", result)
            need(result["first"] == result["firstAgain"], result)
            need(not result["sideways"], result)
            need(document.count("<script") == 1 and document.count("<style") == 1, "another script or style")
            backgrounds.add((scheme, result["background"]))
            octets = page.stat().st_size
            print(
                f"{page.stem}, {scheme}, {result['width']} px: {octets:,} octets, loaded, filtered and sorted three "
                f"times after {result['load']:,} ms, the browser's start and end included {wall:.1f} s"
            )
    need(len({colour for _, colour in backgrounds}) == 2, f"light and dark are the same: {backgrounds}")
    driven.unlink()


def with_driver(text):
    """The page with a script that goes on, allowed by its own hash."""
    script = re.search("<script>(.*?)</script>", text, re.DOTALL)[1]
    need(digest(script) in text, "the policy does not name the script")
    return text.replace(digest(script), digest(script + DRIVER)).replace(script, script + DRIVER)


def digest(text):
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def refuse(browser, folder):
    """Even if a name were not escaped, the policy would hold; and the complaints that are looked for are found."""
    text = (folder / "ten.html").read_text()
    for hole in [
        "<script>document.title = 'owned'</script>",
        "<p onclick=\"alert(1)\">",
        "<p style=\"color: red\">",
        "<style>body { display: none }</style>",
        "<img src=\"https://192.0.2.1/x.png\">",
        "<iframe src=\"data:text/html,x\"></iframe>",
    ]:
        page = folder / "hole.html"
        page.write_text(text.replace("<main>", "<main>" + hole))
        document, complaints = run(browser, page, ["--dump-dom"])
        need(any("Content Security Policy" in line for line in complaints), f"{hole} was not refused")
        need("<title>owned" not in document, f"{hole} ran")
        page.unlink()


def run(browser, page, options):
    """What the browser prints, and the lines that the page's console would have shown."""
    with tempfile.TemporaryDirectory() as profile:
        line = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"]
        line += ["--disable-background-networking", f"--user-data-dir={profile}", "--enable-logging=stderr"]
        ran = subprocess.run([*line, *options, page.as_uri()], capture_output=True, text=True, timeout=300)
    need(ran.returncode == 0, ran.stderr)
    return ran.stdout, [line for line in ran.stderr.splitlines() if "CONSOLE" in line]


def need(is_so, what):
    if not is_so:
        sys.exit(f"failed: {what}")


main()
