import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Opens a connection, sends only the given text, and reads only on demand. */
export async function openSlowly(url: string, text: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  // The other side may close the connection. This is what the tests check.
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(text);
  return socket;
}

/** A request to `url` whose body is never completed. */
export function unfinishedPost(url: string, headers = ''): string {
  const { host, pathname } = new URL(url);
  return `POST ${pathname} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n${headers}\r\n{"que`;
}

/** Resolves when the other side has ended the connection. */
export async function cutOff(socket: Socket): Promise<void> {
  socket.resume();
  if (!socket.closed) {
    await once(socket, 'close');
  }
}
