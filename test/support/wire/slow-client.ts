import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A connection that sends a given text and nothing more, and reads only on demand. */
export async function openSlowly(url: string, text: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  // The other side may close it: that is what is tested.
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(text);
  return socket;
}

/** A request for `url` whose body never ends. */
export function unfinishedPost(url: string, headers = ''): string {
  const { host, pathname } = new URL(url);
  return `POST ${pathname} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n${headers}\r\n{"que`;
}

/** Resolves once the other side has ended the connection. */
export async function cutOff(socket: Socket): Promise<void> {
  socket.resume();
  if (!socket.closed) {
    await once(socket, 'close');
  }
}
