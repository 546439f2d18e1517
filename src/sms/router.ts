import type { Contract } from "@luckygas/gateway-client";
import type { Handlers } from "../platform/rpc.ts";
import type { SmsDependencies } from "./dependencies.ts";
import { cancelMessage } from "./operations/cancel-message.ts";
import { getExperiment } from "./operations/get-experiment.ts";
import { getMessage } from "./operations/get-message.ts";
import { getProviderSettings } from "./operations/get-provider-settings.ts";
import { getStatistics } from "./operations/get-statistics.ts";
import { liftSuppression } from "./operations/lift-suppression.ts";
import { listLinks } from "./operations/list-links.ts";
import { listMessages } from "./operations/list-messages.ts";
import { listProviders } from "./operations/list-providers.ts";
import { listSuppressions } from "./operations/list-suppressions.ts";
import { previewMessage } from "./operations/preview-message.ts";
import { registerLink } from "./operations/register-link.ts";
import { retryMessage } from "./operations/retry-message.ts";
import { sendMessage } from "./operations/send-message.ts";
import { sendMessages } from "./operations/send-messages.ts";
import { sendTemplate } from "./operations/send-template.ts";
import { settleUnknown } from "./operations/settle-unknown.ts";
import { suppressRecipient } from "./operations/suppress-recipient.ts";
import { listTemplates } from "./operations/templates.ts";
import { upsertProvider } from "./operations/upsert-provider.ts";
import { upsertTemplate } from "./operations/upsert-template.ts";
import { watchMessages } from "./operations/watch-messages.ts";

/** The procedures of the SMS router: each calls one operation. */
export function createSmsHandlers(deps: SmsDependencies): Handlers<Contract["sms"]> {
  return {
    previewMessage: (input) => previewMessage(deps, input),
    sendMessage: (input, { caller }) => sendMessage(deps, input, caller),
    sendMessages: (input, { caller }) => sendMessages(deps, input, caller),
    sendTemplate: (input, { caller }) => sendTemplate(deps, input, caller),
    listTemplates: (input) => listTemplates(deps, input),
    upsertTemplate: (input, { caller }) => upsertTemplate(deps, input, caller),
    getExperiment: (input) => getExperiment(deps, input),
    getStatistics: (input) => getStatistics(deps, input),
    upsertProvider: (input) => upsertProvider(deps, input),
    watchMessages: (input, { caller }, signal) => watchMessages(deps, input, caller, signal),
    getMessage: (input, { caller }) => getMessage(deps, input, caller),
    listMessages: (input, { caller }) => listMessages(deps, input, caller),
    retryMessage: (input) => retryMessage(deps, input),
    getProviderSettings: (input) => getProviderSettings(deps, input),
    listProviders: () => listProviders(deps),
    suppressRecipient: (input, { caller }) => suppressRecipient(deps, input, caller),
    listSuppressions: (input) => listSuppressions(deps, input),
    liftSuppression: (input) => liftSuppression(deps, input),
    listLinks: (input) => listLinks(deps, input),
    registerLink: (input, { caller }) => registerLink(deps, input, caller),
    cancelMessage: (input) => cancelMessage(deps, input),
    settleUnknown: (input, { caller }) => settleUnknown(deps, input, caller),
  };
}
