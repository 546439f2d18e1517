/** An HTTP provider on loopback that takes everything at once, for Every8d's wire format and for Kannel's alike. */
export interface FastProvider {
  url: string;
  /** Messages it has been handed so far. */
  taken(): number;
  close(): Promise<void>;
}

export function startFastProvider(): FastProvider {
  let taken = 0;
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 60,
    fetch: async (request) => {
      if (request.method === "POST") await request.text();
      if (request.url.includes("getCredit")) return new Response("1000000.00");
      taken += 1;
      if (request.method === "GET") return new Response("0: Accepted for delivery", { status: 202 });
      return new Response(`1000000.00,1,1,0,${crypto.randomUUID()}`);
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    taken: () => taken,
    close: () => server.stop(true),
  };
}
