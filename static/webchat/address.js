/** A file's address as this visitor may load it: with his ticket; addresses elsewhere stay as they are. */
export function withTicket(url, ticket) {
  const address = new URL(url, location.href);
  if (address.origin !== location.origin || !address.pathname.startsWith("/files/")) return url;
  address.searchParams.set("ticket", ticket);
  return address.pathname + address.search;
}

/** ws: or wss: on our own server. */
export function socketUrl(path) {
  const address = new URL(path, location.href);
  address.protocol = address.protocol.replace("http", "ws");
  return address.href;
}
