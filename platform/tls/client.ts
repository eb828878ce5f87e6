import { type ConnectionOptions, createSecureContext } from 'node:tls';
import { keepFresh, type PemFiles, type TlsLog } from './files.ts';

/**
 * Returns the options for a new connection. The object stays the same until a file has changed, so callers notice a
 * change by identity. Existing connections keep their options.
 */
export type ClientTls = () => ClientTlsOptions;

export type ClientTlsOptions = Pick<ConnectionOptions, 'secureContext' | 'rejectUnauthorized'>;

/**
 * Reads and checks the files, and reads them again when they have changed. If there is a CA file, only its authorities
 * are trusted. Without files it returns null: then connections use Node's defaults.
 * @throws Error that names the variable of a file that can't be used.
 */
export function openClientTls(files: PemFiles, log: TlsLog, now?: () => number): ClientTls;
export function openClientTls(files: PemFiles | null, log: TlsLog, now?: () => number): ClientTls | null;
export function openClientTls(
  files: PemFiles | null,
  log: TlsLog,
  now: () => number = Date.now,
): ClientTls | null {
  // `rejectUnauthorized` is set explicitly, because NODE_TLS_REJECT_UNAUTHORIZED would change the default.
  const optionsOf = (pem: Parameters<typeof createSecureContext>[0]) => ({
    secureContext: createSecureContext(pem),
    rejectUnauthorized: true,
  });
  return files === null ? null : keepFresh(files, optionsOf, { log, now });
}
