"""A real browser for the tests of the page: Chromium, driven by Selenium."""
import contextlib
import os
import pathlib
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "cli"))
from tap import PATIENCE, Tests  # noqa: E402  (tests of the page are tests of the program)

# What Chromium needs where it runs as root, and what keeps it from asking the network.
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync")
WIDE, PHONE = (1440, 900), (390, 844)
# As narrow as a screen of 1280 is at four times the size: https://www.w3.org/TR/WCAG22/#reflow
NARROW = (320, 640)

# Done when what the page made has been drawn: its observers, which make more, are told in the first frame.
DRAWN = """const done = arguments[0];
requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)));"""


def missing():
    """What of the browser is not on this machine; empty where all is."""
    names = [name for name in ("chromium", "chromedriver") if not shutil.which(name)]
    try:
        import selenium  # noqa: F401  pylint: disable=import-outside-toplevel,unused-import
    except ImportError:
        names.append("selenium")
    return " and ".join(names)


def settle(driver):
    """Waits until the page is drawn as it is now, however busy the machine."""
    driver.execute_async_script(DRAWN)


def then_settle(driver, act):
    def both(*arguments):
        act(*arguments)
        settle(driver)
    return both


# Of Chromium's settings the one by which a page may keep nothing; 2 is to block.
FORGETFUL = {"profile.default_content_setting_values.cookies": 2}


def let_copy(driver, allowed):
    """Whether pages may write to the clipboard; tests may read it."""
    for name, setting in (("clipboard-read", "granted"), ("clipboard-write", "granted" if allowed else "denied")):
        driver.execute_cdp_cmd("Browser.setPermission", {"permission": {"name": name}, "setting": setting})


@contextlib.contextmanager
def browser(size=WIDE, dark=False, settings=None):
    """A driver, to which a page is there when it is drawn; its console is read with complaints()."""
    from selenium import webdriver  # pylint: disable=import-outside-toplevel
    from selenium.webdriver.chrome.service import Service  # pylint: disable=import-outside-toplevel

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    options.add_experimental_option("prefs", settings or {})
    # Where there is a proxy it is not the way to the browser.
    os.environ["no_proxy"] = ",".join(filter(None, (os.environ.get("no_proxy", os.environ.get("NO_PROXY")), "localhost")))
    # Of the browser's processes the last may write there when it is taken away.
    with tempfile.TemporaryDirectory(prefix="metadiff-chromium-", ignore_cleanup_errors=True) as profile:
        for flag in (*FLAGS, f"--user-data-dir={profile}", f"--window-size={size[0]},{size[1]}"):
            options.add_argument(flag)
        driver = webdriver.Chrome(service=Service(shutil.which("chromedriver")), options=options)
        try:
            driver.set_script_timeout(PATIENCE)
            # A window has a least width; a phone has not.
            driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
                "width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": size in (PHONE, NARROW)})
            driver.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": size in (PHONE, NARROW)})
            driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [
                {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]})
            for name in ("get", "refresh"):
                setattr(driver, name, then_settle(driver, getattr(driver, name)))
            yield driver
        finally:
            driver.quit()


def complaints(driver):
    """What the console says since it was asked: errors of scripts, and what the policy refused."""
    # The browser's own first page complains where there is no network.
    return [entry["message"] for entry in driver.get_log("browser")
            if not entry["message"].startswith("chrome://")]


def start(program, what):
    """The Tests of @program; ends with a loud skip where there is no browser."""
    tests = Tests(program)
    lacking = missing()
    if lacking:
        tests.skip(what, f"no {lacking} here")
        tests.done()
    return tests
