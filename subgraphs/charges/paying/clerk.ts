import type { ClerkId, Origin, StaffOrigin } from '../../../adapters/charges/port.ts';
import { hmacSha256 } from '../../../platform/hmac.ts';
import { type OperationLedger, signedInKey } from '../../operations/ledger.ts';
import type { Caller } from '../../runtime/caller.ts';

/**
 * The alias of a member of staff in the payment system, in 22 characters. The same `sub` of the same issuer always has
 * the same alias, and the alias reveals neither of them. It is an HMAC-SHA-256 with the journal's own key, cut to 120
 * bits.
 */
const clerkAlias = (
  { fingerprintKey }: Pick<OperationLedger, 'fingerprintKey'>,
  caller: Pick<Caller, 'issuer' | 'subject'>,
): ClerkId =>
  `c-${hmacSha256(fingerprintKey)
    .update(`clerk ${signedInKey(caller)}`)
    .digest('base64url')
    .slice(0, 20)}`;

/** The channel and the clerk that the payment system logs for changes by a member of staff. */
export const clerkOrigin = (
  ledger: Pick<OperationLedger, 'fingerprintKey'>,
  caller: Pick<Caller, 'issuer' | 'subject'>,
): StaffOrigin => ({ channel: 'COUNTER', clerkId: clerkAlias(ledger, caller) });

/** The channel that the payment system logs for changes that patrons make for themselves. */
export const readerOrigin: Origin = { channel: 'WEB', clerkId: null };

/**
 * The channel and the clerk that the payment system logs for the reconciler's lookups and repeated cancellations. The
 * reconciler makes no other changes.
 */
export const lookupOrigin: StaffOrigin = { channel: 'BATCH', clerkId: 'reconciler' };
