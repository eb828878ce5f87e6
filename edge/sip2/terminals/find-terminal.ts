import { isListed } from '../../../platform/lifecycle/network.ts';
import { isSameSecret } from '../../server/same-secret.ts';
import type { Terminal } from './terminals.ts';

/** The properties of a client that are known before its first message. */
export interface Peer {
  readonly address: string;
  /** The common name of the client certificate. Null without a verified certificate. */
  readonly certificate: string | null;
}

/**
 * The terminal without a login that matches the address and the certificate. Null if there is none, or more than one.
 */
export function terminalWithoutLogin(terminals: readonly Terminal[], peer: Peer): Terminal | null {
  const [only, ...others] = terminals.filter(
    (terminal) => terminal.login === null && mayConnect(terminal, peer),
  );
  return only !== undefined && others.length === 0 ? only : null;
}

/** The terminal whose login has this user, regardless of the address. Null if there is none. */
export const terminalByUser = (terminals: readonly Terminal[], user: string): Terminal | null =>
  terminals.find(({ login }) => login !== null && login.user === user) ?? null;

/**
 * The terminal with this login. Null if the user or the password is wrong, or if the terminal may not connect from this
 * address with this certificate. The client doesn't learn the reason.
 */
export function terminalByLogin(
  terminals: readonly Terminal[],
  peer: Peer,
  user: string,
  password: string,
): Terminal | null {
  const terminal = terminalByUser(terminals, user);
  // The comparison also runs for an unknown user, so that its duration reveals nothing.
  const isRight = isSameSecret(terminal?.login?.password ?? '', password);
  return terminal !== null && isRight && mayConnect(terminal, peer) ? terminal : null;
}

/** Whether any terminal may connect from the address. If not, the connection is closed at once. */
export function isExpectedAddress(terminals: readonly Terminal[], address: string): boolean {
  return terminals.some((terminal) => mayConnectFrom(terminal, address));
}

export function isExpected(terminals: readonly Terminal[], peer: Peer): boolean {
  return terminals.some((terminal) => mayConnect(terminal, peer));
}

function mayConnect(terminal: Terminal, { address, certificate }: Peer): boolean {
  return (
    mayConnectFrom(terminal, address) &&
    (terminal.certificate === null || terminal.certificate === certificate)
  );
}

function mayConnectFrom({ addresses }: Terminal, address: string): boolean {
  return addresses === null || isListed(addresses, address);
}
