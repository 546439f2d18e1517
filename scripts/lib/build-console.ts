/** Builds the console for production: `bun scripts/lib/build-console.ts dist/console-assets`, beside the built server. */
import { join } from "node:path";
import { bundleConsole, writeConsole } from "../../src/http/console/assets.ts";

const folder = process.argv[2];
if (folder === undefined) {
  console.error("usage: bun scripts/lib/build-console.ts <folder>");
  process.exit(2);
}
const assets = await bundleConsole(join(import.meta.dir, "../../src/console"));
await writeConsole(assets, folder);
for (const [name, { bytes }] of assets.files) console.log(`${name}  ${bytes.length} bytes`);
