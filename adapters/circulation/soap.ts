import type { ByClass } from '../../platform/priority/call-classes.ts';
import { createSoapClient, portOver, type SystemSettings } from '../soap/client.ts';
import { systemClock } from '../soap/policy/clock.ts';
import { changesOf } from './changes.ts';
import * as circ from './contract.generated.ts';
import type { Circulation } from './port.ts';
import { readsOf } from './reads.ts';
import { reasonOfCode } from './return-codes.ts';
import { Session } from './session.ts';
import { createWithSession } from './with-session.ts';

/** The time for which a refused login is remembered, in ms. */
const refusedLoginMs = 5_000;

/** Settings of the connection to CIRC. `clock` also measures how long a refused login is remembered. */
export interface CirculationSettings extends SystemSettings {
  readonly user: string;
  readonly password: string;
}

/** Circulation over SOAP: CIRC, Circulation Control version 3. Connects and logs in at the first call. */
export function createCirculation({
  user,
  password,
  ...settings
}: CirculationSettings): Circulation & ByClass<Circulation> & AsyncDisposable {
  const { clock = systemClock } = settings;
  const client = createSoapClient<circ.Operations>({
    ...settings,
    system: 'circulation',
    contract: circ.contract,
    reads: [
      // A login can be retried: it may leave an unused session, but does no other harm.
      'Login',
      'GetLoans',
      'GetHolds',
      'GetCharges',
      'GetItems',
      'FindItems',
      'FindByRef',
      'ListEvents',
    ],
    // CIRC never sends a fault, but a proxy may.
    reasonOf: (response) => (response.kind === 'fault' ? 'rejected' : reasonOfCode(response.reply.RC)),
  });
  const session = new Session({
    // A caller's signal must not end the login, because other callers may wait for the same login.
    login: async () =>
      (await client.call('Login', { User: user, Password: password }, new AbortController().signal)).SID,
    clock: () => clock.now(),
    refusalMs: refusedLoginMs,
  });
  const withSession = createWithSession(session, client);
  return portOver(
    client,
    (calls): Circulation => ({ ...readsOf(calls, withSession), ...changesOf(calls, withSession) }),
  );
}
