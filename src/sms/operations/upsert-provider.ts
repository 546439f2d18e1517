import type { Contract, SmsProvider } from "@luckygas/gateway-client";
import type { z } from "zod";
import { invalidInput, OperationError } from "../../platform/errors.ts";
import type { SmsDependencies } from "../dependencies.ts";
import { parseSettings } from "../settings.ts";
import { writeProviderConfiguration } from "../store/provider-configs.ts";
import { listProviders } from "./list-providers.ts";

export type UpsertProviderInput = z.output<Contract["sms"]["upsertProvider"]["input"]>;

/** Writes a provider's row; its settings are checked first. This process uses it at once, the others within two seconds. */
export async function upsertProvider(deps: SmsDependencies, input: UpsertProviderInput): Promise<SmsProvider> {
  const definition = deps.providers.definitions.find(({ provider }) => provider === input.provider);
  if (!definition) {
    const names = deps.providers.definitions.map(({ provider }) => provider);
    throw invalidInput("provider", `must be one of ${names.join(", ")}`, "no_such_provider");
  }
  const settings = parseSettings(definition, input.config);
  if ("problem" in settings) {
    const { path, rule } = settings;
    throw invalidInput(path === "" ? "config" : `config.${path}`, rule, "bad_settings");
  }
  await writeProviderConfiguration(deps.platform.database.db, input, deps.platform.clock.now());
  deps.providers.forget();
  const { items } = await listProviders(deps);
  const written = items.find(({ provider }) => provider === input.provider);
  if (!written) throw new OperationError("internal", "the provider was not found after it was written");
  return written;
}
