import { Secret } from "../../../platform/secret.ts";
import type { ConnectorDefinition } from "../port.ts";
import { createEcpayClient } from "./client.ts";
import { type EcpayConfig, ecpayConfigSchema } from "./config.ts";
import { createEcpayConnector } from "./connector.ts";
import { hosts, PROVIDER } from "./endpoints.ts";

const KEYS = /^([\x21-\x7e]{16}):([\x21-\x7e]{16})$/;
/** From the 14th the centre refuses: the period has been declared to the tax authority. */
const CANCEL_LAST_DAY = 13;

/** The value-added centre ECPay (綠界), which gives the numbers and uploads by itself. */
export const ecpay: ConnectorDefinition<EcpayConfig> = {
  provider: PROVIDER,
  configSchema: ecpayConfigSchema,
  cancelLastDay: CANCEL_LAST_DAY,
  supports: () => new Set(["numbers_from_provider", "zero_rated", "mixed_tax", "allowance", "void_with_reissue"]),
  source: "ECPay e-invoice API, B2C 2.0 and B2B (developers.ecpay.com.tw, read in 2026)",
  create: (config, material) => {
    const keys = KEYS.exec(material.credentials.apiKey.reveal());
    if (!keys?.[1] || !keys[2]) return { missing: "api_key must be HashKey:HashIV, 16 characters each, for ECPay" };
    const client = createEcpayClient({
      http: material.http,
      baseUrl: material.overrideBaseUrl ?? hosts[config.ecpayEnvironment],
      merchantId: material.credentials.appId,
      keys: { hashKey: new Secret(keys[1]), hashIv: new Secret(keys[2]) },
      timeoutMs: config.requestTimeoutMs,
      now: material.now,
    });
    return createEcpayConnector(client, config, material.now);
  },
};
