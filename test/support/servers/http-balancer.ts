import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type ListeningServer, listenOnLoopback } from './loopback.ts';

/** Forwards each request to the next of the origins. The origins may change between requests. */
export function startHttpBalancer(originsNow: () => readonly string[]): Promise<ListeningServer> {
  let turn = 0;
  const server = createServer((incoming, answer) => {
    const origins = originsNow();
    turn += 1;
    forward(origins[turn % origins.length] ?? '', incoming, answer);
  });
  return listenOnLoopback(server);
}

/** Forwards on a new connection, so that a process that ends has no idle connections. */
function forward(origin: string, incoming: IncomingMessage, answer: ServerResponse): void {
  const { method, headers, url = '/' } = incoming;
  const options = { method, headers: { ...headers, connection: 'close' }, agent: false };
  const outgoing = request(new URL(url, origin), options, (response) => {
    const { connection: _, ...kept } = response.headers;
    answer.writeHead(response.statusCode ?? 502, kept);
    response.pipe(answer);
  });
  outgoing.on('error', () => answer.destroy());
  incoming.pipe(outgoing);
}
