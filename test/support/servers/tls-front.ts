import { connect } from 'node:net';
import { createServer, type TlsOptions } from 'node:tls';
import type { Authority, Issued } from '../certificates.ts';
import { type ListeningServer, listenOnLoopback } from './loopback.ts';

/** Serves an http URL over TLS. `url` has the same path. */
interface TlsFront extends ListeningServer {
  readonly url: string;
}

/** Serves `behind` over TLS with the certificate `shown`, only to clients with a certificate of the authority. */
export async function overTls(
  behind: string,
  shown: Issued,
  { ca }: Pick<Authority, 'ca'>,
): Promise<TlsFront> {
  const { hostname, port, pathname } = new URL(behind);
  const demanding: TlsOptions = {
    cert: shown.cert,
    key: shown.key,
    ca,
    requestCert: true,
    rejectUnauthorized: true,
  };
  const front = createServer(demanding, (socket) => {
    const upstream = connect(Number(port), hostname);
    socket.on('error', () => upstream.destroy()).pipe(upstream);
    upstream.on('error', () => socket.destroy()).pipe(socket);
  });
  const listening = await listenOnLoopback(front);
  return { ...listening, url: `https://127.0.0.1:${listening.port}${pathname}` };
}
