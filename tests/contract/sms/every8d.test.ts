import { expect, setDefaultTimeout, test } from "bun:test";
import { systemClock } from "../../../src/platform/clock.ts";
import { createHttpClient } from "../../../src/platform/http-client.ts";
import { createLog } from "../../../src/platform/log.ts";
import { Secret } from "../../../src/platform/secret.ts";
import { createEvery8dSimulator } from "../../../src/simulators/every8d/index.ts";
import { every8d } from "../../../src/sms/connectors/every8d/index.ts";
import { every8dCodes, every8dStatuses } from "../../vectors/sms/tables.ts";
import { stampOf } from "./stamp.ts";
import { type ContractCase, describeConnector } from "./suite.ts";

const ZERO = "00000000-0000-0000-0000-000000000000";

const passwordCase: ContractCase = {
  definition: every8d,
  start: async () => {
    const simulator = await createEvery8dSimulator({ clock: systemClock, deliverAfterMs: 20, callbackRetryMs: 20 });
    return {
      credentials: simulator.credentials,
      faults: simulator.faults,
      copiesTo: (mobile) => simulator.copiesTo(mobile).map(({ batchId: id, text }) => ({ id, text })),
      block: simulator.block,
      makeUnreachable: (mobile) => simulator.setFate(mobile, "101"),
      reportTo: (url) =>
        simulator.setCallbackUrl(`${url}/api/v1/webhooks/sms/every8d/${simulator.credentials.callback_token}`),
      leavePoints: simulator.leavePoints,
      schedule: async (mobile) => {
        const { username: UID, password: PWD, api_url: url } = simulator.credentials;
        const ST = stampOf(new Date(Date.now() + 3_600_000));
        const body = new URLSearchParams({ UID, PWD, MSG: "later", DEST: mobile, ST });
        const reply = await fetch(`${url}/API21/HTTP/SendSMS.ashx`, { method: "POST", body });
        return (await reply.text()).split(",")[4] ?? "";
      },
      close: simulator.close,
    };
  },
  operations: { send: "SendSMS", status: "GetDeliveryStatus" },
  unlistedReply: { status: 200, body: "-4711, ?" },
  findsLost: "never",
  codes: every8dCodes,
  codeReply: (code) => ({ body: `${code}, ?` }),
  statuses: every8dStatuses.filter(([status]) => status !== "999"),
  statusParameters: (status) => ({ BatchID: ZERO, RM: "+886912345678", STATUS: status }),
  balance: { operation: "getCredit", body: "79.00", value: "79.00", refusal: "-101, 密碼錯誤" },
  bulk: "SendParam",
  cancel: "EraseBooking",
  forge: (genuine) => ({ ...genuine, token: `${genuine.token}x` }),
};

describeConnector(passwordCase);
// A refusal of the credentials makes it ask for a new token and repeat the call, so such codes are seen once only.
const codes = { ...every8dCodes, account: ["-11", "-12", "-13", "-14", "-16"] };
const balance = { operation: "getCredit", body: '{"Result":true,"Credit":"79.5"}', value: "79.5", refusal: "-16, ?" };
describeConnector({ ...passwordCase, config: { auth: "token" }, codes, balance });

test("a token that the provider does not know any more is renewed, and the message is sent once", async () => {
  setDefaultTimeout(60_000);
  const simulator = await createEvery8dSimulator({ clock: systemClock });
  const log = createLog({ level: "ERROR", clock: systemClock, write: () => {} });
  const http = createHttpClient({ log, httpsOnly: false });
  const tokens: string[] = [];
  const connector = every8d.create(
    {
      credentials: new Secret(JSON.stringify(simulator.credentials)),
      http: {
        send: (request) => {
          const bearer = request.headers?.authorization;
          if (bearer) tokens.push(bearer);
          return http.send(request);
        },
      },
      now: () => new Date(),
      publicBaseUrl: simulator.url,
    },
    { auth: "token" },
  );
  const call = { timeoutMs: 5_000, log };
  const send = (recipient: string) =>
    connector.send({ attemptId: Bun.randomUUIDv7(), recipient, text: "a", validForSeconds: 60 }, call);
  expect((await send("+886911111111")).kind).toBe("accepted");
  // Closed by somebody else, as a restart of the provider would.
  await fetch(`${simulator.url}/API21/HTTP/ConnectionHandler.ashx`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: tokens[0] ?? "" },
    body: JSON.stringify({ HandlerType: 3, VerifyType: 3 }),
  });
  expect((await send("+886922222222")).kind).toBe("accepted");
  expect(new Set(tokens).size).toBe(2);
  expect(simulator.copiesTo("+886922222222")).toHaveLength(1);
  await simulator.close();
});
