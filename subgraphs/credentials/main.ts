import { systemOf } from '../../platform/systems.ts';
import { maxWorkers, openStandaloneServices } from '../open-services.ts';
import { runStandalone } from '../runtime/start.ts';
import { pseudonymKeyOf, requirePseudonymSecret, warnOfWeakSecret } from './partners/pseudonym.ts';
import { withPartnerServices } from './partners/services.ts';
import { credentialsSubgraph } from './resolvers/index.ts';

await runStandalone({
  entry: systemOf('cms'),
  maxWorkers,
  async open(config, observers, resources) {
    requirePseudonymSecret(config);
    warnOfWeakSecret(config, observers.log);
    const { servicesOf, journal, cards, keys } = await openStandaloneServices(config, observers, resources);
    const pseudonymKey = await pseudonymKeyOf(config, keys);
    return {
      definition: credentialsSubgraph(withPartnerServices(servicesOf, pseudonymKey), () => new Date()),
      journal,
      ping: (signal) => cards.ping(signal),
    };
  },
});
