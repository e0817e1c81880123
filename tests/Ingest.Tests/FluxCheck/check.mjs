// Reads scripts as a JSON array of texts from the standard input and answers an array: true for each that parses and type-checks.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const flux = createRequire(import.meta.url)("@influxdata/flux-lsp-node");
const scripts = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(scripts.map((script) => flux.is_valid_flux(script))));
