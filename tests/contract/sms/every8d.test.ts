import { systemClock } from "../../../src/platform/clock.ts";
import { createEvery8dSimulator } from "../../../src/simulators/every8d/index.ts";
import { every8d } from "../../../src/sms/connectors/every8d/index.ts";
import { describeConnector } from "./suite.ts";

describeConnector({
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
});
