/** Operations over WebSockets, in the protocol `graphql-transport-ws` (graphql-ws, PROTOCOL.md). */
import type { IncomingMessage } from 'node:http';
import websocket, { type WebSocket } from '@fastify/websocket';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { CloseCode, handleProtocols } from 'graphql-ws';
import { Socket, tryAgainLater } from './socket.ts';
import { bytesOf } from './socket-messages.ts';
import { createSocketServer } from './socket-server.ts';
import { type SessionOptions, SocketSession } from './socket-session.ts';
import { WaitingTexts } from './waiting-texts.ts';

/** Whether the gateway accepts the upgrade that a request asks for. Node answers any other request as plain HTTP. */
export const isUpgradable =
  (route: string) =>
  ({ url = '', headers }: Pick<IncomingMessage, 'url' | 'headers'>): boolean =>
    url.split('?', 1)[0] === route && headers.upgrade?.toLowerCase() === 'websocket';

/** Lets `app` have routes with a handler for WebSockets. `maxBytes` is the longest message. */
export async function acceptWebSockets(app: FastifyInstance, maxBytes: number): Promise<void> {
  await app.register(websocket, {
    options: {
      maxPayload: maxBytes,
      // Reads one message per turn of the event loop, so that a thousand messages that arrive together don't delay
      // other requests.
      allowSynchronousEvents: false,
      handleProtocols: (protocols) => handleProtocols(protocols),
    },
    errorHandler: (_error, socket) => socket.terminate(),
    // By default, the plugin would close all sockets here. `OpenStreams` closes them so that their clients reconnect.
    preClose: (done) => done(),
  });
}

export function createSocketHandler(
  options: SessionOptions,
): (socket: WebSocket, request: FastifyRequest) => void {
  const server = createSocketServer();
  const waiting = new WaitingTexts(options.maxAnswerBytes);
  return (accepted, request) => {
    const { streams, observer } = options;
    if (streams.isStopping || streams.sockets.take(null) !== null) {
      accepted.close(tryAgainLater, 'Try again.');
      return;
    }
    const socket = new Socket(accepted, waiting, observer);
    const session = new SocketSession(request, socket, options);
    const closed = server.opened(
      {
        protocol: socket.protocol,
        send: (text) => socket.send(text),
        close: (code = CloseCode.InternalServerError, reason = '') => socket.close(code, reason),
        onMessage(read) {
          // The library also accepts a message that is parsed already, although its type doesn't say so.
          const readMessage = read as (message: unknown) => Promise<void>;
          accepted.on('message', (data) => {
            session.receive(bytesOf(data), readMessage).catch((error: unknown) => session.failed(error));
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
