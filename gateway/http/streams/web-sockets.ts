/** Operations over WebSockets, in the protocol `graphql-transport-ws` (graphql-ws, PROTOCOL.md). */
import type { IncomingMessage } from 'node:http';
import websocket, { type WebSocket } from '@fastify/websocket';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { CloseCode, handleProtocols } from 'graphql-ws';
import { Socket, tryAgainLater } from './socket.ts';
import { createSocketServer } from './socket-server.ts';
import { type SessionOptions, SocketSession } from './socket-session.ts';

/** Whether a request that asks for another protocol is for us. Node answers any other as plain HTTP. */
export const isUpgradable =
  (route: string) =>
  ({ url = '', headers }: Pick<IncomingMessage, 'url' | 'headers'>): boolean =>
    url.split('?', 1)[0] === route && headers.upgrade?.toLowerCase() === 'websocket';

/** Lets `app` have routes with a handler for WebSockets. `maxBytes` is the longest message. */
export async function acceptWebSockets(app: FastifyInstance, maxBytes: number): Promise<void> {
  await app.register(websocket, {
    options: { maxPayload: maxBytes, handleProtocols: (protocols) => handleProtocols(protocols) },
    errorHandler: (_error, socket) => socket.terminate(),
    // `OpenStreams` ends the connections, and sends their clients elsewhere.
    preClose: (done) => done(),
  });
}

/** The answers that may wait for a client that doesn't read. */
const maxWaitingAnswers = 4;

/** Returns the handler of new WebSockets. */
export function createSocketHandler(
  options: SessionOptions,
): (socket: WebSocket, request: FastifyRequest) => void {
  const server = createSocketServer();
  return (accepted, request) => {
    const { streams, observer, maxAnswerBytes } = options;
    if (streams.isStopping || streams.sockets.take(null) !== null) {
      accepted.close(tryAgainLater, 'Try again.');
      return;
    }
    const socket = new Socket(accepted, maxWaitingAnswers * maxAnswerBytes, observer);
    const session = new SocketSession(request, socket, options);
    const closed = server.opened(
      {
        protocol: socket.protocol,
        send: (text) => socket.send(text),
        close: (code = CloseCode.InternalServerError, reason = '') => socket.close(code, reason),
        onMessage(read) {
          accepted.on('message', (data) => {
            read(String(data)).catch((error: unknown) => session.failed(error));
          });
        },
      },
      session,
    );
    accepted.once('close', (code, reason) => {
      session.closed();
      void closed(code, String(reason));
    });
  };
}
