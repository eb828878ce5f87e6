import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { GatewayObserver } from '../../observer.ts';
import type { HttpStreamProtocol } from '../negotiation/accepted-stream.ts';
import { streamFormats } from './formats.ts';
import type { ToldEvent } from './tell-events.ts';

/**
 * The time without a byte after which a heartbeat is written, in ms. graphql-sse and graphql-ws use the same time. It
 * is shorter than the time-outs of proxies.
 */
export const heartbeatMs = 12_000;

/**
 * The maximum number of bytes that are written at once. A longer event is written in pieces. So the gateway can
 * distinguish a client that reads a long event slowly from a client that reads nothing.
 */
const maxPieceBytes = 64 * 1024;

interface SendStreamOptions {
  readonly protocol: HttpStreamProtocol;
  readonly observer: GatewayObserver;
  /** Called if a defect of the gateway ends the stream. */
  readonly onDefect: (error: unknown) => void;
}

/**
 * Sends the events of a stream as the body of the response. The next event is read only when the client has taken the
 * previous event. So the events for a slow client wait in the queue that `events` reads, and this queue is bounded. A
 * client that reads nothing gets no heartbeat: its connection is cut when the second heartbeat is due. Node's own
 * time-out would take two minutes.
 */
export function sendStream(
  reply: FastifyReply,
  events: AsyncGenerator<ToldEvent, void, void>,
  { protocol, observer, onDefect }: SendStreamOptions,
): FastifyReply {
  const format = streamFormats[protocol];
  let onRead: () => void = () => undefined;
  /** Whether data was waiting at the last heartbeat, and the client has read nothing since then. */
  let isUnread = false;
  let isComplete = false;
  const body = new Readable({
    read() {
      isUnread = false;
      onRead();
    },
  });
  const beat = setInterval(() => {
    if (isUnread) {
      reply.raw.destroy();
      return;
    }
    if (body.readableLength === 0 && !isComplete) {
      body.push(format.heartbeat);
      observer.streamEvent?.(protocol, 'heartbeat');
    }
    isUnread = body.readableLength > 0;
  }, heartbeatMs);
  const writePiece = async (piece: Buffer): Promise<void> => {
    beat.refresh();
    if (!body.push(piece)) {
      const { promise, resolve } = Promise.withResolvers<void>();
      onRead = resolve;
      await promise;
    }
  };
  const write = async (text: string): Promise<void> => {
    const bytes = Buffer.from(text);
    for (let start = 0; start < bytes.length; start += maxPieceBytes) {
      await writePiece(bytes.subarray(start, start + maxPieceBytes));
    }
  };
  const writeAll = async () => {
    await write(format.opening);
    for await (const event of events) {
      await write(event.kind === 'next' ? format.next(event.result) : format.end(event.errors));
    }
    isComplete = true;
    body.push(null);
  };
  // Without this handler, a write would wait forever for a client that has gone.
  body.once('close', () => {
    clearInterval(beat);
    onRead();
    void events.return();
  });
  writeAll().catch((error: unknown) => {
    onDefect(error);
    body.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  // Without this header, nginx would collect the events in its buffer.
  return reply.header('x-accel-buffering', 'no').type(format.mediaType).send(body);
}
