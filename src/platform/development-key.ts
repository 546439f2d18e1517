import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Secret } from "./secret.ts";

/**
 * The signing key of a development machine: made once and kept in the data folder, so that `scripts/mint-token.ts`
 * and the server agree without any setting. Production always has `jwt-secret-key`.
 */
export async function developmentKey(dataFolder: string): Promise<Secret> {
  const file = join(dataFolder, "jwt-secret-key");
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  // "wx" lets exactly one of several starting processes create it; all of them then read the same key.
  await writeFile(file, randomBytes(48).toString("base64url"), { flag: "wx", mode: 0o600 }).catch((error: unknown) => {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  });
  return new Secret((await readFile(file, "utf8")).trim());
}
