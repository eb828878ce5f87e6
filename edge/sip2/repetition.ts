import type { AnyRequest, RequestCode } from './protocol/request.ts';
import type { Answer } from './session.ts';

/**
 * The messages whose repetition would get another answer, because their change is already made. For example, a second
 * return finds no loan. Check-out is not among them: lending an item again to the same reader succeeds (`ALREADY_LENT`).
 */
const answeredOnce: ReadonlySet<RequestCode> = new Set(['09', '15', '29', '37', '65']);

/**
 * How long the same bytes count as a repetition of a message, in ms. Null if they are a new message at once.
 *
 * - `repetitionMs` for a message with a sequence number, or without a final answer. If the answer was not final, a
 *   repetition calls the graph again.
 * - At most `timeoutMs`, while the terminal may still wait, for a message in `answeredOnce` whose change was made.
 * - Null for any other message, because another terminal may have changed the item or the reader.
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
