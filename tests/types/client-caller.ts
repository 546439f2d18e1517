/** Compiled, never run: options and errors of the client as a caller sees them. A line marked as an error must be one. */
import {
  createGatewayClient,
  type GatewayClient,
  type GatewayErrorAction,
  type GatewayErrorCode,
  isGatewayError,
  isNoAnswer,
} from "@luckygas/gateway-client";
import { einvoice } from "@luckygas/gateway-client/schemas";

export const clients = [
  createGatewayClient({ url: "https://gateway.example.tw" }),
  createGatewayClient({ url: "https://gateway.example.tw", token: "t", deadlineMs: 5_000, batchItemsMax: 5 }),
  createGatewayClient({ url: "https://gateway.example.tw", token: async () => "t", retry: { attemptsMax: 1 } }),
  createGatewayClient({ url: "https://gateway.example.tw", fetch }),
  // @ts-expect-error the address is needed
  createGatewayClient({ token: "t" }),
];

/** Every action has its branch: a new one would not compile here. */
export function whatToDo(action: GatewayErrorAction): string {
  switch (action) {
    case "fix_input":
    case "fix_credentials":
    case "ask_for_rights":
    case "check_reference":
    case "use_new_key":
    case "read_state":
    case "choose_other_provider":
    case "read_reason":
      return "change the call";
    case "repeat_with_same_key":
      return "call again";
    case "report_request_id":
      return "report it";
    default: {
      const never: never = action;
      return never;
    }
  }
}

export async function asCaller(client: GatewayClient, signal: AbortSignal): Promise<string> {
  try {
    const me = await client.system.whoAmI.query(undefined, { signal, context: { deadlineMs: 1_000 } });
    return me.subject;
  } catch (error) {
    if (isGatewayError(error)) {
      const code: GatewayErrorCode = error.data.gateway.code;
      const paths = error.data.gateway.fields?.map(({ path }) => path) ?? [];
      // @ts-expect-error no such code
      if (code === "teapot") return "";
      return `${whatToDo(error.data.gateway.action)} ${error.data.gateway.requestId} ${paths.join()}`;
    }
    if (isNoAnswer(error)) {
      const reason: "network" | "unreadable" | "deadline" = error.cause.reason;
      return reason;
    }
    throw error;
  }
}

/** A form is checked before it is sent, by the schemas themselves. */
export function problemsOf(buyer: unknown): string[] {
  const checked = einvoice.buyerSchema.safeParse(buyer);
  if (!checked.success) return checked.error.issues.map(({ message }) => message);
  const kind: "consumer" | "business" = checked.data.kind;
  return kind === "business" ? [] : ["a business is asked for"];
}
