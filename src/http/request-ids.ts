const REQUEST_ID = /^[\w-]{8,64}$/;
const TRACE_PARENT = /^[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})$/;
/** Google's own header: `TRACE_ID/SPAN_ID;o=OPTIONS`, the span in decimal. */
const CLOUD_TRACE = /^([\da-f]{32})(?:\/(\d{1,20}))?(?:;o=([01]))?$/i;

/**
 * The fields by which Cloud Logging joins a line to its trace, from `traceparent` (W3C Trace Context) or
 * `X-Cloud-Trace-Context`. With a project the trace has its full name.
 */
export function traceFields(headers: Headers, projectId: string | undefined): Record<string, string | boolean> {
  const w3c = TRACE_PARENT.exec(headers.get("traceparent") ?? "");
  const cloud = w3c ? null : CLOUD_TRACE.exec(headers.get("x-cloud-trace-context") ?? "");
  const trace = w3c?.[1] ?? cloud?.[1]?.toLowerCase();
  if (!trace) return {};
  const span = w3c?.[2] ?? (cloud?.[2] && BigInt(cloud[2]).toString(16).padStart(16, "0").slice(-16));
  const sampled = w3c?.[3] === undefined ? cloud?.[3] === "1" : (Number.parseInt(w3c[3], 16) & 1) === 1;
  return {
    "logging.googleapis.com/trace": projectId ? `projects/${projectId}/traces/${trace}` : trace,
    ...(span && { "logging.googleapis.com/spanId": span }),
    "logging.googleapis.com/trace_sampled": sampled,
  };
}

/** The caller's own request id where it is harmless, else a new one. */
export function requestIdOf(headers: Headers): string {
  const given = headers.get("x-request-id");
  return given !== null && REQUEST_ID.test(given) ? given : crypto.randomUUID();
}
