import { afterEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { systemClock } from "../../../src/platform/clock.ts";
import { ConnectorError } from "../../../src/platform/errors.ts";
import { createHttpClient } from "../../../src/platform/http-client.ts";
import { createLog } from "../../../src/platform/log.ts";
import { Secret } from "../../../src/platform/secret.ts";
import type { WebhookRequest } from "../../../src/platform/webhook.ts";
import type { Faults } from "../../../src/simulators/faults.ts";
import type {
  ConnectorDefinition,
  OutboundMessage,
  ResolveOutcome,
  SmsConnector,
  UnknownAttempt,
} from "../../../src/sms/connectors/port.ts";
import { waitFor } from "../../support/wait-for.ts";

/** A simulated provider, as the suite handles it. */
export interface Party {
  credentials: { username: string; password: string; api_url: string };
  faults: Faults;
  /** Texts that went out to a number (E.164). */
  copiesTo(mobile: string): { id: string; text: string }[];
  /** Refuses this number from now on. */
  block(mobile: string): void;
  /** Messages to this number end as undeliverable: the handset cannot be reached. */
  makeUnreachable(mobile: string): void;
  /** Receipts go to this gateway address from now on. */
  reportTo(publicBaseUrl: string): void;
  close(): Promise<void>;
}

/** What the suite needs to know of a provider; everything else is the same for all. */
export interface ContractCase {
  definition: ConnectorDefinition;
  /** Settings that make a case of its own; they stand in the title. */
  config?: Record<string, unknown>;
  start(): Promise<Party>;
  /** The simulator's name of the operation that sends, and of the one that tells the status. */
  operations: { send: string; status: string };
  /** A reply to a send that the provider's document does not list. */
  unlistedReply: { status: number; body: string };
  /** How an attempt that never arrived is found: repeated under its key, never, or by its absence after a while. */
  findsLost: "by_repeating" | "never" | "by_absence";
  /** A webhook call that is not the provider's, made from one that is. */
  forge(genuine: WebhookRequest): WebhookRequest;
}

const MOBILE = "+886912345678";
const OTHER = "+886987654321";
const TEXT = "【幸福氣】第一行\n第二行 & 100% [ok] {€}";

/** The behaviour of the port that every provider shares. */
export function describeConnector(contractCase: ContractCase): void {
  const { definition, operations } = contractCase;
  const { provider } = definition;
  setDefaultTimeout(60_000);

  const { config = {} } = contractCase;
  const variant = Object.entries(config).map(([key, value]) => ` with ${key} ${value}`);
  describe(`the ${provider} connector${variant}`, () => {
    const closing: (() => Promise<void>)[] = [];
    afterEach(async () => {
      for (const close of closing.splice(0)) await close();
    });

    async function open(options: { credentials?: object; api?: string; laterMs?: number } = {}) {
      const party = await contractCase.start();
      closing.push(party.close);
      const webhook = serveWebhook();
      closing.push(webhook.close);
      party.reportTo(webhook.url);
      const lines: string[] = [];
      const log = createLog({ level: "DEBUG", clock: systemClock, write: (line) => lines.push(line) });
      const credentials = { ...party.credentials, ...options.credentials };
      const connector = definition.create(
        {
          credentials: new Secret(JSON.stringify(credentials)),
          http: createHttpClient({ log, httpsOnly: false }),
          now: () => new Date(Date.now() + (options.laterMs ?? 0)),
          publicBaseUrl: webhook.url,
        },
        config,
      );
      webhook.connector = connector;
      return { party, connector, webhook, lines, call: { timeoutMs: 1_000, log } };
    }

    const message = (changes: Partial<OutboundMessage> = {}): OutboundMessage => ({
      attemptId: Bun.randomUUIDv7(),
      recipient: MOBILE,
      text: TEXT,
      validForSeconds: 3_600,
      ...changes,
    });
    const attempt = (sent: OutboundMessage, changes: Partial<UnknownAttempt> = {}): UnknownAttempt => ({
      ...sent,
      startedAt: new Date(),
      isStillUseful: true,
      belongsToAnother: async () => false,
      ...changes,
    });

    test("hands a message over and gives the provider's id of it", async () => {
      const { party, connector, call } = await open();
      const outcome = await connector.send(message(), call);
      const [copy, ...more] = party.copiesTo(MOBILE);
      expect(more).toEqual([]);
      expect(copy?.text).toBe(TEXT);
      expect(outcome).toMatchObject({ kind: "accepted", providerMessageId: copy?.id });
    });

    test("carries the longest text it promises", async () => {
      const { party, connector, call } = await open();
      const text = "瓦".repeat(Math.min(definition.supports.textUnitsMax, definition.supports.segmentsMax * 67));
      expect(await connector.send(message({ text }), call)).toMatchObject({ kind: "accepted" });
      expect(party.copiesTo(MOBILE)).toMatchObject([{ text }]);
    });

    test("a refused number is rejected for good, the recipient's fault", async () => {
      const { party, connector, call } = await open();
      party.block(MOBILE);
      const outcome = await connector.send(message(), call);
      expect(outcome).toMatchObject({ kind: "rejected", outcomeClass: "recipient" });
      expect(party.copiesTo(MOBILE)).toEqual([]);
    });

    test("wrong credentials: certainly not taken, the account's fault, and the error tells no secret", async () => {
      const { party, connector, call, lines } = await open({ credentials: { password: "canary-wrong-password" } });
      const error = await errorOf(() => connector.send(message(), call));
      expect(error.details).toMatchObject({ provider, reason: "account", retryable: false });
      const told = JSON.stringify([error.message, error.details, lines]);
      for (const secret of ["canary-wrong-password", "912345678", "第一行"]) expect(told).not.toContain(secret);
      expect(party.copiesTo(MOBILE)).toEqual([]);
    });

    test("nobody listens: certainly not sent", async () => {
      const { party, connector, call } = await open();
      await party.close();
      const error = await errorOf(() => connector.send(message(), call));
      expect(error.details).toMatchObject({ reason: "not_sent", retryable: true });
    });

    test("HTTP 429: certainly not taken, slow down", async () => {
      const { party, connector, call } = await open();
      party.faults.add({ operation: operations.send, kind: "reply", status: 429, body: "{}" });
      const error = await errorOf(() => connector.send(message(), call));
      expect(error.details).toMatchObject({ reason: "throttle", retryable: true });
    });

    const silences: [string, Parameters<Faults["add"]>[0], number][] = [
      ["cut before acting", { operation: operations.send, kind: "drop_before" }, 0],
      ["cut after acting", { operation: operations.send, kind: "drop_after" }, 1],
      ["an answer after the timeout", { operation: operations.send, kind: "delay", delayMs: 1_500 }, 1],
      ["502", { operation: operations.send, kind: "reply", status: 502, body: "bad gateway" }, 0],
      ["503 and an HTML page", { operation: operations.send, kind: "reply", status: 503, body: "<html>" }, 0],
      ["a redirect", { operation: operations.send, kind: "reply", status: 302, body: "" }, 0],
      ["200 and nothing", { operation: operations.send, kind: "reply", body: "" }, 0],
      ["200 and HTML", { operation: operations.send, kind: "reply", body: "<html>ok</html>" }, 0],
      ["an unlisted code", { operation: operations.send, kind: "reply", ...contractCase.unlistedReply }, 0],
    ];
    for (const [what, fault, copies] of silences) {
      test(`${what} is unknown, neither success nor failure`, async () => {
        const { party, connector, call } = await open();
        party.faults.add(fault);
        expect(await connector.send(message(), call)).toMatchObject({ kind: "unknown" });
        expect(party.copiesTo(MOBILE)).toHaveLength(copies);
      });
    }

    test("an unknown attempt that arrived is found, and there is one copy", async () => {
      const { party, connector, call } = await open();
      party.faults.add({ operation: operations.send, kind: "drop_after" });
      const sent = message();
      await connector.send(sent, call);
      const outcome = await connector.resolve(attempt(sent), call);
      const copies = party.copiesTo(MOBILE);
      expect(copies).toHaveLength(1);
      expect(outcome).toMatchObject({ kind: "taken", providerMessageId: copies[0]?.id });
    });

    const expected: Record<ContractCase["findsLost"], { kind: ResolveOutcome["kind"]; copies: number }> = {
      by_repeating: { kind: "taken", copies: 1 },
      never: { kind: "undecided", copies: 0 },
      by_absence: { kind: "undecided", copies: 0 },
    };
    test("an unknown attempt that did not arrive: at most one copy, whatever is asked", async () => {
      const { party, connector, call } = await open();
      party.faults.add({ operation: operations.send, kind: "drop_before" });
      const sent = message();
      await connector.send(sent, call);
      const { kind, copies } = expected[contractCase.findsLost];
      for (let time = 0; time < 3; time += 1) {
        expect((await connector.resolve(attempt(sent), call)).kind).toBe(kind);
        expect(party.copiesTo(MOBILE)).toHaveLength(copies);
      }
    });

    test("what is of no use any more is not sent by asking", async () => {
      const { party, connector, call } = await open();
      party.faults.add({ operation: operations.send, kind: "drop_before" });
      const sent = message();
      await connector.send(sent, call);
      await connector.resolve(attempt(sent, { isStillUseful: false }), call);
      expect(party.copiesTo(MOBILE)).toEqual([]);
    });

    test("absence is proof only where the provider's list is one, and only after its grace period", async () => {
      const { connector, call } = await open({ laterMs: 24 * 60 * 60 * 1_000 });
      const outcome = await connector.resolve(attempt(message(), { isStillUseful: false }), call);
      expect(outcome.kind).toBe(contractCase.findsLost === "by_absence" ? "not_taken" : "undecided");
    });

    test("an equal message of another attempt is no evidence", async () => {
      if (definition.supports.idempotentSend) return;
      const { party, connector, call } = await open();
      await connector.send(message(), call);
      const [other] = party.copiesTo(MOBILE);
      const later = attempt(message(), { belongsToAnother: async (id) => id === other?.id });
      expect((await connector.resolve(later, call)).kind).toBe("undecided");
      expect((await connector.resolve(attempt(message()), call)).kind).toBe("taken");
    });

    test("its receipt is genuine, names message, recipient and attempt, and its reply satisfies the provider", async () => {
      const { party, connector, call, webhook } = await open();
      const sent = message();
      const outcome = await connector.send(sent, call);
      const id = outcome.kind === "accepted" ? outcome.providerMessageId : "";
      const receipt = await waitFor("the receipt", () => webhook.receipts.find(({ state }) => state === "delivered"));
      expect(receipt).toMatchObject({ providerMessageId: id, recipient: MOBILE, correlation: sent.attemptId });
      const calls = webhook.requests.length;
      expect(await connector.send(message({ recipient: OTHER }), call)).toMatchObject({ kind: "accepted" });
      await waitFor("the other's receipt", () =>
        webhook.receipts.some(({ state, recipient }) => state === "delivered" && recipient === OTHER),
      );
      const repeated = webhook.requests
        .slice(calls)
        .filter((request) => parseOf(connector, request)?.recipient === MOBILE);
      expect(repeated).toEqual([]);
      expect(party.copiesTo(MOBILE)).toHaveLength(1);
    });

    test("an unreachable handset is undelivered or expired, the handset's fault", async () => {
      const { party, connector, call, webhook } = await open();
      party.makeUnreachable(MOBILE);
      await connector.send(message(), call);
      const receipt = await waitFor("the receipt", () => webhook.receipts.find(({ failureClass }) => failureClass));
      expect(["undelivered", "expired"]).toContain(receipt.state ?? "none");
      expect(receipt.failureClass).toBe("handset");
    });

    test("a forged call is not genuine", async () => {
      const { connector, call, webhook } = await open();
      await connector.send(message(), call);
      const genuine = await waitFor("a call", () => webhook.requests[0]);
      expect(connector.isGenuine(genuine)).toBe(true);
      expect(connector.isGenuine(contractCase.forge(genuine))).toBe(false);
      expect(connector.isGenuine({ ...genuine, token: undefined, headers: new Headers() })).toBe(false);
    });

    test("what cannot be read is malformed and not answered as a receipt", async () => {
      const { connector, webhook } = await open();
      const url = new URL(`${webhook.url}/api/v1/webhooks/sms/${provider}?nothing=1`);
      for (const method of ["GET", "POST"] as const) {
        const request = {
          method,
          url,
          headers: new Headers(),
          body: "x=%",
          token: undefined,
          remoteAddress: undefined,
        };
        const parsed = connector.parseWebhook(request);
        expect(parsed.kind).toBe("malformed");
        expect(parsed.reply.status).toBe(400);
      }
    });

    test("late receipts are fetched by the provider's id", async () => {
      const { connector, call } = await open();
      const outcome = await connector.send(message(), call);
      const providerMessageId = outcome.kind === "accepted" ? outcome.providerMessageId : "";
      const receipt = await waitFor("delivery", async () => {
        const receipts = await connector.fetchReceipts([{ providerMessageId, recipient: MOBILE }], call);
        return receipts.find(({ state }) => state === "delivered");
      });
      expect(receipt).toMatchObject({ providerMessageId, recipient: MOBILE });
    });

    test("a status that cannot be fetched is an error, not an empty answer", async () => {
      const { party, connector, call } = await open();
      party.faults.add({ operation: operations.status, kind: "reply", status: 502, body: "" });
      const asked = [{ providerMessageId: "unknown", recipient: MOBILE }];
      const error = await errorOf(() => connector.fetchReceipts(asked, call));
      expect(error.details.reason).toBe("transient");
    });

    test("the definition states its source and its limits", () => {
      expect(definition.source.title).not.toBe("");
      expect(definition.source.readOn).toMatch(/^\d{4}-\d\d-\d\d$/);
      expect(definition.supports.textUnitsMax).toBeGreaterThanOrEqual(70);
    });
  });
}

async function errorOf(act: () => Promise<unknown>): Promise<ConnectorError> {
  try {
    await act();
  } catch (error) {
    if (error instanceof ConnectorError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

function parseOf(connector: SmsConnector, request: WebhookRequest) {
  const parsed = connector.parseWebhook(request);
  return parsed.kind === "receipt" ? parsed.receipt : undefined;
}

/** A gateway's webhook that keeps what comes and answers as the connector says. */
function serveWebhook() {
  const requests: WebhookRequest[] = [];
  const state = {
    url: "",
    requests,
    connector: undefined as SmsConnector | undefined, // as: set once it is made, before anything is sent
    get receipts() {
      const { connector } = state;
      return connector ? requests.flatMap((request) => parseOf(connector, request) ?? []) : [];
    },
    close: () => server.stop(true),
  };
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (incoming) => {
      const url = new URL(incoming.url);
      const request: WebhookRequest = {
        method: incoming.method === "GET" ? "GET" : "POST",
        url,
        headers: incoming.headers,
        body: await incoming.text(),
        token: url.pathname.split("/")[6],
        remoteAddress: "127.0.0.1",
      };
      requests.push(request);
      const reply = state.connector?.parseWebhook(request).reply;
      return new Response(reply?.body, { status: reply?.status ?? 500, headers: reply?.headers ?? {} });
    },
  });
  state.url = `http://127.0.0.1:${server.port}`;
  return state;
}
