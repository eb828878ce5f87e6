import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { FurtherPart, GraphQLResult, IncrementalFormat } from '../../engine/request.ts';

/** The media types, as other servers with these formats send them. Clients look for the parameter of the format. */
const mediaTypes: Readonly<Record<IncrementalFormat, string>> = {
  '20220824': 'multipart/mixed; boundary="-"; deferSpec=20220824',
  'v0.2': 'multipart/mixed; boundary="-"; incrementalSpec=v0.2',
};

const partHeader = '\r\ncontent-type: application/json; charset=utf-8\r\n\r\n';
/**
 * The boundary between two parts. It is written right after each part, because only the next boundary shows a client
 * that a part is complete.
 */
const boundary = '\r\n---';

interface PartsOptions {
  readonly format: IncrementalFormat;
  /** Waits until the next part may be sent. Null if it may be sent at once. */
  readonly hold: () => Promise<unknown> | null;
  /** Called if a defect of the gateway ends the answer before its last part. */
  readonly onDefect: (error: unknown) => void;
}

/**
 * Sends an answer in parts (`@defer`). A part is written as soon as it may be sent, even if the client has not read the
 * parts before. So a slow client doesn't delay the requests to subgraphs. The memory is bounded, because the limit for
 * one answer applies to all its parts together.
 */
export function sendParts(
  reply: FastifyReply,
  result: GraphQLResult,
  further: AsyncIterable<FurtherPart>,
  { format, hold, onDefect }: PartsOptions,
): FastifyReply {
  const body = new Readable({ read: () => undefined });
  const write = (part: object) => body.push(`${partHeader}${JSON.stringify(part)}${boundary}`);
  const writeAll = async () => {
    body.push(boundary);
    write({ ...result, further: undefined });
    for await (const part of further) {
      await hold();
      if (body.destroyed) {
        return;
      }
      write(part);
    }
    body.push('--\r\n');
    body.push(null);
  };
  writeAll().catch((error: unknown) => {
    onDefect(error);
    body.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  // Without this header, nginx would collect the parts in its buffer.
  return reply.header('x-accel-buffering', 'no').type(mediaTypes[format]).send(body);
}
