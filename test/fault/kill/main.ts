/** Runs a mutation of the *circulation* subgraph, and kills its own process at step `KILL_AT`. */
import { pino } from 'pino';
import { circulationSubgraph } from '../../../subgraphs/circulation/resolvers/index.ts';
import { startSubgraph } from '../../../subgraphs/runtime/serve.ts';
import { seedDay, staff } from '../../support/callers.ts';
import { mutations } from './mutations.ts';
import { openLending } from './open-lending.ts';
import { Steps } from './steps.ts';

const { MUTATION, KILL_AT, PRS = '', CMS = '', CIRC = '', JOURNAL = '' } = process.env;
const mutation = mutations.find(({ name }) => name === MUTATION);
if (mutation === undefined) {
  throw new Error(`there is no mutation ${MUTATION}`);
}

await using resources = new AsyncDisposableStack();
const log = pino(pino.destination(2));
const addresses = { prs: PRS, cms: CMS, circ: CIRC, path: JOURNAL };
const { journal, circulation, cards, patrons, ...lending } = await openLending(
  addresses,
  () => new Date(),
  log,
  resources,
);
const steps = new Steps(Number(KILL_AT));
const stepped = {
  ...lending,
  journal: steps.of(journal, 'journal'),
  circulation: steps.of(circulation, 'circulation'),
  cards: steps.of(cards, 'cards'),
  patrons: steps.of(patrons, 'patrons'),
};
const definition = circulationSubgraph(
  () => stepped,
  () => seedDay,
);
// The subgraph runs without its reconciler. Another process runs the reconciler later.
const { name, resolvers, createContext } = definition;
const subgraph = resources.use(await startSubgraph({ name, resolvers, createContext }, log));
const { document: operation, input } = mutation;
const answer = await subgraph.execute(
  { operation, variables: { input } },
  staff,
  new AbortController().signal,
);
steps.take('answer');
process.stdout.write(`answer ${JSON.stringify(answer)}\n`);
