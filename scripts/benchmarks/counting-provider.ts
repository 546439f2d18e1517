/** An Every8d on loopback that takes everything and remembers for whom, and from which process. */
export interface CountingProvider {
  /** Address for one process. */
  urlOf(process: number): string;
  /** Messages that each process has handed over. */
  byProcess(): Map<number, number>;
  taken(): number;
  /** Recipients that got more than one message, each of which was to get one. */
  doubled(): string[];
  /** Forgets everything. */
  clear(): void;
  close(): Promise<void>;
}

export function startCountingProvider(): CountingProvider {
  const copies = new Map<string, number>();
  const byProcess = new Map<number, number>();
  let taken = 0;
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 60,
    fetch: async (request) => {
      if (request.url.includes("getCredit")) return new Response("1000000.00");
      const process = Number(new URL(request.url).pathname.split("/")[1]);
      const recipient = new URLSearchParams(await request.text()).get("DEST") ?? "";
      taken += 1;
      byProcess.set(process, (byProcess.get(process) ?? 0) + 1);
      copies.set(recipient, (copies.get(recipient) ?? 0) + 1);
      return new Response(`1000000.00,1,1,0,${crypto.randomUUID()}`);
    },
  });
  return {
    urlOf: (process) => `http://127.0.0.1:${server.port}/${process}`,
    byProcess: () => new Map(byProcess),
    taken: () => taken,
    doubled: () => [...copies].filter(([, count]) => count > 1).map(([recipient]) => recipient),
    clear: () => {
      taken = 0;
      byProcess.clear();
      copies.clear();
    },
    close: () => server.stop(true),
  };
}
