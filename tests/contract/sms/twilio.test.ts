import { systemClock } from "../../../src/platform/clock.ts";
import { createTwilioSimulator } from "../../../src/simulators/twilio/index.ts";
import { twilio } from "../../../src/sms/connectors/twilio/index.ts";
import { twilioCodes, twilioStatuses } from "../../vectors/sms/tables.ts";
import { describeConnector } from "./suite.ts";

describeConnector({
  definition: twilio,
  start: async () => {
    const simulator = await createTwilioSimulator({ clock: systemClock, deliverAfterMs: 20, callbackRetryMs: 20 });
    return {
      credentials: simulator.credentials,
      faults: simulator.faults,
      copiesTo: (mobile) => (simulator.records().get(mobile) ?? []).map(({ sid: id, text }) => ({ id, text })),
      block: simulator.optOut,
      makeUnreachable: (mobile) => simulator.setFate(mobile, { status: "undelivered", errorCode: "30003" }),
      // Every message carries its own address.
      reportTo: () => {},
      close: simulator.close,
    };
  },
  operations: { send: "create", status: "fetch" },
  unlistedReply: { status: 400, body: '{"code":29999,"message":"?","status":400}' },
  findsLost: "by_absence",
  codes: twilioCodes,
  codeReply: (code) => {
    const status = code === "20429" ? 429 : code === "20503" ? 503 : 400;
    return { status, body: JSON.stringify({ code: Number(code), message: "?", status }) };
  },
  statuses: twilioStatuses,
  statusParameters: (text) => {
    const [MessageStatus = "", ErrorCode] = text.split(" ");
    return { MessageSid: `SM${"0".repeat(32)}`, To: "+886912345678", MessageStatus, ...(ErrorCode && { ErrorCode }) };
  },
  forge: (genuine) => ({ ...genuine, body: genuine.body.replace("MessageStatus=", "MessageStatus=x") }),
});
