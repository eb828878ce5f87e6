import { systemOf } from '../../platform/systems.ts';
import { readBranches } from '../library/branches.ts';
import { noticeWork } from '../notices/start.ts';
import { maxWorkers, openStandaloneServices } from '../open-services.ts';
import { runStandalone } from '../runtime/start.ts';
import { refuseSecondInstallation } from './feed/second-installation.ts';
import { circulationSubgraph } from './resolvers/index.ts';

await runStandalone({
  entry: systemOf('circ'),
  maxWorkers,
  async open(config, observers, resources) {
    const { servicesOf, journal, circulation } = await openStandaloneServices(config, observers, resources);
    const background = servicesOf('background');
    await refuseSecondInstallation(background);
    const branches = await readBranches(config.branchesFile);
    const moreWork = await noticeWork(background, config);
    return {
      definition: circulationSubgraph(servicesOf, () => new Date(), branches, true, moreWork),
      journal,
      ping: (signal) => circulation.ping(signal),
    };
  },
});
