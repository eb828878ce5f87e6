/** The largest supergraph, and the largest answer with a subgraph's schema, in bytes. */
const maxBytes = 64 * 1024 * 1024;
const timeoutMs = 30_000;

/**
 * Sends a request and reads the whole answer. Follows no redirect, because it could lead to an attacker. Rejects if the
 * answer is too long, or if it takes too much time.
 */
export async function fetchBytes(
  url: URL,
  init: RequestInit,
  signal: AbortSignal,
): Promise<{ readonly response: Response; readonly body: Buffer }> {
  const response = await fetch(url, {
    ...init,
    redirect: 'manual',
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
  });
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) {
      throw new Error(`it has more than ${maxBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return { response, body: Buffer.concat(chunks) };
}
