import { type ConnectionOptions, checkServerIdentity, createSecureContext } from 'node:tls';
import { keepFresh, type TlsLog } from './files.ts';
import type { ClientTlsSettings } from './variables.ts';

/**
 * What a new connection is made with. The same object until a file has changed, so that its users notice that by identity.
 * Connections that stand keep what they were made with.
 */
export type ClientTls = () => ClientTlsOptions;

export type ClientTlsOptions = Pick<
  ConnectionOptions,
  'secureContext' | 'rejectUnauthorized' | 'servername' | 'checkServerIdentity'
>;

/**
 * Reads and checks the files, and reads them again when they have changed. Where there is a CA file, its authorities are the
 * only ones that are trusted. Without settings it returns null: connections are made with Node's defaults.
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
          // pg sets `servername` to the URL's host.
          checkServerIdentity: (_host, certificate) => checkServerIdentity(serverName, certificate),
        };
  return keepFresh(
    files,
    (pem) => ({
      secureContext: createSecureContext({ ...pem, minVersion }),
      // Explicitly, for NODE_TLS_REJECT_UNAUTHORIZED would change the default.
      rejectUnauthorized: true,
      ...identity,
    }),
    { log, now },
  );
}
