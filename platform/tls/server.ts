import type { Server as NetServer } from 'node:net';
import { Server, type TlsOptions } from 'node:tls';
import { keepFresh, lookAgainMs, type PemFiles, type TlsLog } from './files.ts';

/** Time for a client's handshake, in ms. It is the same as for a request's headers. Node's default is two minutes. */
const handshakeTimeoutMs = 5_000;

/** TLS for a process's own server. */
export interface ServerTls {
  /** The options for `https.createServer`. */
  readonly options: TlsOptions;
  /**
   * Checks once a minute whether the files have changed, until the server closes. New connections get the new
   * certificate.
   */
  renewOn(server: NetServer): void;
}

/**
 * Reads and checks the files of a server. With a CA file, a client must have a certificate of one of its authorities to
 * connect. Without files it returns null: the server is unencrypted.
 * @throws Error that names the variable of a file that can't be used.
 */
export function openServerTls(files: PemFiles, log: TlsLog, now?: () => number): ServerTls;
export function openServerTls(files: PemFiles | null, log: TlsLog, now?: () => number): ServerTls | null;
export function openServerTls(
  files: PemFiles | null,
  log: TlsLog,
  now: () => number = Date.now,
): ServerTls | null {
  if (files === null) {
    return null;
  }
  const asksForCertificate = files.ca !== null;
  const current = keepFresh(files, (pem) => pem, { log, now });
  let served = current();
  return {
    options: {
      ...served,
      requestCert: asksForCertificate,
      // Set only if certificates are requested. Otherwise Node would refuse every client.
      rejectUnauthorized: asksForCertificate,
      handshakeTimeout: handshakeTimeoutMs,
    },
    renewOn(server) {
      if (!(server instanceof Server)) {
        throw new TypeError('this server has no TLS');
      }
      const looking = setInterval(() => {
        const latest = current();
        if (latest !== served) {
          served = latest;
          server.setSecureContext(latest);
        }
      }, lookAgainMs).unref();
      server.once('close', () => clearInterval(looking));
    },
  };
}
