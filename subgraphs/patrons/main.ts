import { createPatronRegistry } from '../../adapters/patrons/soap.ts';
import { required, runStandalone } from '../start.ts';
import { patronsSubgraph } from './resolvers.ts';

await runStandalone({
  defaultPort: 4001,
  system: 'patron registry',
  async open({ prs }, _log, resources) {
    const registry = resources.use(
      await createPatronRegistry(required(prs, 'PRS_URL', 'where the patron registry is')),
    );
    return { definition: patronsSubgraph(registry), ping: (signal) => registry.ping(signal) };
  },
});
