import type { Method, Operation, PathItem } from "./document.ts";
import { words } from "./operations.ts";

interface ReceiptParty {
  provider: string;
  trust: string;
  /** Whether the address ends in a secret. */
  hasToken: boolean;
  methods: Method[];
  /** A receipt in the provider's own form. */
  fields: Record<string, string>;
  reply: string;
}

const BY_ADDRESS = "The last part of the address is the secret that the provider was given.";

const parties: ReceiptParty[] = [
  {
    provider: "every8d",
    trust: BY_ADDRESS,
    hasToken: true,
    methods: ["get", "post"],
    fields: { BatchID: "every8d-0001", RM: "+886912345678", RT: "20250115103100", STATUS: "100" },
    reply: "OK",
  },
  {
    provider: "mitake",
    trust: BY_ADDRESS,
    hasToken: true,
    methods: ["get", "post"],
    fields: { msgid: "0000000001", dstaddr: "0912345678", dlvtime: "20250115103100", statusstr: "DELIVRD" },
    reply: "magicid=sms_gateway_rpack\nmsgid=0000000001\n",
  },
  {
    provider: "twilio",
    trust: "The provider's signature in `x-twilio-signature` is checked.",
    hasToken: false,
    methods: ["post"],
    fields: { MessageSid: "SM00000000000000000000000000000001", MessageStatus: "delivered" },
    reply: "",
  },
];

/** Where the SMS providers report what became of a message. */
export function receiptPaths(): Record<string, PathItem> {
  return Object.fromEntries(
    parties.map((party) => [
      `/api/v1/webhooks/sms/${party.provider}${party.hasToken ? "/{token}" : ""}`,
      Object.fromEntries(party.methods.map((method) => [method, receiptOperation(party, method)])),
    ]),
  );
}

function receiptOperation(party: ReceiptParty, method: Method): Operation {
  const name = `${party.provider.charAt(0).toUpperCase()}${party.provider.slice(1)}`;
  const form = {
    type: "object",
    properties: Object.fromEntries(Object.keys(party.fields).map((field) => [field, { type: "string" }])),
  };
  return {
    operationId: `receipt${name}${method === "get" ? "Get" : "Post"}`,
    summary: `Delivery receipts of ${party.provider}.`,
    description: `Called by the provider, in its own form. ${party.trust} A receipt is stored before it is answered.`,
    tags: ["webhooks"],
    security: [],
    ...parametersOf(party, method),
    ...(method === "post" && {
      requestBody: {
        required: true,
        content: { "application/x-www-form-urlencoded": { schema: form, example: party.fields } },
      },
    }),
    responses: {
      "200": words("Stored, or of no concern; answered as the provider wants it.", party.reply),
      "400": words("It cannot be read.", "RM must be a mobile number"),
      "404": words("Not from the provider, or the provider is not set up.", "not found"),
      "503": { $ref: "#/components/responses/provider_unavailable" },
    },
  };
}

function parametersOf(party: ReceiptParty, method: Method): Pick<Operation, "parameters"> {
  const schema = { type: "string" };
  const inPath = party.hasToken
    ? [{ name: "token", in: "path" as const, required: true, schema, example: "secret-of-the-address" }]
    : [];
  const fields = method === "get" ? Object.entries(party.fields) : [];
  const inQuery = fields.map(([name, example]) => ({ name, in: "query" as const, required: false, schema, example }));
  return inPath.length + inQuery.length > 0 ? { parameters: [...inPath, ...inQuery] } : {};
}
