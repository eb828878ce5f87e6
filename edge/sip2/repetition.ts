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
 * With a sequence number, the same bytes are a repetition. They also are one if the message got no final answer, and then
 * the graph is called again. Otherwise the same bytes may be a new request, because another terminal may have changed the
 * item or the reader. So only a change in `answeredOnce` that was made gets the same answer again, and only as long as a
 * terminal that got no answer may repeat its message.
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
