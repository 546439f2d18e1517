/**
 * Makes a bearer token for development: `bun scripts/mint-token.ts --role driver --sub D1 [--hours 12]`.
 * Signs with JWT_SECRET_KEY, else the secret file in SECRETS_DIR, else the development key of DATA_DIR.
 */
import { parseArgs } from "node:util";
import { type Role, roles } from "@luckygas/gateway-client";
import { readConfig } from "../src/config.ts";
import { configuredSecrets, signingKey } from "../src/foundation.ts";
import { mintToken } from "../src/platform/auth.ts";
import { scriptLog } from "./lib/script-log.ts";

const { values } = parseArgs({
  options: {
    role: { type: "string" },
    sub: { type: "string" },
    hours: { type: "string", default: "12" },
  },
});
const role = roles.find((known): known is Role => known === values.role);
const hours = Number(values.hours);
if (!role || !values.sub || !(hours > 0 && hours <= 24 * 366)) {
  console.error(`usage: bun scripts/mint-token.ts --role <${roles.join("|")}> --sub <subject> [--hours 12]`);
  process.exit(2);
}
const config = readConfig(process.env);
const key = await signingKey(config, configuredSecrets(config, scriptLog(config)));
console.log(
  await mintToken(
    key,
    {
      subject: values.sub,
      role,
      validForSeconds: Math.round(hours * 3600),
      issuer: config.jwtIssuer,
      audience: config.jwtAudience,
    },
    new Date(),
  ),
);
