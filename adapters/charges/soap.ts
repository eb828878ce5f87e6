import { randomUUID } from 'node:crypto';
import type { ByClass } from '../../platform/priority/call-classes.ts';
import { createSoapClient, portOver, type SystemSettings } from '../soap/client.ts';
import { wsAddressing } from '../soap/plugins/addressing.ts';
import { textToken } from '../soap/plugins/username-token.ts';
import { timestamp, wsSecurity } from '../soap/plugins/ws-security.ts';
import { changesOf } from './changes.ts';
import * as rps from './contract.generated.ts';
import { reasonOfFault } from './faults.ts';
import type { Channel, ChargesLedger } from './port.ts';
import { type ClientFor, readsOf } from './reads.ts';

export interface ChargesLedgerSettings extends SystemSettings {
  readonly user: string;
  readonly password: string;
  /** The time for the security header, by default the machine's. RPS's clock must be within five minutes of it. */
  readonly now?: () => Date;
  /** Makes the id of each message, and the correlation id that RPS writes to its log. */
  readonly randomUuid?: () => string;
}

const vendorChannels = {
  WEB: 'Web',
  COUNTER: 'Counter',
  KIOSK: 'Kiosk',
  PHONE: 'Phone',
  PARTNER: 'Partner',
  BATCH: 'Batch',
} as const satisfies Record<Channel, rps.Channel>;

/**
 * The time for which RPS accepts a message after its creation, in seconds. RPS's clock and ours may differ by this time
 * at most.
 */
const secondsToLive = 300;

/** The payment system over SOAP: RPS, the Revenue and Payment System of 2014. Connects at the first call. */
export function createChargesLedger({
  user,
  password,
  now = () => new Date(),
  randomUuid = randomUUID,
  ...settings
}: ChargesLedgerSettings): ChargesLedger & ByClass<ChargesLedger> & AsyncDisposable {
  const client = createSoapClient<rps.Operations>({
    ...settings,
    system: 'payment system',
    contract: rps.contract,
    reads: ['GetStatements', 'GetOrders', 'ListChanges', 'GetReceipt', 'Ping'],
    apart: ['GetReceipt'],
    reasonOf: (response) => (response.kind === 'reply' ? null : reasonOfFault(response)),
    plugins: [
      wsAddressing({ randomUuid }),
      wsSecurity([timestamp({ now, secondsToLive }), textToken({ user, password })]),
    ],
  });
  return portOver(client, (calls): ChargesLedger => {
    const clientFor: ClientFor = ({ channel, clerkId }) =>
      calls.withHeaders({
        CallContext: { Channel: vendorChannels[channel], ClerkId: clerkId, CorrelationId: randomUuid() },
      });
    return { ...readsOf(clientFor), ...changesOf(clientFor) };
  });
}
