import { systemClock } from "../../../src/platform/clock.ts";
import { createMitakeSimulator } from "../../../src/simulators/mitake/index.ts";
import { mitake } from "../../../src/sms/connectors/mitake/index.ts";
import { mitakeCodes, mitakeStatuses } from "../../vectors/sms/tables.ts";
import { stampOf } from "./stamp.ts";
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
      leavePoints: simulator.leavePoints,
      schedule: async (mobile) => {
        const { username, password, api_url: url } = simulator.credentials;
        const dlvtime = stampOf(new Date(Date.now() + 3_600_000));
        const body = new URLSearchParams({ username, password, dstaddr: mobile, smbody: "later", dlvtime });
        const reply = await fetch(`${url}/SmSend?CharsetURL=UTF8`, { method: "POST", body });
        return /msgid=#(\d+)/.exec(await reply.text())?.[1] ?? "";
      },
      close: simulator.close,
    };
  },
  operations: { send: "SmSend", status: "SmQuery" },
  unlistedReply: { status: 200, body: "[1]\r\nstatuscode=!\r\n" },
  findsLost: "by_repeating",
  codes: mitakeCodes,
  codeReply: (code) => ({ body: `[1]\r\nstatuscode=${code}\r\n` }),
  statuses: mitakeStatuses,
  statusParameters: (status) => ({ msgid: "13", dstaddr: "0912345678", statuscode: "0", StatusFlag: status }),
  balance: { operation: "SmQuery", body: "AccountPoint=110\r\n", value: "110", refusal: "k\r\n" },
  bulk: "SmBulkSend",
  cancel: "SmCancel",
  forge: (genuine) => ({ ...genuine, token: `x${genuine.token}` }),
});
