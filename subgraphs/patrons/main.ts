import { createPatronRegistry } from '../../adapters/patrons/soap.ts';
import { runStandalone } from '../start.ts';
import { patronsSubgraph } from './resolvers.ts';

await runStandalone({
  defaultPort: 4001,
  system: 'patron registry',
  async open({ prs }) {
    if (prs === null) {
      throw new Error('PRS_URL is wanted: where the patron registry is.');
    }
    return createPatronRegistry(prs);
  },
  define: (registry) => patronsSubgraph(registry),
});
