import { afterEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { systemClock } from "../../../src/platform/clock.ts";
import { ConnectorError } from "../../../src/platform/errors.ts";
import { createHttpClient } from "../../../src/platform/http-client.ts";
import { createLog } from "../../../src/platform/log.ts";
import { Secret } from "../../../src/platform/secret.ts";
import type { WebhookRequest } from "../../../src/platform/webhook.ts";
import type { Faults } from "../../../src/simulators/faults.ts";
import type {
  BulkOutcome,
  ConnectorDefinition,
  OutboundMessage,
  ResolveOutcome,
  SendOutcome,
  SmsConnector,
  UnknownAttempt,
} from "../../../src/sms/connectors/port.ts";
import { waitFor } from "../../support/wait-for.ts";
import type { CodeTable, StatusTable } from "../../vectors/sms/tables.ts";

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
  /** Leaves the account with so many points. Absent where money is not counted. */
  leavePoints?(points: number): void;
  /** Gives it a message for an hour from now, as its own console would; the provider's id of it. */
  schedule?(mobile: string): Promise<string>;
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
  /** The provider's whole table of codes that answer a send, and how its wire writes one. */
  codes: CodeTable;
  codeReply(code: string): { status?: number; body: string };
  /** The provider's whole table of delivery statuses, and the parameters of a webhook call that carries one. */
  statuses: StatusTable;
  statusParameters(status: string): Record<string, string>;
  /** What the document's example of a balance says. */
  balance?: { operation: string; body: string; value: string; refusal: string };
  /** The simulator's names of the bulk operation and of the one that takes back. */
  bulk?: string;
  cancel?: string;
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

    for (const [errorClass, codes] of Object.entries(contractCase.codes)) {
      const expected = CLASSES[errorClass] ?? `unknown class ${errorClass}`;
      test(`${codes.length} codes of class ${errorClass}: ${expected}`, async () => {
        const { party, connector, call } = await open();
        for (const code of codes) {
          party.faults.add({ operation: operations.send, kind: "reply", ...contractCase.codeReply(code) });
          expect([code, await classOf(connector.send(message(), call))]).toEqual([code, expected]);
        }
        expect(party.copiesTo(MOBILE)).toEqual([]);
      });
    }

    test("every delivery status of its table, as a webhook call carries it", async () => {
      const { connector, webhook } = await open();
      for (const [status, state, failureClass] of contractCase.statuses) {
        const parameters = new URLSearchParams(contractCase.statusParameters(status));
        const url = new URL(`${webhook.url}/api/v1/webhooks/sms/${provider}`);
        const common = { url, headers: new Headers(), token: undefined, remoteAddress: undefined };
        const parsed = connector.parseWebhook({ ...common, method: "POST", body: String(parameters) });
        url.search = String(parameters);
        const got =
          parsed.kind === "malformed" ? connector.parseWebhook({ ...common, method: "GET", body: "" }) : parsed;
        const receipt = got.kind === "receipt" ? got.receipt : undefined;
        expect([status, receipt?.state as string | undefined, receipt?.failureClass as string | undefined]).toEqual([
          status,
          state,
          failureClass,
        ]); // as: compared as text
        expect([status, got.reply.status]).toEqual([status, 200]);
      }
    });

    const { balance, bulk, cancel } = contractCase;
    if (balance) {
      test("tells the balance; what is no balance is an error", async () => {
        const { party, connector, call } = await open();
        expect(Number(await connector.fetchCredit?.(call))).toBeGreaterThan(0);
        party.faults.add({ operation: balance.operation, kind: "reply", body: balance.body });
        expect(await connector.fetchCredit?.(call)).toBe(balance.value);
        party.faults.add({ operation: balance.operation, kind: "reply", body: balance.refusal });
        const error = await errorOf(async () => connector.fetchCredit?.(call));
        expect(error.details.reason).toBe("transient");
      });
    } else {
      test("has no balance to tell", async () => {
        const { connector } = await open();
        expect(connector.fetchCredit).toBeUndefined();
      });
    }

    if (bulk) describeBulk(bulk);
    function describeBulk(operation: string): void {
      const many = (count: number) =>
        Array.from({ length: count }, (_, index) =>
          message({ recipient: `+8869${20_000_000 + index}`, text: `第 ${index} 則` }),
        );
      const kindsOf = (outcomes: BulkOutcome[] | undefined) => outcomes?.map(({ kind }) => kind);

      test("many in one call: each its own text, its own outcome and its own receipt", async () => {
        const { party, connector, call, webhook } = await open();
        const messages = many(20);
        const outcomes = await connector.sendMany?.(messages, call);
        expect(kindsOf(outcomes)).toEqual(Array(20).fill("accepted"));
        for (const [index, { recipient, text, attemptId }] of messages.entries()) {
          const outcome = outcomes?.[index];
          const [copy, ...more] = party.copiesTo(recipient);
          expect(more).toEqual([]);
          expect(copy).toMatchObject({ text, id: outcome?.kind === "accepted" ? outcome.providerMessageId : "" });
          const receipt = await waitFor("its receipt", () =>
            webhook.receipts.find((one) => one.recipient === recipient && one.state === "delivered"),
          );
          expect(receipt).toMatchObject({ correlation: attemptId, providerMessageId: copy?.id });
        }
      });

      test("one bad number is refused and keeps none of the others from going", async () => {
        const { party, connector, call } = await open();
        const messages = many(6);
        party.block(messages[3]?.recipient ?? "");
        const outcomes = await connector.sendMany?.(messages, call);
        expect(kindsOf(outcomes)).toEqual(messages.map((_, index) => (index === 3 ? "rejected" : "accepted")));
        expect(outcomes?.[3]).toMatchObject({ outcomeClass: "recipient" });
        for (const [index, { recipient }] of messages.entries()) {
          expect(party.copiesTo(recipient)).toHaveLength(index === 3 ? 0 : 1);
        }
      });

      test("two to the same number, and a text with the wire's own marks, go out as they are", async () => {
        const { party, connector, call } = await open();
        const [first, second, marked] = [
          message({ text: "一" }),
          message({ text: "二" }),
          message({ recipient: OTHER, text: "$$ | %field1% || $" }),
        ];
        const outcomes = await connector.sendMany?.([first, second, marked], call);
        expect(kindsOf(outcomes)).toEqual(["accepted", "accepted", "accepted"]);
        expect(party.copiesTo(MOBILE).map(({ text }) => text)).toEqual(expect.arrayContaining(["一", "二"]));
        expect(party.copiesTo(OTHER)).toMatchObject([{ text: marked.text }]);
        const ids = outcomes?.map((outcome) => (outcome.kind === "accepted" ? outcome.providerMessageId : ""));
        expect(ids?.[0]).not.toBe(ids?.[1]);
      });

      test("a lost answer makes all unknown, and each is found without a second copy", async () => {
        const { party, connector, call } = await open();
        party.faults.add({ operation, kind: "drop_after" });
        const messages = many(5);
        const outcomes = await connector.sendMany?.(messages, call);
        expect(kindsOf(outcomes)).toEqual(Array(5).fill("unknown"));
        for (const sent of messages) {
          const found = await connector.resolve(attempt(sent), call);
          const copies = party.copiesTo(sent.recipient);
          expect(copies).toHaveLength(1);
          expect(found).toMatchObject({ kind: "taken", providerMessageId: copies[0]?.id });
        }
      });

      test("HTTP 502, nonsense and a call that never left: unknown, unknown, certainly not taken", async () => {
        const { party, connector, call } = await open();
        const replies = [{ status: 502, body: "" }, { body: "<html>" }, { status: 429, body: "" }];
        const kinds: (string | undefined)[] = [];
        for (const reply of replies) {
          party.faults.add({ operation, kind: "reply", ...reply });
          const outcomes = await bulkOutcomes(connector, many(2), call);
          kinds.push(...new Set(kindsOf(outcomes)));
        }
        await party.close();
        kinds.push(...new Set(kindsOf(await bulkOutcomes(connector, many(2), call))));
        expect(kinds).toEqual(["unknown", "unknown", "not_taken", "not_taken"]);
      });

      test("without credit for all, each is told apart: sent once, or certainly not taken", async () => {
        const { party, connector, call } = await open();
        party.leavePoints?.(3);
        const messages = many(5);
        const outcomes = await connector.sendMany?.(messages, call);
        for (const [index, { recipient }] of messages.entries()) {
          const outcome = outcomes?.[index];
          expect(outcome?.kind).toBe(party.copiesTo(recipient).length === 1 ? "accepted" : "not_taken");
          if (outcome?.kind === "not_taken") expect(outcome.outcomeClass).toBe("account");
        }
        expect(kindsOf(outcomes)?.filter((kind) => kind === "accepted")).toHaveLength(3);
      });
    }

    if (cancel) describeCancel(cancel);
    function describeCancel(operation: string): void {
      test("takes back what the provider holds for later, once, and nothing else", async () => {
        const { party, connector, call } = await open();
        const providerMessageId = (await party.schedule?.(MOBILE)) ?? "";
        const asked = { providerMessageId, recipient: MOBILE };
        expect(await connector.cancel?.(asked, call)).toMatchObject({
          kind: "cancelled",
          receipt: { providerMessageId, recipient: MOBILE, state: "cancelled" },
        });
        expect(party.copiesTo(MOBILE)).toEqual([]);
        const sent = await connector.send(message(), call);
        const gone = { providerMessageId: sent.kind === "accepted" ? sent.providerMessageId : "", recipient: MOBILE };
        expect((await connector.cancel?.(gone, call))?.kind).toBe("too_late");
        const strange = { providerMessageId: "00000000-0000-0000-0000-000000000000", recipient: MOBILE };
        expect((await connector.cancel?.(strange, call))?.kind).not.toBe("cancelled");
        expect(party.copiesTo(MOBILE)).toHaveLength(1);
      });

      test("an answer that cannot be read cancels nothing", async () => {
        const { party, connector, call } = await open();
        const asked = { providerMessageId: "123456", recipient: MOBILE };
        for (const reply of [{ body: "<html>" }, { status: 502, body: "" }]) {
          party.faults.add({ operation, kind: "reply", ...reply });
          expect((await connector.cancel?.(asked, call))?.kind).toBe("unknown");
        }
      });
    }

    test("the definition states its source and its limits", () => {
      expect(definition.supports.bulkItemsMax === undefined).toBe(contractCase.bulk === undefined);
      expect(definition.supports.cancels === undefined).toBe(contractCase.cancel === undefined);
      expect(definition.source.title).not.toBe("");
      expect(definition.source.readOn).toMatch(/^\d{4}-\d\d-\d\d$/);
      expect(definition.supports.textUnitsMax).toBeGreaterThanOrEqual(70);
    });
  });
}

/** What each class of the tables must become as the answer to a send. `handset` and `carrier` come with receipts only. */
const CLASSES: Readonly<Record<string, string>> = {
  request: "rejected request",
  recipient: "rejected recipient",
  content: "rejected content",
  account: "not taken account",
  transient: "not taken transient",
  throttle: "not taken throttle",
  query: "unknown",
  unknown: "unknown",
  handset: "unknown",
  carrier: "unknown",
};

async function classOf(sending: Promise<SendOutcome>): Promise<string> {
  try {
    const outcome = await sending;
    return outcome.kind === "rejected" ? `rejected ${outcome.outcomeClass}` : outcome.kind;
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    return `not taken ${error.details.reason}`;
  }
}

/** A bulk call may throw where certainly none was taken; here that is a value for each. */
async function bulkOutcomes(
  connector: SmsConnector,
  messages: readonly OutboundMessage[],
  call: Parameters<SmsConnector["send"]>[1],
): Promise<BulkOutcome[]> {
  try {
    return (await connector.sendMany?.(messages, call)) ?? [];
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    return messages.map(() => ({ kind: "not_taken", outcomeClass: "transient", reason: error.message }));
  }
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
