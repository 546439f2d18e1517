import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";

/** Whether the gateway may open a connection to a host. */
export type HostVerdict = "allowed" | "private" | "unresolved";

export interface OutboundHosts {
  /** `private` when the host, or any address that its name stands for, is private and not allowed. */
  judge(hostname: string): Promise<HostVerdict>;
  /** For who resolved the name already and connects to the address itself: whether that may be. */
  permits(hostname: string, address: string): boolean;
}

/** Not of the public internet: RFC 1918, 6598 (shared), 3927 (link-local, with the cloud's metadata server), 4193, loopback … */
const privateRanges: [string, number, "ipv4" | "ipv6"][] = [
  ["0.0.0.0", 8, "ipv4"],
  ["10.0.0.0", 8, "ipv4"],
  ["100.64.0.0", 10, "ipv4"],
  ["127.0.0.0", 8, "ipv4"],
  ["169.254.0.0", 16, "ipv4"],
  ["172.16.0.0", 12, "ipv4"],
  ["192.0.0.0", 24, "ipv4"],
  ["192.168.0.0", 16, "ipv4"],
  ["198.18.0.0", 15, "ipv4"],
  ["224.0.0.0", 3, "ipv4"],
  ["::", 127, "ipv6"],
  ["64:ff9b::", 96, "ipv6"],
  ["fc00::", 7, "ipv6"],
  ["fe80::", 10, "ipv6"],
  ["ff00::", 8, "ipv6"],
];

const LOOKUP_KEPT_MS = 30_000;
const HOSTS_MAX = 1_000;

export interface OutboundHostsOptions {
  /** Host names and IP addresses that may be reached although they are private. */
  allowed: readonly string[];
  /** Every address of a name. Default: the system's resolver. */
  resolve?: (hostname: string) => Promise<string[]>;
  nowMs?: () => number;
}

/** Hosts come from configuration alone; this refuses those that would lead back inside. A verdict on a name is kept for 30 s. */
export function createOutboundHosts(options: OutboundHostsOptions): OutboundHosts {
  const allowed = new Set(options.allowed.map((host) => bare(host)));
  const resolve = options.resolve ?? resolveAll;
  const nowMs = options.nowMs ?? (() => performance.now());
  const kept = new Map<string, { verdict: HostVerdict; untilMs: number }>();

  async function judgeName(hostname: string): Promise<HostVerdict> {
    const addresses = await resolve(hostname).catch(() => []);
    if (addresses.length === 0) return "unresolved";
    return addresses.some((address) => isPrivate(address) && !allowed.has(address)) ? "private" : "allowed";
  }

  return {
    permits: (hostname, address) => !isPrivate(address) || allowed.has(bare(hostname)) || allowed.has(bare(address)),
    judge: async (given) => {
      const hostname = bare(given);
      if (allowed.has(hostname)) return "allowed";
      if (isIP(hostname) !== 0) return isPrivate(hostname) ? "private" : "allowed";
      const known = kept.get(hostname);
      if (known && known.untilMs > nowMs()) return known.verdict;
      const verdict = await judgeName(hostname);
      if (kept.size >= HOSTS_MAX) kept.clear();
      if (verdict !== "unresolved") kept.set(hostname, { verdict, untilMs: nowMs() + LOOKUP_KEPT_MS });
      return verdict;
    },
  };
}

/** For machines where the outside parties are simulated on loopback. */
export const anyHost: OutboundHosts = { judge: async () => "allowed", permits: () => true };

const bare = (hostname: string) =>
  hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "");

async function resolveAll(hostname: string): Promise<string[]> {
  return (await lookup(hostname, { all: true })).map(({ address }) => address);
}

const blocked = new BlockList();
for (const [network, prefix, family] of privateRanges) blocked.addSubnet(network, prefix, family);
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** Whether an IP address is not of the public internet; an IPv4 address in IPv6 form is judged as what it is. */
export function isPrivate(address: string): boolean {
  const mapped = MAPPED.exec(address)?.[1];
  if (mapped) return isPrivate(mapped);
  const family = isIP(address);
  if (family === 0) return true;
  // An IPv4 address in the hexadecimal IPv6 form, ::ffff:7f00:1.
  if (family === 6 && /^::ffff:/i.test(address)) return true;
  return blocked.check(address, family === 4 ? "ipv4" : "ipv6");
}
