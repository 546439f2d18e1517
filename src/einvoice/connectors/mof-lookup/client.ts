import { z } from "zod";
import type { HttpClient } from "../../../platform/http-client.ts";
import type { Secret } from "../../../platform/secret.ts";
import { type LookupParameters, lookupSignature } from "./signing.ts";

/** What can be asked: a mobile barcode, a donation code, whether a tax id is a business. */
export type LookupKind = "carrier" | "donation_code" | "business";

/** `unknown` says nothing about the value. `isOurFault`: our registration or signature must be mended. */
export type LookupAnswer =
  | { kind: "exists" }
  | { kind: "absent" }
  | { kind: "unknown"; reason: string; isTransportFault: boolean; isOurFault: boolean };

/** The look-ups of the tax authority's API for sellers. Never throws for faults of the network. */
export interface LookupClient {
  ask(kind: LookupKind, value: string): Promise<LookupAnswer>;
}

interface Deps {
  http: HttpClient;
  url: string;
  credentials: { appId: string; apiKey: Secret };
  timeoutMs: number;
  /** Sign every call, or only those for which a signature is documented. */
  signsAll: boolean;
  now(): Date;
  /** Rises by one with every signed call, over all processes. */
  nextSerial(): Promise<number>;
  newId(): string;
}

const VERSION = "1.0";
/** The platform takes a time stamp 10 to 180 seconds ahead. */
const AHEAD_SECONDS = 60;
const ACTIONS = {
  carrier: { action: "bcv", field: "barCode", answer: "isExist" },
  donation_code: { action: "preserveCodeCheck", field: "pCode", answer: "isExist" },
  business: { action: "qryBanUnitTp", field: "ban", answer: "banUnitTpStatus" },
} as const satisfies Record<LookupKind, { action: string; field: string; answer: string }>;

const replySchema = z.looseObject({ code: z.union([z.string(), z.int()]).transform(String) });
const DONE = "200";
/** Registration barred or unknown, signature wrong: ours to mend. */
const OURS: ReadonlySet<string> = new Set(["954", "997", "998"]);

const unknown = (reason: string, isTransportFault = false, isOurFault = false): LookupAnswer => ({
  kind: "unknown",
  reason,
  isTransportFault,
  isOurFault,
});

/** MOF 電子發票營業人應用 API v1.6: `bcv`, `preserveCodeCheck`, `qryBanUnitTp`. */
export function createLookupClient(deps: Deps): LookupClient {
  async function parametersOf(kind: LookupKind, value: string): Promise<LookupParameters> {
    const { action, field } = ACTIONS[kind];
    const { appId, apiKey } = deps.credentials;
    const isSigned = kind === "business" || deps.signsAll;
    const parameters: LookupParameters = { version: VERSION, action, appId, [field]: value };
    if (kind !== "business") parameters.TxID = deps.newId();
    if (!isSigned) return parameters;
    parameters.serial = String(await deps.nextSerial()).padStart(10, "0");
    parameters.timeStamp = String(Math.floor(deps.now().getTime() / 1000) + AHEAD_SECONDS);
    return { ...parameters, signature: lookupSignature(parameters, apiKey) };
  }

  return {
    ask: async (kind, value) => {
      const outcome = await deps.http.send({
        method: "POST",
        url: deps.url,
        headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
        body: new URLSearchParams(await parametersOf(kind, value)).toString(),
        timeoutMs: deps.timeoutMs,
      });
      if (outcome.kind !== "reply") return unknown(outcome.reason, true);
      if (outcome.status >= 500) return unknown("server_error", true);
      return readAnswer(outcome.text(), ACTIONS[kind].answer);
    },
  };
}

function readAnswer(text: string, field: string): LookupAnswer {
  const reply = parse(text);
  if (!reply) return unknown("unreadable_reply");
  if (reply.code !== DONE) return unknown(`code_${reply.code.slice(0, 10)}`, false, OURS.has(reply.code));
  const answer = reply[field];
  if (answer === "Y") return { kind: "exists" };
  return answer === "N" ? { kind: "absent" } : unknown("unreadable_reply");
}

function parse(text: string): z.output<typeof replySchema> | undefined {
  try {
    return replySchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
