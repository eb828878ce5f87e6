import { createCardManagement } from '../../adapters/credentials/soap.ts';
import { required, runStandalone } from '../start.ts';
import { credentialsSubgraph } from './resolvers.ts';

await runStandalone({
  defaultPort: 4002,
  system: 'card management',
  async open({ cms }, _log, resources) {
    const cards = resources.use(
      await createCardManagement(required(cms, 'CMS_URL', 'where card management is')),
    );
    return {
      definition: credentialsSubgraph(cards, () => new Date()),
      ping: (signal) => cards.ping(signal),
    };
  },
});
