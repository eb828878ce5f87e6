import { createChargesLedger } from '../../adapters/charges/soap.ts';
import type { OpenAdded } from '../added-systems.ts';
import { readBranches } from '../library/branches.ts';
import type { LegacyLogin } from '../runtime/environment/legacy-systems.ts';
import { chargesSubgraph } from './resolvers/index.ts';

export const open: OpenAdded<LegacyLogin> = async (
  settings,
  { servicesOf, clock, buildsIndex, branchesFile },
  resources,
) => {
  const branches = await readBranches(branchesFile);
  const ledger = resources.use(createChargesLedger(settings));
  return {
    definition: chargesSubgraph(ledger.forClass, servicesOf, { clock, branches }, buildsIndex),
    async ping(signal) {
      await ledger.ping(signal);
    },
  };
};
