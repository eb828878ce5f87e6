import type { AnyRequest, RequestCode } from './protocol/request.ts';
import type { Answer } from './session.ts';

/**
 * The messages whose repetition would be answered otherwise, once they have done what they ask for: a second return finds no
 * loan. A check-out is not among them, because an item that the reader has is lent again with OK (`ALREADY_LENT`).
 */
const answeredOnce: ReadonlySet<RequestCode> = new Set(['09', '15', '29', '65']);

/**
 * The time in ms for which the same bytes repeat a message. Null if the same bytes are a new message.
 *
 * A message with a sequence number is repeated with it, and a message without a final answer is asked about again. Without
 * a sequence number, the same bytes may be a new wish: another terminal may have changed the item or the reader. So only a
 * change that was made is answered as before, and only while a terminal that got no answer may repeat its message.
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
