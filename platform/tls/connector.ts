import { buildConnector } from 'undici';
import type { ClientTls, ClientTlsOptions } from './client.ts';

const nodesDefaults: ClientTlsOptions = {};

/**
 * Connects undici's clients with the current TLS settings. If `tls` is null, Node's defaults are used. `timeoutMs` is
 * the time until the handshake is complete. Like undici's own connector, the connector returns the socket. undici's
 * type doesn't say so.
 */
export function createConnector(tls: ClientTls | null, timeoutMs: number): buildConnector.connector {
  const connectorWith = (options: ClientTlsOptions) => ({
    options,
    connect: buildConnector({ ...options, timeout: timeoutMs, allowH2: false }),
  });
  let current: ReturnType<typeof connectorWith> | null = null;
  return (options, callback) => {
    const latest = tls?.() ?? nodesDefaults;
    if (current?.options !== latest) {
      // Each set of files has its own connector: undici's connector caches TLS sessions, and a session of an old
      // certificate must not be resumed.
      current = connectorWith(latest);
    }
    return current.connect(options, (...outcome) => {
      const [error] = outcome;
      callback(...(error === null ? outcome : ([withOtherCode(error), null] as const)));
    });
  };
}

/**
 * undici (7.30) handles the error of a wrong host name by its code: it fails the request, but still counts it as
 * running. Then the client sends no further request, and never closes. With another code the error is handled like all
 * others.
 * See https://github.com/nodejs/undici/pull/5373.
 */
function withOtherCode(error: Error): Error {
  return 'code' in error && error.code === 'ERR_TLS_CERT_ALTNAME_INVALID'
    ? Object.assign(new Error(error.message), { code: 'CERT_OF_ANOTHER_NAME' })
    : error;
}
