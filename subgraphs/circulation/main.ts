import { createCirculation } from '../../adapters/circulation/soap.ts';
import { createCardManagement } from '../../adapters/credentials/soap.ts';
import { openPostgresJournal } from '../../adapters/journal/postgres.ts';
import { createPatronRegistry } from '../../adapters/patrons/soap.ts';
import { changeTimes } from '../circulation-change.ts';
import { required, runStandalone } from '../start.ts';
import { circulationSubgraph } from './resolvers.ts';

await runStandalone({
  defaultPort: 4003,
  system: 'circulation',
  async open(config, log, resources) {
    const prs = required(config.prs, 'PRS_URL', 'where the patron registry is');
    const cms = required(config.cms, 'CMS_URL', 'where card management is');
    const circ = required(config.circ, 'CIRC_URL', 'where the circulation system is');
    const url = required(config.databaseUrl, 'DATABASE_URL', 'where all processes keep their operations');
    const fingerprintKey = required(config.fingerprintKey, 'JOURNAL_SECRET', 'all processes share it');
    const circulation = resources.use(await createCirculation(circ));
    const lending = {
      circulation,
      cards: resources.use(await createCardManagement(cms)),
      patrons: resources.use(await createPatronRegistry(prs)),
      journal: resources.use(await openPostgresJournal({ url: url.href })),
      fingerprintKey,
      times: { ...changeTimes, dropAfterMs: config.dropAfterMs },
      monotonic: () => performance.now(),
      log,
    };
    return {
      definition: circulationSubgraph(lending, () => new Date()),
      ping: (signal) => circulation.ping(signal),
    };
  },
});
