import type { ByClass } from '../../platform/priority/call-classes.ts';
import { createSoapClient, portOver, type SystemSettings } from '../soap/client.ts';
import { changesOf } from './changes.ts';
import * as prs from './contract.generated.ts';
import { reasonOfFault } from './fault-codes.ts';
import type { PatronRegistry } from './port.ts';
import { readsOf } from './reads.ts';

/**
 * The patron registry over SOAP: PRS, the Patron Registration System of 2004, without login. Connects at the first call.
 */
export function createPatronRegistry(
  settings: SystemSettings,
): PatronRegistry & ByClass<PatronRegistry> & AsyncDisposable {
  const client = createSoapClient<prs.Operations>({
    ...settings,
    system: 'patron registry',
    contract: prs.contract,
    reads: ['GetPatrons', 'FindPatron', 'SearchPatrons'],
    reasonOf: (response) => (response.kind === 'reply' ? null : reasonOfFault(response)),
  });
  return portOver(client, (calls): PatronRegistry => ({ ...readsOf(calls), ...changesOf(calls) }));
}
