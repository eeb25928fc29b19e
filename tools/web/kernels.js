// Compiles web/trainer/kernels.wat and prints it as text; with --write it also puts the text into
// web/trainer/kernels.js, in place of the one there.
import { readFileSync, writeFileSync } from "node:fs";
import wabt from "wabt";

const folder = new URL("../../web/trainer/", import.meta.url);
const source = readFileSync(new URL("kernels.wat", folder), "utf8");
const { buffer } = (await wabt()).parseWat("kernels.wat", source).toBinary({});
const text = Buffer.from(buffer).toString("base64");
process.stdout.write(text);
if (process.argv.includes("--write")) {
  const script = new URL("kernels.js", folder);
  const lines = text.match(/.{1,88}/g).map((line) => `    "${line}"`);
  const stated = `const COMPILED =\n${lines.join(" +\n")};`;
  writeFileSync(script, readFileSync(script, "utf8").replace(/const COMPILED =[^;]*;/, stated));
}
