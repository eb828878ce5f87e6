/**
 * A stream to the gateway by GraphQL over Server-Sent Events, in the mode of distinct connections. `id` is the cursor
 * after the event:
 *
 *     :                                                         a heartbeat
 *
 *     event: next
 *     id: 8c1f…
 *     data: {"data":{"myChanges":{"kind":"LOAN"}}}
 *
 *     event: complete
 *     data:
 */
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { SubgraphEvent } from './subscribe.ts';

/** Time without an event after which a heartbeat is written, in ms. The gateway waits for 30 s. */
const heartbeatMs = 12_000;

export interface SendEventsOptions {
  /**
   * Aborts when the process begins to stop. The stream is then cut, so that the gateway knows that it is not complete.
   */
  readonly stopping: AbortSignal;
  /** Called when the stream has ended, for any reason. */
  readonly onEnd: () => void;
}

/**
 * Sends the events of a stream. The next event is made only after the gateway has taken the previous one. A slow
 * gateway misses nothing, because the log keeps the events.
 */
export function sendEvents(
  reply: FastifyReply,
  events: AsyncGenerator<SubgraphEvent<object>, void, void>,
  { stopping, onEnd }: SendEventsOptions,
): FastifyReply {
  let onRead: () => void = () => undefined;
  const body = new Readable({ read: () => onRead() });
  const beat = setInterval(() => {
    if (body.readableLength === 0) {
      body.push(heartbeat);
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
    await write(heartbeat);
    for await (const { answer, cursor } of events) {
      const id = cursor === null ? '' : `id: ${cursor}\n`;
      await write(`event: next\n${id}data: ${JSON.stringify(answer)}\n\n`);
    }
    body.push('event: complete\ndata:\n\n');
    body.push(null);
  };
  const cut = () => body.destroy(new Error('the process stops'));
  stopping.addEventListener('abort', cut, { once: true });
  body.once('close', () => {
    clearInterval(beat);
    stopping.removeEventListener('abort', cut);
    onRead();
    void events.return();
    onEnd();
  });
  writeAll().catch((error: Error) => body.destroy(error));
  return reply.header('content-type', 'text/event-stream').header('x-accel-buffering', 'no').send(body);
}

const heartbeat = ':\n\n';
