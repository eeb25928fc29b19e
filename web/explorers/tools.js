// What explorers with settings share: how settings stand in the page's address, and code to copy.
"use strict";
(() => {
  const { page: { el } } = everystep;

  /** @param {string} hash */
  const namesIn = (hash) => new URLSearchParams(hash.replace(/^#/, ""));

  /** @type {Everystep["tools"]["fromAddress"]} */
  function fromAddress(prefix) {
    const own = [...namesIn(location.hash)].filter(([name]) => name.startsWith(prefix));
    return Object.fromEntries(own.map(([name, text]) => [name.slice(prefix.length), text]));
  }

  /** @type {Everystep["tools"]["toAddress"]} */
  function toAddress(prefix, texts) {
    // Another explorer's settings stay; a heading's anchor, which has no value, does not.
    const others = [...namesIn(location.hash)].filter(
      ([name, text]) => text && !name.startsWith(prefix));
    const own = Object.entries(texts).map(([name, text]) => [prefix + name, text]);
    history.replaceState(null, "", `#${new URLSearchParams([...others, ...own])}`);
  }

  /**
   * Code that can be copied; where the browser gives no clipboard, it is selected.
   * @type {Everystep["tools"]["code"]}
   */
  function code(title) {
    const root = el("details", "");
    const text = el("code", "");
    const place = el("pre", "", { tabIndex: 0 });
    place.setAttribute("aria-label", title);
    place.setAttribute("role", "group");
    place.append(text);
    const button = el("button", "Copy", { type: "button" });
    const told = el("span", "");
    told.setAttribute("role", "status");
    button.onclick = async () => {
      getSelection()?.selectAllChildren(text);
      try {
        await navigator.clipboard.writeText(text.textContent);
        told.textContent = " Copied.";
      } catch {
        told.textContent = " Selected: copy it with the keyboard.";
      }
    };
    const line = el("p", "");
    line.append(button, told);
    root.append(el("summary", title), place, line);
    return {
      root,
      show(source) {
        if (text.textContent !== source) [text.textContent, told.textContent] = [source, ""];
      },
    };
  }

  everystep.tools = { fromAddress, toAddress, code };
})();
