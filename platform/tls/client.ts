import { type ConnectionOptions, checkServerIdentity, createSecureContext } from 'node:tls';
import { keepFresh, type TlsLog } from './files.ts';
import type { ClientTlsSettings } from './variables.ts';

/**
 * Returns the options for a new connection. The object stays the same until a file has changed, so callers notice a
 * change by identity. Existing connections keep their options.
 */
export type ClientTls = () => ClientTlsOptions;

export type ClientTlsOptions = Pick<
  ConnectionOptions,
  'secureContext' | 'rejectUnauthorized' | 'servername' | 'checkServerIdentity'
>;

/**
 * Reads and checks the files, and reads them again when they have changed. If there is a CA file, only its authorities
 * are trusted. Without settings it returns null: then connections use Node's defaults.
 * @throws Error that names the variable of a file that can't be used.
 */
export function openClientTls(settings: ClientTlsSettings, log: TlsLog, now?: () => number): ClientTls;
export function openClientTls(
  settings: ClientTlsSettings | null,
  log: TlsLog,
  now?: () => number,
): ClientTls | null;
export function openClientTls(
  settings: ClientTlsSettings | null,
  log: TlsLog,
  now: () => number = Date.now,
): ClientTls | null {
  if (settings === null) {
    return null;
  }
  const { files, minVersion, serverName } = settings;
  const identity: ClientTlsOptions =
    serverName === null
      ? {}
      : {
          servername: serverName,
          // The check ignores the host that Node passes: pg sets `servername` to the URL's host.
          checkServerIdentity: (_host, certificate) => checkServerIdentity(serverName, certificate),
        };
  return keepFresh(
    files,
    (pem) => ({
      secureContext: createSecureContext({ ...pem, minVersion }),
      // Set explicitly, because NODE_TLS_REJECT_UNAUTHORIZED would change the default.
      rejectUnauthorized: true,
      ...identity,
    }),
    { log, now },
  );
}
