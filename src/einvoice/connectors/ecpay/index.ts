import { Secret } from "../../../platform/secret.ts";
import type { ConnectorDefinition } from "../port.ts";
import { createEcpayClient, PROVIDER } from "./client.ts";
import { type EcpayConfig, ecpayConfigSchema } from "./config.ts";
import { createEcpayConnector } from "./connector.ts";

const HOSTS = {
  stage: "https://einvoice-stage.ecpay.com.tw",
  production: "https://einvoice.ecpay.com.tw",
} as const;
const KEYS = /^([\x21-\x7e]{16}):([\x21-\x7e]{16})$/;

/** The value-added centre ECPay (綠界), which gives the numbers and uploads by itself. */
export const ecpay: ConnectorDefinition<EcpayConfig> = {
  provider: PROVIDER,
  configSchema: ecpayConfigSchema,
  supports: () => new Set(["numbers_from_provider"]),
  source: "ECPay e-invoice API, B2C 2.0 (developers.ecpay.com.tw)",
  create: (config, material) => {
    const keys = KEYS.exec(material.credentials.apiKey.reveal());
    if (!keys?.[1] || !keys[2]) return { missing: "api_key must be HashKey:HashIV, 16 characters each, for ECPay" };
    const client = createEcpayClient({
      http: material.http,
      baseUrl: material.overrideBaseUrl ?? HOSTS[config.ecpayEnvironment],
      merchantId: material.credentials.appId,
      keys: { hashKey: new Secret(keys[1]), hashIv: new Secret(keys[2]) },
      timeoutMs: config.requestTimeoutMs,
      now: material.now,
    });
    return createEcpayConnector(client);
  },
};
