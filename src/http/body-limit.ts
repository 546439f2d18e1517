import { OperationError } from "../platform/errors.ts";

/** Bytes of a request body at most, on every route but the webhooks. */
export const REQUEST_BODY_BYTES_MAX = 2 * 1024 * 1024;
/** Bytes of a delivery receipt at most; the longest that any provider sends is a few kilobytes. */
export const WEBHOOK_BODY_BYTES_MAX = 64 * 1024;

function tooLarge(bytesMax: number): OperationError {
  const rule = `at most ${bytesMax} bytes`;
  return new OperationError("invalid_input", `the request body is too large: ${rule}`, {
    reason: "body_too_large",
    fields: [{ path: "(body)", rule }],
  });
}

/**
 * The request with a body that is known to be within the limit. A declared length is judged before a byte is read;
 * a body without one is read up to the limit. Throws `invalid_input`, reason `body_too_large`.
 */
export async function limitBody(request: Request, bytesMax = REQUEST_BODY_BYTES_MAX): Promise<Request> {
  const declared = request.headers.get("content-length");
  if (declared !== null) {
    if (!(Number(declared) <= bytesMax)) throw tooLarge(bytesMax);
    return request;
  }
  // Asked last: Bun makes a stream of the body when it is looked at, and nobody reads that of a GET.
  if (request.method === "GET" || request.body === null) return request;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.length;
    if (size > bytesMax) throw tooLarge(bytesMax);
    chunks.push(chunk);
  }
  return new Request(request.url, { method: request.method, headers: request.headers, body: Buffer.concat(chunks) });
}
