import { join } from "node:path";
import type { Clock } from "../platform/clock.ts";
import type { Log } from "../platform/log.ts";
import type { SecretName } from "../platform/secrets.ts";
import { type BankSimulator, createBankSimulator } from "./bank/index.ts";
import { createEinvoicePlatformSimulator, type EinvoicePlatformSimulator } from "./einvoice-platform/index.ts";
import { createEvery8dSimulator, type Every8dSimulator } from "./every8d/index.ts";
import { createMitakeSimulator, type MitakeSimulator } from "./mitake/index.ts";
import { createTwilioSimulator, type TwilioSimulator } from "./twilio/index.ts";

/** How each simulated bank differs from the others. */
const bankTraits = [
  { key: "mega", name: "兆豐銀行", clearingCode: "017", fileFormat: "fixed_width", encoding: "BIG5", path: "" },
  { key: "ctbc", name: "中國信託", clearingCode: "822", fileFormat: "csv", encoding: "UTF-8", path: "/payment" },
  { key: "esun", name: "玉山銀行", clearingCode: "808", fileFormat: "fixed_width", encoding: "BIG5", path: "" },
  { key: "first", name: "第一銀行", clearingCode: "007", fileFormat: "fixed_width", encoding: "BIG5", path: "" },
  { key: "taishin", name: "台新銀行", clearingCode: "812", fileFormat: "fixed_width", encoding: "BIG5", path: "" },
] as const;

export type SimulatedBankKey = (typeof bankTraits)[number]["key"];

/** A simulated bank and what its configuration row would say. */
export interface SimulatedBank {
  key: SimulatedBankKey;
  name: string;
  clearingCode: string;
  fileFormat: "fixed_width" | "csv";
  encoding: string;
  uploadPath: string;
  downloadPath: string;
  simulator: BankSimulator;
}

/** All outside parties on loopback, and the secrets that lead to them. */
export interface SimulatedWorld {
  secrets: Partial<Record<SecretName, string>>;
  einvoicePlatform: EinvoicePlatformSimulator;
  banks: SimulatedBank[];
  every8d: Every8dSimulator;
  mitake: MitakeSimulator;
  twilio: TwilioSimulator;
  close(): Promise<void>;
}

export interface SimulatedWorldOptions {
  /** Folder of their memory; absent: they forget when closed. */
  stateDir?: string;
  clock: Clock;
  log?: Log;
  /** Where the gateway takes receipts, e.g. `http://127.0.0.1:8080`. */
  gatewayUrl: string;
  /** Which banks to start; default all. */
  banks?: SimulatedBankKey[];
}

export async function startSimulatedWorld(options: SimulatedWorldOptions): Promise<SimulatedWorld> {
  const { clock, log } = options;
  const folder = (name: string) => (options.stateDir === undefined ? undefined : join(options.stateDir, name));
  const einvoicePlatform = await createEinvoicePlatformSimulator({ clock, stateDir: folder("einvoice-platform") });
  const every8d = await createEvery8dSimulator({ clock, log, stateDir: folder("every8d") });
  const mitake = await createMitakeSimulator({ clock, log, stateDir: folder("mitake") });
  const twilio = await createTwilioSimulator({ clock, log, stateDir: folder("twilio") });
  const token = every8d.credentials.callback_token;
  every8d.setCallbackUrl(`${options.gatewayUrl}/api/v1/webhooks/sms/every8d/${token}`);
  const wanted = bankTraits.filter(({ key }) => options.banks === undefined || options.banks.includes(key));
  const banks = await Promise.all(
    wanted.map((traits) => startBank(traits, { clock, log, stateDir: folder(traits.key) })),
  );
  return {
    secrets: {
      "einvoice-api-credentials": JSON.stringify(einvoicePlatform.credentials),
      "sms-every8d-credentials": JSON.stringify(every8d.credentials),
      "sms-mitake-credentials": JSON.stringify(mitake.credentials),
      "sms-twilio-credentials": JSON.stringify(twilio.credentials),
      ...Object.fromEntries(banks.map((bank) => [`banking-${bank.key}-credentials`, bankSecret(bank.simulator)])),
    },
    einvoicePlatform,
    banks,
    every8d,
    mitake,
    twilio,
    close: async () => {
      await Promise.all([
        einvoicePlatform.close(),
        every8d.close(),
        mitake.close(),
        twilio.close(),
        ...banks.map(({ simulator }) => simulator.close()),
      ]);
    },
  };
}

async function startBank(
  traits: (typeof bankTraits)[number],
  options: { clock: Clock; log?: Log; stateDir?: string },
): Promise<SimulatedBank> {
  const { path, ...described } = traits;
  const uploadPath = `${path}/upload`;
  const downloadPath = `${path}/download`;
  const simulator = await createBankSimulator({
    ...options,
    clearingCode: traits.clearingCode,
    uploadPath,
    downloadPath,
    ...(traits.fileFormat === "csv" && { csv: { encoding: traits.encoding, delimiter: "," } }),
  });
  return { ...described, uploadPath, downloadPath, simulator };
}

function bankSecret(bank: BankSimulator): string {
  const { username, password } = bank.credentials;
  return JSON.stringify({
    sftp_username: username,
    sftp_password: password,
    sftp_host: bank.host,
    sftp_port: bank.port,
  });
}
