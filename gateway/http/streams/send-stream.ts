import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { GatewayObserver } from '../../observer.ts';
import type { HttpStreamProtocol } from '../negotiation/accepted-stream.ts';
import { streamFormats } from './formats.ts';
import type { ToldEvent } from './tell-events.ts';

/**
 * Time without a byte after which a heartbeat is written, in ms. It is the one of graphql-sse and graphql-ws, and shorter than the
 * time-outs of proxies.
 */
export const heartbeatMs = 12_000;

interface SendStreamOptions {
  readonly protocol: HttpStreamProtocol;
  readonly observer: GatewayObserver;
  /** Called if a defect of the gateway ends the stream. */
  readonly onDefect: (error: unknown) => void;
}

/**
 * Sends the events of a stream as the body of the response. The next event is read only when the client has taken the one
 * before, so what a slow client keeps waiting is in one bounded queue, before this reader. A client that takes nothing at all
 * gets no heartbeat either, and the server's time-out for silence ends its connection.
 */
export function sendStream(
  reply: FastifyReply,
  events: AsyncGenerator<ToldEvent, void, void>,
  { protocol, observer, onDefect }: SendStreamOptions,
): FastifyReply {
  const format = streamFormats[protocol];
  let onRead: () => void = () => undefined;
  const body = new Readable({ read: () => onRead() });
  const beat = setInterval(() => {
    if (body.readableLength === 0) {
      body.push(format.heartbeat);
      observer.streamEvent?.(protocol, 'heartbeat');
    }
  }, heartbeatMs);
  const write = async (text: string): Promise<void> => {
    beat.refresh();
    if (!body.push(text)) {
      const { promise, resolve } = Promise.withResolvers<void>();
      onRead = resolve;
      await promise;
    }
  };
  const writeAll = async () => {
    await write(format.opening);
    for await (const event of events) {
      await write(event.kind === 'next' ? format.next(event.result) : format.end(event.errors));
    }
    body.push(null);
  };
  // Whoever waits for the client must not wait for a client that has gone.
  body.once('close', () => {
    clearInterval(beat);
    onRead();
    void events.return();
  });
  writeAll().catch((error: unknown) => {
    onDefect(error);
    body.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  // nginx would collect the events in its buffer.
  return reply.header('x-accel-buffering', 'no').type(format.mediaType).send(body);
}
