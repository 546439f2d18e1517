import { generalSecretNames, type SecretName } from "./platform/secrets.ts";
import { connectorDefinitions } from "./sms/connectors/registry.ts";

/** Every secret the gateway knows, named as in Secret Manager. */
export const secretNames: readonly SecretName[] = [
  ...generalSecretNames,
  ...connectorDefinitions.map(({ provider }) => `sms-${provider}-credentials` as const),
];
