import { createCirculation } from '../../adapters/circulation/soap.ts';
import { runStandalone } from '../start.ts';
import { circulationSubgraph } from './resolvers.ts';

await runStandalone({
  defaultPort: 4003,
  system: 'circulation',
  async open({ circ }) {
    if (circ === null) {
      throw new Error('CIRC_URL is wanted: where the circulation system is.');
    }
    return createCirculation(circ);
  },
  define: (circulation) => circulationSubgraph(circulation, () => new Date()),
});
