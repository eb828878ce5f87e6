import type { Channel, Origin } from '../../adapters/charges/port.ts';
import type { Addressee } from '../library/message.ts';
import { addresseeOf, type Caller } from '../runtime/caller.ts';

const channels: Readonly<Record<Addressee, Channel>> = { reader: 'WEB', station: 'KIOSK', staff: 'COUNTER' };

/**
 * The channel that the payment system logs when a caller reads. `clerkId` is null, because our own audit names who has
 * read.
 */
export const originOfReading = (caller: Caller): Origin => ({
  channel: channels[addresseeOf(caller)],
  clerkId: null,
});
