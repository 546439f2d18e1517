import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { secretNames } from "../../../src/secret-names.ts";
import { ContentProblem } from "./check-content.ts";
import { CONTENT_BYTES_MAX } from "./checks.ts";

/**
 * Reads the secrets of a folder: one file each, named as in Secret Manager. Hidden files are passed over; a file that
 * is no secret of the gateway is a mistake, most likely in its name. One line end at the end of a file is dropped.
 * Throws a `ContentProblem` with every problem.
 */
export async function readSecretsFolder(folder: string): Promise<Map<string, string>> {
  const names = await readdir(folder).catch(() => {
    throw new ContentProblem(`${folder}: is not a folder that can be read`);
  });
  const visible = names.filter((name) => !name.startsWith(".")).sort();
  const known: readonly string[] = secretNames;
  const problems = visible
    .filter((name) => !known.includes(name))
    .map((name) => `${name}: is no secret of the gateway`);
  const contents = new Map<string, string>();
  for (const name of visible.filter((candidate) => known.includes(candidate))) {
    const read = await readText(join(folder, name));
    if ("problem" in read) problems.push(`${name}: ${read.problem}`);
    else contents.set(name, read.text);
  }
  if (problems.length > 0) throw new ContentProblem(problems.join("\n"));
  return contents;
}

async function readText(path: string): Promise<{ text: string } | { problem: string }> {
  const found = await stat(path);
  if (!found.isFile()) return { problem: "is not a file" };
  if (found.size > CONTENT_BYTES_MAX) return { problem: `must have at most ${CONTENT_BYTES_MAX} bytes` };
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(await readFile(path));
    return { text: text.replace(/\r?\n$/, "") };
  } catch {
    return { problem: "cannot be read as UTF-8 text" };
  }
}
