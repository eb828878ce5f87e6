import type { IncomingMessage } from 'node:http';

/**
 * The maximum size of a request body, in bytes. Every request of the three WSDLs is far smaller. A larger body gets HTTP
 * 413.
 */
const MAX_BODY_BYTES = 256 * 1024;

/**
 * Resolves to the body. Resolves to `too-large` if the body has more than `MAX_BODY_BYTES`, and to `aborted` if the
 * caller disconnects before the body is complete.
 */
export async function readBody(request: IncomingMessage): Promise<Buffer | 'too-large' | 'aborted'> {
  const chunks: Buffer[] = [];
  let size = 0;
  return new Promise((resolve) => {
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_BODY_BYTES) {
        chunks.push(chunk);
      } else {
        resolve('too-large');
      }
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    // If the caller disconnects before the body is complete, the request is ignored.
    request.on('error', () => resolve('aborted'));
    request.on('close', () => resolve('aborted'));
  });
}
