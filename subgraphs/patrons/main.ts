import { openStandaloneServices } from '../open-services.ts';
import { runStandalone } from '../runtime/start.ts';
import { patronsSubgraph } from './resolvers/index.ts';

await runStandalone({
  name: 'patrons',
  defaultPort: 4001,
  system: 'patron registry',
  async open(config, log, resources) {
    const { servicesOf, journal, patrons } = await openStandaloneServices(config, log, resources);
    return { definition: patronsSubgraph(servicesOf), journal, ping: (signal) => patrons.ping(signal) };
  },
});
