import type { AnyRequest, RequestCode } from './protocol/request.ts';
import type { Answer } from './session.ts';

/**
 * The messages whose repetition would get another answer, because their change is already made. For example, a second
 * return finds no loan. Check-out is not among them: lending an item again to the same reader succeeds (`ALREADY_LENT`).
 */
const answeredOnce: ReadonlySet<RequestCode> = new Set(['09', '15', '29', '37', '65']);

/**
 * How long the same bytes count as a repetition of a message and not as a new message, in ms. Null if they are a new
 * message at once.
 *
 * - The message has a sequence number: the same bytes are a repetition.
 * - The message got no final answer: the same bytes are a repetition. The graph is then called again.
 * - Otherwise, only a change in `answeredOnce` that was made is repeated, and only while a terminal without an answer
 *   may send its message again. All other messages may be new requests, because another terminal may have changed the
 *   item or the reader.
 */
export function repetitionOf(
  { code, sequence }: AnyRequest,
  { isFinal, isRefused }: Answer,
  { repetitionMs, timeoutMs }: { readonly repetitionMs: number; readonly timeoutMs: number },
): number | null {
  if (!isFinal || sequence !== null) {
    return repetitionMs;
  }
  return answeredOnce.has(code) && !isRefused ? Math.min(repetitionMs, timeoutMs) : null;
}
