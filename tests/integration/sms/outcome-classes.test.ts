import { afterEach, expect, setDefaultTimeout, test } from "bun:test";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";
import { type House, openHouse } from "./harness.ts";

setDefaultTimeout(60_000);

let house: House | undefined;
afterEach(async () => {
  await house?.close();
  house = undefined;
});

type Name = "every8d" | "mitake" | "twilio";
type Fault = { kind: "reply"; status?: number; body: string } | { kind: "drop_before" };

/** What may follow, by class of the outcome: whether another provider takes it, and whether the breaker counts it. */
const CLASSES = {
  transient: { goesOn: true, countsAgainst: true, status: "delivered" },
  throttle: { goesOn: true, countsAgainst: false, status: "delivered" },
  account: { goesOn: true, countsAgainst: true, status: "delivered" },
  request: { goesOn: false, countsAgainst: false, status: "rejected" },
  recipient: { goesOn: false, countsAgainst: false, status: "rejected" },
  content: { goesOn: false, countsAgainst: false, status: "rejected" },
  ambiguous: { goesOn: false, countsAgainst: true, status: "unknown" },
} as const;
type Class = keyof typeof CLASSES;

const reply = (body: string, status = 200): Fault => ({ kind: "reply", status, body });
const twilioCode = (code: number, status = 400) => reply(JSON.stringify({ code, message: "?", status }), status);

/** How each provider's wire says it. Every8d has no code for "not now". */
const WIRES: Record<Name, { operation: string; faults: Partial<Record<Class, readonly Fault[]>> }> = {
  every8d: {
    operation: "SendSMS",
    faults: {
      throttle: [reply("", 429)],
      account: [reply("-101, ?"), reply("0.50,0,0,1,00000000-0000-0000-0000-000000000000")],
      request: [reply("-20, ?")],
      recipient: [reply("-8, ?")],
      content: [reply("-5, ?")],
      ambiguous: [reply("-99, ?"), reply("", 502), reply("<html>"), { kind: "drop_before" }],
    },
  },
  mitake: {
    operation: "SmSend",
    faults: {
      transient: [reply("[1]\r\nstatuscode=a\r\n")],
      throttle: [reply("[1]\r\nstatuscode=l\r\n"), reply("", 429)],
      account: [reply("[1]\r\nstatuscode=k\r\n")],
      request: [reply("[1]\r\nstatuscode=y\r\n")],
      recipient: [reply("[1]\r\nstatuscode=v\r\n")],
      content: [reply("[1]\r\nstatuscode=u\r\n")],
      ambiguous: [reply("[1]\r\nstatuscode=*\r\n"), reply("", 502), reply(""), { kind: "drop_before" }],
    },
  },
  twilio: {
    operation: "create",
    faults: {
      transient: [twilioCode(20503, 503)],
      throttle: [twilioCode(20429, 429), twilioCode(21611)],
      account: [twilioCode(20003, 401)],
      request: [twilioCode(21624)],
      recipient: [twilioCode(21211)],
      content: [twilioCode(21617)],
      ambiguous: [
        twilioCode(20500, 500),
        twilioCode(21211, 500),
        reply("<html>", 503),
        reply("{}", 201),
        { kind: "drop_before" },
      ],
    },
  },
};

async function open(name: Name): Promise<House> {
  const breaker = { failuresToOpen: 100 };
  const rows = (["every8d", "mitake", "twilio"] as const).map((provider) => ({
    provider,
    priority: provider === name ? 100 : 50,
    rateLimit: 100_000,
    config: { breaker, segmentsMax: 5 },
  }));
  const [every8d, ...others] = rows;
  house = await openHouse({ ...(every8d && { configuration: every8d }), others });
  return house;
}

async function failuresOf({ gateway }: House, name: Name): Promise<number> {
  const [row] = await gateway.platform.database
    .hot`SELECT failures FROM circuit_breakers WHERE name = ${`sms-${name}`}`;
  return Number(row?.failures ?? 0);
}

describeWith(["postgres"], "what may follow an attempt", () => {
  for (const [name, { operation, faults }] of Object.entries(WIRES) as [Name, (typeof WIRES)[Name]][]) {
    // as: the keys are the names
    test(`${name}, class by class: only what was certainly not taken goes on, and only its own faults count against it`, async () => {
      const opened = await open(name);
      const { gateway } = opened;
      const { hot } = gateway.platform.database;
      let number = 30_000_000;
      // It never succeeds, so that its failures add up, and one too many would be seen with the next.
      let failures = 0;
      for (const [outcomeClass, { goesOn, countsAgainst, status }] of Object.entries(CLASSES)) {
        for (const fault of faults[outcomeClass as Class] ?? []) {
          // as: a key of the table
          await hot`UPDATE sms_provider_states SET paused_until = NULL`;
          number += 1;
          opened[name].faults.add({ operation, ...fault });
          const { id } = await gateway.send({ to: `09${number}` });
          const message = await gateway.until(id, status);
          const [first, second, ...more] = message.attempts;
          expect([first?.provider, first?.outcomeClass]).toEqual([name, outcomeClass as Class]); // as: a key of the table
          expect(more).toEqual([]);
          expect(second !== undefined).toBe(goesOn);
          if (second) expect(second.provider).not.toBe(name);
          if (countsAgainst) failures += 1;
          await waitFor(`${failures} failures`, async () => (await failuresOf(opened, name)) === failures);
        }
      }
      const [rate] = await hot`SELECT total::int AS total FROM sms_provider_states WHERE provider = ${name}`;
      expect(rate?.total).toBe(0);
    });
  }
});
