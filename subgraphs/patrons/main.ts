import { openPostgresJournal } from '../../adapters/journal/postgres/index.ts';
import { createPatronRegistry } from '../../adapters/patrons/soap.ts';
import { perClass } from '../../adapters/soap/port.ts';
import { required, runStandalone } from '../runtime/start.ts';
import { patronsSubgraph } from './resolvers/index.ts';

await runStandalone({
  defaultPort: 4001,
  system: 'patron registry',
  async open(config, log, resources) {
    const wanted = required({
      PRS_URL: config.prs,
      DATABASE_URL: config.databaseUrl,
      JOURNAL_SECRET: config.fingerprintKey,
    });
    const { DATABASE_URL: url, JOURNAL_SECRET: fingerprintKey } = wanted;
    const patrons = resources.use(await createPatronRegistry(wanted.PRS_URL));
    const journal = resources.use(
      await openPostgresJournal({
        url: url.href,
        ...{ secret: fingerprintKey, secretBefore: config.fingerprintKeyBefore },
      }),
    );
    return {
      definition: patronsSubgraph(
        perClass((callClass) => ({
          patrons: patrons.forClass(callClass),
          ...{ journal, audit: journal, fingerprintKey, log },
        })),
      ),
      ping: (signal) => patrons.ping(signal),
    };
  },
});
