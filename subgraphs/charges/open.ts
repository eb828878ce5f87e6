import { createChargesLedger } from '../../adapters/charges/soap.ts';
import type { OpenAdded } from '../added-systems.ts';
import type { LegacyLogin } from '../runtime/environment/legacy-systems.ts';
import { chargesSubgraph } from './resolvers/index.ts';

/** Opens the adapter and the subgraph. The adapter is closed with `resources`. */
export const open: OpenAdded<LegacyLogin> = (
  settings,
  { servicesOf, clock, buildsIndex, branches },
  resources,
) => {
  const ledger = resources.use(createChargesLedger(settings));
  return {
    definition: chargesSubgraph(ledger.forClass, servicesOf, { clock, branches }, buildsIndex),
    async ping(signal) {
      await ledger.ping(signal);
    },
  };
};
