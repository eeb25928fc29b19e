// What the search quotes of the pages that it finds. Sphinx's search fetches them, whole, which a
// browser refuses to pages from disk. Their texts lie beside them as scripts, which it does not
// refuse, and which weigh less; so what is fetched is answered from those.
"use strict";
(() => {
  const { page: { el, find } } = everystep;
  const { fetch } = globalThis;
  /** @type {Map<string, Promise<string>>} */
  const texts = new Map();
  /** @type {Map<string, (html: string) => void>} */
  const awaited = new Map();

  /** @type {(page: string) => Promise<string>} */
  function load(page) {
    return new Promise((resolve) => {
      awaited.set(page, resolve);
      const src = `texts/${page}.js`;
      document.head.append(el("script", "", { src, onerror: () => resolve("") }));
    });
  }

  globalThis.fetch = async (source, options) => {
    const page = /^(?:\.\/)?([^:]+)\.html$/.exec(String(source))?.[1];
    if (!page) return fetch(source, options);
    if (!texts.has(page)) texts.set(page, load(page));
    return new Response(await texts.get(page));
  };

  // Words to highlight are left in the browser's storage, of which some browsers give each page
  // from disk its own; in an address they arrive as well.
  let highlight = "";
  find(document, "#search-results").addEventListener("click", ({ target }) => {
    const link = /** @type {Element} */ (target).closest("a");
    highlight ||= localStorage.getItem("sphinx_highlight_terms") ?? "";
    if (!link || !highlight) return;
    const address = new URL(link.href);
    address.searchParams.set("highlight", highlight);
    link.href = String(address);
  });

  everystep.search = { put: (page, html) => awaited.get(page)?.(html) };
})();
