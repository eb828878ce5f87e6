/** A proxy in front of a legacy system. It passes the system's answers on, or replaces them. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { request } from 'undici';

export interface TamperingProxy extends AsyncDisposable {
  readonly url: string;
  /** Replaces each answer to the given operation; null to replace none. */
  twist: { readonly operation: string; readonly make: (answer: string) => Buffer } | null;
}

export async function startTamperingProxy(system: string): Promise<TamperingProxy> {
  const server = createServer((incoming, response) => {
    const answering = async () => {
      const { method = 'POST', headers } = incoming;
      const answer = await request(system, {
        method,
        headers: onlyOurs(headers),
        body: await buffer(incoming),
      });
      const body = Buffer.from(await answer.body.arrayBuffer());
      const { twist } = proxy;
      const isMeant = twist !== null && JSON.stringify(headers).includes(twist.operation);
      response.writeHead(answer.statusCode, { 'content-type': String(answer.headers['content-type']) });
      response.end(isMeant ? twist.make(body.toString()) : body);
    };
    answering().catch(() => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const proxy: TamperingProxy = {
    url: `http://127.0.0.1:${port}${new URL(system).pathname}`,
    twist: null,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return proxy;
}

/** The headers that describe the message. All other headers belong to the connection. */
function onlyOurs(headers: IncomingHttpHeaders): Record<string, string> {
  const ours: Record<string, string> = {};
  for (const name of ['content-type', 'soapaction', 'accept']) {
    const value = headers[name];
    if (typeof value === 'string') {
      ours[name] = value;
    }
  }
  return ours;
}
