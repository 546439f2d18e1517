import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";
import { anyHost, type OutboundHosts } from "../../../platform/outbound-hosts.ts";
import { TransferFault } from "./errors.ts";

const RESOLVE_MS_MAX = 10_000;

/**
 * Resolves a host and gives one of its addresses, to be connected to without a second look-up. Every address that the name
 * has must lie in the networks allowed (CIDR), where a bank behind a leased line has private ones; without any, each must be
 * one that the gateway may reach at all. Rejects with a fault of type `dns` or `address_not_allowed`.
 */
export async function checkedAddress(
  host: string,
  allowed: readonly string[],
  outbound: OutboundHosts = anyHost,
): Promise<string> {
  const addresses = isIP(host) ? [host] : await resolveAll(host);
  const [first] = addresses;
  if (first === undefined) throw new TransferFault("dns", false, "name has no address");
  const list = blockList(allowed);
  const isAllowed = (address: string) => list.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
  if (allowed.length > 0 && !addresses.every(isAllowed)) {
    throw new TransferFault("address_not_allowed", true, "an address of the host is not in the allow-list");
  }
  if (allowed.length === 0 && !addresses.every((address) => outbound.permits(host, address))) {
    throw new TransferFault("address_not_allowed", true, "an address of the host is private and not in the allow-list");
  }
  return first;
}

async function resolveAll(host: string): Promise<string[]> {
  const late = new Promise<never>((_resolve, reject) => {
    setTimeout(
      () => reject(new TransferFault("dns", false, "no answer from the name server")),
      RESOLVE_MS_MAX,
    ).unref?.();
  });
  try {
    const found = await Promise.race([lookup(host, { all: true, verbatim: true }), late]);
    return found.map(({ address }) => address);
  } catch (error) {
    if (error instanceof TransferFault) throw error;
    throw new TransferFault("dns", false, "name cannot be resolved");
  }
}

function blockList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", prefix = ""] = network.split("/");
    const family = isIP(address);
    if (family !== 0) list.addSubnet(address, Number(prefix), family === 6 ? "ipv6" : "ipv4");
  }
  return list;
}
