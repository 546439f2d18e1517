import { useSyncExternalStore } from "react";

/** Where the reader is: `#/invoices/<id>?status=unknown`. Kept behind the `#`, so that no server's log holds it. */
export interface Route {
  view: string;
  id: string | undefined;
  params: URLSearchParams;
}

let parsed: { hash: string; route: Route } | undefined;

function readRoute(): Route {
  const hash = location.hash;
  if (parsed?.hash === hash) return parsed.route;
  const [path = "", search = ""] = hash.replace(/^#\/?/, "").split("?");
  const [view = "", id] = path.split("/");
  const route = { view: view || "overview", id: id || undefined, params: new URLSearchParams(search) };
  parsed = { hash, route };
  return route;
}

function subscribe(listener: () => void): () => void {
  addEventListener("hashchange", listener);
  return () => removeEventListener("hashchange", listener);
}

export const useRoute = (): Route => useSyncExternalStore(subscribe, readRoute);

/** An address of the console; empty parameters are left out. */
export function addressOf(view: string, id?: string, params: Record<string, string | undefined> = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) if (value) search.set(name, value);
  const text = search.toString();
  return `#/${view}${id ? `/${id}` : ""}${text ? `?${text}` : ""}`;
}

export function goTo(address: string): void {
  location.hash = address;
}
