import type { Contract } from "@luckygas/gateway-client";
import type { Handlers } from "../platform/rpc.ts";
import type { SmsDependencies } from "./dependencies.ts";
import { cancelMessage } from "./operations/cancel-message.ts";
import { getMessage } from "./operations/get-message.ts";
import { listMessages } from "./operations/list-messages.ts";
import { listProviders } from "./operations/list-providers.ts";
import { previewMessage } from "./operations/preview-message.ts";
import { sendMessage } from "./operations/send-message.ts";
import { settleUnknown } from "./operations/settle-unknown.ts";

/** The procedures of the SMS router: each calls one operation. */
export function createSmsHandlers(deps: SmsDependencies): Handlers<Contract["sms"]> {
  return {
    previewMessage: async (input) => previewMessage(input),
    sendMessage: (input, { caller }) => sendMessage(deps, input, caller),
    getMessage: (input) => getMessage(deps, input),
    listMessages: (input) => listMessages(deps, input),
    listProviders: () => listProviders(deps),
    cancelMessage: (input) => cancelMessage(deps, input),
    settleUnknown: (input, { caller }) => settleUnknown(deps, input, caller),
  };
}
