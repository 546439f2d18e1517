import { OperationError } from "../platform/errors.ts";

/** Bytes of a request body at most, on every route. */
export const REQUEST_BODY_BYTES_MAX = 2 * 1024 * 1024;

function tooLarge(): OperationError {
  const rule = `at most ${REQUEST_BODY_BYTES_MAX} bytes`;
  return new OperationError("invalid_input", `the request body is too large: ${rule}`, {
    reason: "body_too_large",
    fields: [{ path: "(body)", rule }],
  });
}

/**
 * The request with a body that is known to be within the limit. A declared length is judged before a byte is read;
 * a body without one is read up to the limit. Throws `invalid_input`, reason `body_too_large`.
 */
export async function limitBody(request: Request): Promise<Request> {
  if (request.body === null) return request;
  const declared = request.headers.get("content-length");
  if (declared !== null) {
    if (Number(declared) > REQUEST_BODY_BYTES_MAX) throw tooLarge();
    return request;
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.length;
    if (size > REQUEST_BODY_BYTES_MAX) throw tooLarge();
    chunks.push(chunk);
  }
  return new Request(request.url, { method: request.method, headers: request.headers, body: Buffer.concat(chunks) });
}
