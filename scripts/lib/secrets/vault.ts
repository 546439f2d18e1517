import type { SecretManagerServiceClient } from "@google-cloud/secret-manager";
import { z } from "zod";
import { crc32c } from "../../../src/platform/secret-checksum.ts";
import { accessLatest } from "../../../src/platform/secret-manager-access.ts";
import { createSecretManagerCalls, secretManagerLimits } from "../../../src/platform/secret-manager-calls.ts";
import { SecretManagerError } from "../../../src/platform/secret-manager-errors.ts";

/** What is stored under a name now. */
export type Stored = { content: string; version: string } | "missing" | "disabled";

/** The place where secrets are kept. All methods throw a `SecretManagerError`. */
export interface SecretVault {
  stored(name: string): Promise<Stored>;
  /** Creates the secret where it is missing, adds a version and returns its number. */
  add(name: string, content: string, stored: Stored): Promise<string>;
}

const ADMIN_ROLE = "roles/secretmanager.admin";

const addedSchema = z.object({ name: z.string().regex(/\/versions\/\d+$/) });

export function createSecretVault(
  projectId: string,
  openClient: () => Promise<SecretManagerServiceClient>,
  limits = secretManagerLimits,
): SecretVault {
  const calls = createSecretManagerCalls(openClient, limits);
  const subject = (secret: string) => ({ projectId, secret, role: ADMIN_ROLE });

  async function stored(name: string): Promise<Stored> {
    try {
      const latest = await accessLatest(calls, projectId, name);
      return latest ? { content: latest.secret.reveal(), version: latest.version } : "missing";
    } catch (error) {
      if (error instanceof SecretManagerError && error.reason === "version_disabled") return "disabled";
      throw error;
    }
  }

  async function create(name: string): Promise<void> {
    try {
      await calls.repeatable(subject(name), (client, options) =>
        client.createSecret(
          { parent: `projects/${projectId}`, secretId: name, secret: { replication: { automatic: {} } } },
          options,
        ),
      );
    } catch (error) {
      // Somebody made it meanwhile, or it has no version yet.
      if (!(error instanceof SecretManagerError && error.reason === "already_exists")) throw error;
    }
  }

  async function addVersion(name: string, content: string): Promise<string> {
    const data = Buffer.from(content, "utf8");
    const [reply] = await calls.once(subject(name), (client, options) =>
      client.addSecretVersion(
        { parent: `projects/${projectId}/secrets/${name}`, payload: { data, dataCrc32c: crc32c(data) } },
        options,
      ),
    );
    const added = addedSchema.safeParse(reply);
    if (!added.success) throw new SecretManagerError("unexpected", subject(name));
    return added.data.name.replace(/^.*\//, "");
  }

  return {
    stored,
    add: async (name, content, before) => {
      if (before === "missing") await create(name);
      try {
        return await addVersion(name, content);
      } catch (error) {
        if (!(error instanceof SecretManagerError && error.reason === "unavailable")) throw error;
        // Nobody knows whether the version was added: the newest one tells.
        const after = await stored(name);
        if (typeof after === "object" && after.content === content) return after.version;
        throw error;
      }
    },
  };
}
