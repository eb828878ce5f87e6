/** Which terminal a connection belongs to. */
import { isListed } from '../../platform/lifecycle/network.ts';
import { isSameSecret } from '../server/same-secret.ts';
import type { Terminal } from './terminals.ts';

/** What a connection shows of the other end before its first message. */
export interface Peer {
  readonly address: string;
  /** The common name of the client certificate; null where there is none that was verified. */
  readonly certificate: string | null;
}

/** The only terminal without a login that matches the address and the certificate; null where none matches, or several do. */
export function terminalWithoutLogin(terminals: readonly Terminal[], peer: Peer): Terminal | null {
  const [only, ...others] = terminals.filter(
    (terminal) => terminal.login === null && mayConnect(terminal, peer),
  );
  return only !== undefined && others.length === 0 ? only : null;
}

/** Null where user or password are wrong, or where the terminal may not connect from there: nobody learns which. */
export function terminalByLogin(
  terminals: readonly Terminal[],
  peer: Peer,
  user: string,
  password: string,
): Terminal | null {
  const terminal = terminals.find(({ login }) => login !== null && login.user === user);
  // Compared also for an unknown user, so that the time tells nothing.
  const isRight = isSameSecret(terminal?.login?.password ?? '', password);
  return terminal !== undefined && isRight && mayConnect(terminal, peer) ? terminal : null;
}

/** Whether any terminal may connect from there. Connections from elsewhere are closed at once. */
export function isExpectedAddress(terminals: readonly Terminal[], address: string): boolean {
  return terminals.some((terminal) => mayConnectFrom(terminal, address));
}

/** Whether any terminal could be at the other end. */
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
