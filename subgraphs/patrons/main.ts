import { openPostgresJournal } from '../../adapters/journal/postgres.ts';
import { createPatronRegistry } from '../../adapters/patrons/soap.ts';
import { required, runStandalone } from '../start.ts';
import { patronsSubgraph } from './resolvers.ts';

await runStandalone({
  defaultPort: 4001,
  system: 'patron registry',
  async open(config, log, resources) {
    const prs = required(config.prs, 'PRS_URL', 'where the patron registry is');
    const url = required(config.databaseUrl, 'DATABASE_URL', 'where all processes keep their operations');
    const fingerprintKey = required(config.fingerprintKey, 'JOURNAL_SECRET', 'all processes share it');
    const patrons = resources.use(await createPatronRegistry(prs));
    const journal = resources.use(await openPostgresJournal({ url: url.href }));
    return {
      definition: patronsSubgraph({ patrons, journal, audit: journal, fingerprintKey, log }),
      ping: (signal) => patrons.ping(signal),
    };
  },
});
