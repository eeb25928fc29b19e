"""Somebody in front of one of the engines, and what they do there."""

from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from tests.web.reader import KEY_OF, TERMS

WIDE = "book/assess/wide"
LANDING = "index"
CHOOSE = """const [select, value] = arguments;
select.value = value;
select.dispatchEvent(new Event("input", { bubbles: true }));
select.dispatchEvent(new Event("change", { bubbles: true }));"""


class Visitor:
    """Somebody in front of a browser; ``site`` is where the pages are."""

    def __init__(self, driver, site):
        self.driver, self.site = driver, site

    def open(self, name, address=""):
        self.driver.get(f"{self.site}/{name}.html{address}")

    def forget(self):
        """Have the browser forget what it has kept of earlier visitors."""
        self.open(TERMS)
        self.run("localStorage.clear();")

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def ask(self, expression, *arguments):
        return self.run(f"return {expression};", *arguments)

    def wait(self, expression):
        """Wait until an expression is true; return its value."""
        return WebDriverWait(self.driver, 20).until(
            lambda _: self.ask(expression), f"never true: {expression}"
        )

    def find(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def shown(self, selector):
        """Return those that can be seen."""
        return [one for one in self.all(selector) if one.is_displayed()]

    def text(self, selector):
        return self.find(selector).text

    def click(self, selector):
        """Press the first that can be seen, wherever on the page it is."""
        [first, *_] = self.shown(selector)
        self.press(first)

    def press(self, element):
        """Press an element, in the middle of the window: WebKit misses those at the edge."""
        self.run("arguments[0].scrollIntoView({ behavior: 'instant', block: 'center' });", element)
        element.click()

    @property
    def theme(self):
        return self.ask("document.documentElement.dataset.theme")

    @property
    def focused(self):
        return self.driver.switch_to.active_element

    def key(self, question):
        """Return the parts of the right answer to a question."""
        key = self.ask(f"({KEY_OF})(arguments[0]).key", question)
        return key if isinstance(key, list) else [key]

    def answer(self, question, parts):
        for i, part in enumerate(parts):
            controls = question.find_elements(By.NAME, "a")
            if controls[0].tag_name == "select":
                self.run(CHOOSE, controls[i], str(part))
            elif controls[0].get_attribute("inputmode"):
                controls[0].send_keys(str(part))
            else:
                self.press(question.find_element(By.CSS_SELECTOR, f"[value={part}]"))

    def check(self, question):
        self.press(question.find_element(By.CSS_SELECTOR, ".check button"))

    def outcome(self, question):
        return question.find_element(By.CSS_SELECTOR, ".outcome").text
