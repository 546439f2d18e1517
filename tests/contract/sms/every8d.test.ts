import { expect, setDefaultTimeout, test } from "bun:test";
import { systemClock } from "../../../src/platform/clock.ts";
import { createHttpClient } from "../../../src/platform/http-client.ts";
import { createLog } from "../../../src/platform/log.ts";
import { Secret } from "../../../src/platform/secret.ts";
import { createEvery8dSimulator } from "../../../src/simulators/every8d/index.ts";
import { every8d } from "../../../src/sms/connectors/every8d/index.ts";
import { type ContractCase, describeConnector } from "./suite.ts";

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
      close: simulator.close,
    };
  },
  operations: { send: "SendSMS", status: "GetDeliveryStatus" },
  unlistedReply: { status: 200, body: "-4711, ?" },
  findsLost: "never",
  forge: (genuine) => ({ ...genuine, token: `${genuine.token}x` }),
};

describeConnector(passwordCase);
describeConnector({ ...passwordCase, config: { auth: "token" } });

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
