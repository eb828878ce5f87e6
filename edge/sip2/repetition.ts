import type { AnyRequest, RequestCode } from './protocol/request.ts';
import type { Answer } from './session.ts';

/**
 * The messages whose repetition would get another answer, because their change is already made. For example, a second
 * return finds no loan. Check-out is not among them: lending an item again to the same reader succeeds (`ALREADY_LENT`).
 */
const answeredOnce: ReadonlySet<RequestCode> = new Set(['09', '15', '29', '37', '65']);

/**
 * The time in ms for which the same bytes count as a repetition of a message. Null if the same bytes are a new message.
 *
 * A repeated message has the same sequence number. If a message got no final answer, the graph is called again for its
 * repetition. Without a sequence number, the same bytes may be a new request. Another terminal may have changed the item
 * or the reader. So only a change that was made gets the same answer again. This lasts while a terminal without an answer
 * may still repeat its message.
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
