import { createCirculation } from '../../adapters/circulation/soap.ts';
import { createCardManagement } from '../../adapters/credentials/soap.ts';
import { openPostgresJournal } from '../../adapters/journal/postgres/index.ts';
import { createPatronRegistry } from '../../adapters/patrons/soap.ts';
import { perClass } from '../../adapters/soap/port.ts';
import { agreedTimes } from '../operations/change-times.ts';
import { required, runStandalone } from '../runtime/start.ts';
import { pseudonymKeyOf } from './pseudonym.ts';
import { credentialsSubgraph } from './resolvers/index.ts';
import { verificationFloorMs } from './verification.ts';

await runStandalone({
  defaultPort: 4002,
  system: 'card management',
  async open(config, log, resources) {
    const wanted = required({
      PRS_URL: config.prs,
      CMS_URL: config.cms,
      CIRC_URL: config.circ,
      DATABASE_URL: config.databaseUrl,
      JOURNAL_SECRET: config.fingerprintKey,
    });
    const { CIRC_URL: circ, DATABASE_URL: url, JOURNAL_SECRET: fingerprintKey } = wanted;
    const pseudonymKey = pseudonymKeyOf(config, fingerprintKey);
    const cards = resources.use(await createCardManagement(wanted.CMS_URL));
    const journal = resources.use(
      await openPostgresJournal({
        url: url.href,
        ...{ secret: fingerprintKey, secretBefore: config.fingerprintKeyBefore },
      }),
    );
    const patrons = resources.use(await createPatronRegistry(wanted.PRS_URL));
    const circulation = resources.use(await createCirculation(circ));
    const shared = {
      journal,
      attempts: journal,
      audit: journal,
      fingerprintKey,
      pseudonymKey,
      verificationFloorMs,
      times: await agreedTimes(journal, config, circ.limits.deadlineMs),
      monotonic: () => performance.now(),
      log,
    };
    return {
      definition: credentialsSubgraph(
        perClass((callClass) => ({
          ...shared,
          circulation: circulation.forClass(callClass),
          cards: cards.forClass(callClass),
          patrons: patrons.forClass(callClass),
        })),
        () => new Date(),
      ),
      ping: (signal) => cards.ping(signal),
    };
  },
});
