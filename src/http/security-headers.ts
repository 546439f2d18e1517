/** What every answer carries beside its content; a page that sets a policy of its own keeps it. */
export function setSecurityHeaders(headers: Headers, options: { https: boolean }): void {
  headers.set("x-content-type-options", "nosniff");
  headers.set("referrer-policy", "no-referrer");
  setDefault(headers, "cache-control", "no-store");
  setDefault(headers, "x-frame-options", "DENY");
  setDefault(headers, "content-security-policy", "default-src 'none'; frame-ancestors 'none'");
  setDefault(headers, "cross-origin-resource-policy", "same-origin");
  // Two years, as browsers' preload lists ask; only where the public address is https at all.
  if (options.https) headers.set("strict-transport-security", "max-age=63072000; includeSubDomains");
}

function setDefault(headers: Headers, name: string, value: string): void {
  if (!headers.has(name)) headers.set(name, value);
}
