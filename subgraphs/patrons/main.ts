import { createPatronRegistry } from '../../adapters/patrons/soap.ts';
import { perClass } from '../../adapters/soap/port.ts';
import { openSharedLedger } from '../open-services.ts';
import { required, runStandalone } from '../runtime/start.ts';
import { patronsSubgraph } from './resolvers/index.ts';

/** Opens one legacy system alone: this subgraph runs where the others can't be reached. */
await runStandalone({
  defaultPort: 4001,
  system: 'patron registry',
  async open(config, log, resources) {
    const { PRS_URL, DATABASE_URL, JOURNAL_SECRET } = required({
      PRS_URL: config.prs,
      DATABASE_URL: config.databaseUrl,
      JOURNAL_SECRET: config.fingerprintKey,
    });
    const patrons = resources.use(await createPatronRegistry(PRS_URL));
    const { journal, fingerprintKey } = await openSharedLedger(DATABASE_URL, JOURNAL_SECRET, config);
    resources.use(journal);
    const ofEveryClass = { journal, audit: journal, fingerprintKey, log };
    return {
      definition: patronsSubgraph(
        perClass((callClass) => ({ ...ofEveryClass, patrons: patrons.forClass(callClass) })),
      ),
      ping: (signal) => patrons.ping(signal),
    };
  },
});
