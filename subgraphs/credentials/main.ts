import { createCardManagement } from '../../adapters/credentials/soap.ts';
import { runStandalone } from '../start.ts';
import { credentialsSubgraph } from './resolvers.ts';

await runStandalone({
  defaultPort: 4002,
  system: 'card management',
  async open({ cms }) {
    if (cms === null) {
      throw new Error('CMS_URL is wanted: where card management is.');
    }
    return createCardManagement(cms);
  },
  define: (cards) => credentialsSubgraph(cards, () => new Date()),
});
