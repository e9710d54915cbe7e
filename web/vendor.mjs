/**
 * Refreshes `web/vendor/` from `node_modules`: run `npm ci && npm run vendor` after changing a version.
 *
 * The packages publish ES modules that import each other by bare name, which the page's import map resolves, so
 * they are copied as they are. `vendor.json` records version, licence and hash of each.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

const FILES = {
  "preact": "preact/dist/preact.mjs",
  "preact/hooks": "preact/hooks/dist/hooks.mjs",
  "htm": "htm/dist/htm.mjs",
  "@preact/signals-core": "@preact/signals-core/dist/signals-core.mjs",
  "@preact/signals": "@preact/signals/dist/signals.mjs",
  // Its ES module is not minified, and more than twice as long.
  "livekit-client": "livekit-client/dist/livekit-client.umd.js",
};
const SOURCE_MAP = /\n?\/\/# sourceMappingURL=.*\n?/g;

const root = new URL("../node_modules/", import.meta.url);
const target = new URL("vendor/", import.meta.url);
mkdirSync(target, { recursive: true });

const record = {};
for (const [name, path] of Object.entries(FILES)) {
  const owner = name.startsWith("@") ? name : name.split("/")[0];
  const { version, license, repository } = JSON.parse(readFileSync(new URL(`${owner}/package.json`, root), "utf8"));
  const source = (repository.url ?? repository).replace(/^git\+/, "").replace(/^git@github\.com:/, "https://github.com/").replace(/\.git$/, "");
  const code = readFileSync(new URL(path, root), "utf8").replace(SOURCE_MAP, "\n");
  const file = `${name.replace("@", "").replaceAll("/", "-")}.js`;
  writeFileSync(new URL(file, target), code);
  const licence = `LICENSE-${owner.replace("@", "").replaceAll("/", "-")}.txt`;
  writeFileSync(new URL(licence, target), readFileSync(new URL(`${owner}/LICENSE`, root)));
  const sha256 = createHash("sha256").update(code).digest("hex");
  record[name] = { file, version, license, licence_file: licence, source, sha256 };
}
writeFileSync(new URL("vendor.json", target), `${JSON.stringify(record, null, 2)}\n`);
