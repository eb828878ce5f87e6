import type { IncomingHttpHeaders } from 'node:http';
import { nameToShow } from '../../platform/telemetry/operation-name.ts';
import type { ClientVersion } from '../../store/shared-state/port.ts';
import type { Identity } from '../access/caller.ts';

export interface Client extends ClientVersion {
  /** Whether the name comes from a token, so that no other client can use it. */
  readonly isVerified: boolean;
}

/** The headers that Apollo Client, Relay's networks and others send: name and version of the client. */
const headerPairs = [
  ['apollographql-client-name', 'apollographql-client-version'],
  ['graphql-client-name', 'graphql-client-version'],
] as const;

/** Example: `2.14.1-beta+20261130`. */
const versionForm = /^[\w.+-]{1,32}$/;

/**
 * The client's name is the client id of its token, or else the name in its headers, or else `(unnamed)`. The version is
 * always the client's own claim. A name in the headers is withheld if it is long or has a long number, because it could
 * identify a person (R30). A version in an unusual form is left empty.
 */
export function clientOf({ clientId }: Identity, headers: IncomingHttpHeaders): Client {
  const [nameHeader, versionHeader] =
    headerPairs.find((pair) => pair.some((header) => headers[header] !== undefined)) ?? headerPairs[0];
  const name = headers[nameHeader];
  const version = headers[versionHeader];
  return {
    client: clientId ?? (typeof name === 'string' && name !== '' ? nameToShow(name) : '(unnamed)'),
    version: typeof version === 'string' && versionForm.test(version) ? version : '',
    isVerified: clientId !== null,
  };
}
