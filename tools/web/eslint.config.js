// The style of the scripts in web/. Names that are not there are found by tsc, which knows browsers.
import js from "@eslint/js";

// Known here for no-implied-eval alone.
const TIMERS = { setTimeout: "readonly", setInterval: "readonly" };
const HTML = "Data is never written as HTML: use textContent or everystep.page.el.";

export default [
  js.configs.recommended,
  {
    files: ["web/**/*.js"],
    languageOptions: { ecmaVersion: 2022, sourceType: "script", globals: TIMERS },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "no-undef": "off",
      "strict": ["error", "global"],
      "eqeqeq": "error",
      "no-var": "error",
      "prefer-const": "error",
      "no-shadow": "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "max-len": ["error", { code: 100 }],
      "max-lines": ["error", 350],
      "no-restricted-syntax": [
        "error",
        { selector: "TemplateLiteral TemplateLiteral", message: "rjsmin takes blanks from it." },
      ],
      "no-restricted-properties": [
        "error",
        { property: "innerHTML", message: HTML },
        { property: "outerHTML", message: HTML },
        { property: "insertAdjacentHTML", message: HTML },
        { object: "document", property: "write", message: HTML },
      ],
    },
  },
];
