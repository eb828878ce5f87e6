import { systemOf } from '../../platform/systems.ts';
import { maxWorkers, openStandaloneServices } from '../open-services.ts';
import { runStandalone } from '../runtime/start.ts';
import { patronsSubgraph } from './resolvers/index.ts';

await runStandalone({
  entry: systemOf('prs'),
  maxWorkers,
  async open(config, observers, resources) {
    const { servicesOf, journal, patrons } = await openStandaloneServices(config, observers, resources);
    return { definition: patronsSubgraph(servicesOf), journal, ping: (signal) => patrons.ping(signal) };
  },
});
