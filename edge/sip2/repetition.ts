import type { AnyRequest, RequestCode } from './protocol/request.ts';
import type { Answer } from './session.ts';

/**
 * The messages whose repetition would be answered otherwise, once they have done what they ask for: a second return finds no
 * loan. A check-out is not among them, because an item that the reader has is lent again with OK (`ALREADY_LENT`).
 */
const answeredOnce: ReadonlySet<RequestCode> = new Set(['09', '15', '29', '65']);

/**
 * The time in ms for which the same bytes repeat an answered message. Null if they are a new message at once.
 *
 * With a sequence number, they are a repetition. Without one, they may be a new wish: other terminals have changed the item
 * or the reader since. So nothing is answered as before but a change that was made, and this only while a terminal that
 * got no answer may repeat it.
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
