/** The data about a caller that queues need. Addresses may be pseudonyms. */
interface QueuedCaller {
  readonly authenticated: boolean;
  readonly issuer: string | null;
  readonly subject: string | null;
  readonly clientId: string | null;
  readonly address: string | null;
  /** The narrowest first. */
  readonly widerNetworks: readonly string[];
}

/**
 * The key under which a caller waits in queues: the person, or else the client, or else the widest network of the
 * address. Null if none of them is known.
 */
export function queueKeyOf(caller: QueuedCaller): string | null {
  const { authenticated, issuer, subject, clientId, address, widerNetworks } = caller;
  return authenticated ? `${issuer} ${subject ?? clientId}` : (widerNetworks.at(-1) ?? address);
}
