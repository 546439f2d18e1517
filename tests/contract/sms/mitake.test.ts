import { systemClock } from "../../../src/platform/clock.ts";
import { createMitakeSimulator } from "../../../src/simulators/mitake/index.ts";
import { mitake } from "../../../src/sms/connectors/mitake/index.ts";
import { describeConnector } from "./suite.ts";

describeConnector({
  definition: mitake,
  start: async () => {
    const simulator = await createMitakeSimulator({ clock: systemClock, deliverAfterMs: 20, callbackRetryMs: 20 });
    return {
      credentials: simulator.credentials,
      faults: simulator.faults,
      copiesTo: (mobile) => (simulator.records().get(mobile) ?? []).map(({ messageId: id, text }) => ({ id, text })),
      block: simulator.block,
      // 8: not delivered in time; the only state of a handset that Mitake tells apart from a wrong number.
      makeUnreachable: (mobile) => simulator.setFate(mobile, "8"),
      // Every message carries its own address.
      reportTo: () => {},
      close: simulator.close,
    };
  },
  operations: { send: "SmSend", status: "SmQuery" },
  unlistedReply: { status: 200, body: "[1]\r\nstatuscode=!\r\n" },
  findsLost: "by_repeating",
  forge: (genuine) => ({ ...genuine, token: `x${genuine.token}` }),
});
