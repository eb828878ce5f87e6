import { createHash } from 'node:crypto';
import type { SipRequest } from '../protocol/request.ts';
import type { Terminal } from '../terminals.ts';

type Change = SipRequest<'09'> | SipRequest<'11'> | SipRequest<'15'> | SipRequest<'29'> | SipRequest<'65'>;

/**
 * The reference of an operation. A message that is sent again after a lost answer has the same reference, so its change
 * is made once. A terminal that has restarted sends a new message, with another date. The reference is a digest,
 * because it must not contain a card number.
 */
export function referenceOf({ name }: Terminal, request: Change): string {
  const { code, sequence, fixed, fields } = request;
  const mode = code === '15' ? fixed.holdMode : '';
  const identity = [name, code, mode, sequence, fixed.transactionDate, fields.get('AA'), fields.get('AB')];
  return `sip2-${createHash('sha256').update(JSON.stringify(identity)).digest('base64url')}`;
}
