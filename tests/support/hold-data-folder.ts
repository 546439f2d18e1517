/** Run as a process of its own by the test of the data folder's lock. */
import { lockDataFolder } from "../../src/platform/data-folder.ts";

try {
  await lockDataFolder(process.argv[2] ?? "");
  process.stdout.write("locked\n");
} catch (error) {
  process.stdout.write(`refused: ${error instanceof Error ? error.message : "?"}\n`);
}
setInterval(() => {}, 60_000);
