import { createCirculation } from '../../adapters/circulation/soap.ts';
import { createCardManagement } from '../../adapters/credentials/soap.ts';
import { openPostgresJournal } from '../../adapters/journal/postgres.ts';
import { createPatronRegistry } from '../../adapters/patrons/soap.ts';
import { changeTimes } from '../circulation-change.ts';
import { required, runStandalone } from '../start.ts';
import { pseudonymKeyOf } from './pseudonym.ts';
import { credentialsSubgraph } from './resolvers.ts';
import { verificationFloorMs } from './verification.ts';

await runStandalone({
  defaultPort: 4002,
  system: 'card management',
  async open(config, log, resources) {
    const prs = required(config.prs, 'PRS_URL', 'where the patron registry is');
    const cms = required(config.cms, 'CMS_URL', 'where card management is');
    const circ = required(config.circ, 'CIRC_URL', 'where the circulation system is');
    const url = required(config.databaseUrl, 'DATABASE_URL', 'where all processes keep their operations');
    const fingerprintKey = required(config.fingerprintKey, 'JOURNAL_SECRET', 'all processes share it');
    const cards = resources.use(await createCardManagement(cms));
    const journal = resources.use(await openPostgresJournal({ url: url.href }));
    const desk = {
      cards,
      patrons: resources.use(await createPatronRegistry(prs)),
      circulation: resources.use(await createCirculation(circ)),
      journal,
      attempts: journal,
      fingerprintKey,
      pseudonymKey: pseudonymKeyOf(config, fingerprintKey),
      verificationFloorMs,
      times: { ...changeTimes, dropAfterMs: config.dropAfterMs },
      monotonic: () => performance.now(),
      log,
    };
    return {
      definition: credentialsSubgraph(desk, () => new Date()),
      ping: (signal) => cards.ping(signal),
    };
  },
});
