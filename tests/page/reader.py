"""What a reader does with a page, and sees of it."""
import time

from browser import settle

# Of two colours in sRGB, https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio: what text, in boxes or
# in a drawing, has less than 4.5 on what it stands on.
CONTRASTS = """
const parts = (text) => {
    const number = text.match(/[\\d.]+/g).map(Number);
    const scale = text.startsWith("color(srgb") ? 255 : 1;
    return [...number.slice(0, 3).map((value) => value * scale), number[3] ?? 1];
};
const over = (above, below) => above.slice(0, 3).map((value, i) => value * above[3] + below[i] * (1 - above[3]));
const linear = (value) => value <= 10.31475 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
const light = (colour) => [0.2126, 0.7152, 0.0722].reduce((sum, weight, i) => sum + weight * linear(colour[i]), 0);
const behind = (node) => node === null ? [255, 255, 255]
    : over(parts(getComputedStyle(node).backgroundColor), behind(node.parentElement));
const behindDrawn = (node) => {
    const shape = node.parentElement.querySelector(":scope > rect");
    return shape ? over(parts(getComputedStyle(shape).fill), behind(node.parentElement)) : behind(node.parentElement);
};
const wrong = new Map();
for (const node of document.querySelectorAll("body *")) {
    const style = getComputedStyle(node);
    const says = [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
    if (!says || !node.checkVisibility({ visibilityProperty: true }) || node.localName === "title")
        continue;
    const drawn = node.localName === "text";
    const ground = drawn ? behindDrawn(node) : behind(node);
    const ink = over(parts(drawn ? style.fill : style.color), ground);
    const [dark, bright] = [light(ink), light(ground)].sort((a, b) => a - b);
    if ((bright + 0.05) / (dark + 0.05) < 4.5)
        wrong.set(`${node.tagName}.${node.getAttribute("class")}`, ((bright + 0.05) / (dark + 0.05)).toFixed(2));
}
return [...wrong].map(String);
"""
# By how much the page is wider than the screen.
TOO_WIDE = "return document.documentElement.scrollWidth - document.documentElement.clientWidth;"
# What is pressed and is smaller than a finger needs, or lies on another: https://www.w3.org/TR/WCAG22/#target-size-minimum
TOO_SMALL = """
const targets = [...document.querySelectorAll("a, button, summary, input")].filter((node) => !node.closest("svg") && node.checkVisibility())
    .map((node) => [node, node.getBoundingClientRect()]).filter(([, box]) => box.width > 0);
const meets = (one, other) => one.left < other.right - 1 && other.left < one.right - 1 &&
    one.top < other.bottom - 1 && other.top < one.bottom - 1;
return targets.filter(([node, box], index) => box.height < 24 || box.width < 24 ||
    targets.slice(index + 1).some(([other, its]) => !node.contains(other) && meets(box, its)))
    .map(([node]) => `${node.localName} ${node.textContent}`);
"""
CLIPBOARD = "return navigator.clipboard.readText();"
ESCAPE, ENTER = "\ue00c", "\ue007"


def until(driver, script, wanted, *arguments):
    """What @script gives, as soon as that is @wanted, or after longer than a busy machine takes.

    Who waits must look at what came: to have waited in vain is said, for it takes long."""
    limit = time.monotonic() + 30
    while (got := driver.execute_script(script, *arguments)) != wanted:
        if time.monotonic() > limit:
            print(f"# waited in vain for {wanted!r}: {script.strip()}", flush=True)
            break
        time.sleep(0.02)
    return got


def back(driver):
    """Waits for the address, too: the browser says that it goes back before it has gone."""
    before = driver.execute_script("return location.href;")
    driver.back()
    until(driver, "return location.href !== arguments[0];", True, before)
    settle(driver)


def press(driver, keys):
    from selenium.webdriver import ActionChains  # pylint: disable=import-outside-toplevel

    ActionChains(driver).send_keys(keys).perform()
    settle(driver)


def click(driver, selector):
    """As a reader does, who scrolls first to what lies under a bar."""
    found = driver.find_element("css selector", selector)
    driver.execute_script("arguments[0].scrollIntoView({ block: 'center' });", found)
    found.click()
    settle(driver)


def texts(driver, selector):
    """The text of all that is shown of these."""
    return driver.execute_script("""return [...document.querySelectorAll(arguments[0])]
        .filter((node) => node.checkVisibility()).map((node) => node.textContent);""", selector)


def focused(driver):
    return driver.execute_script("return document.activeElement.textContent;")
