/**
 * The legacy systems of a benchmark, in a process of their own. The process sends the systems' URLs to its parent, and
 * ends with the parent. Its argument may be a JSON file with the data at the start. The environment may have other
 * passwords than the simulators have by default.
 */
import {
  DEFAULT_CREDENTIALS,
  readSeed,
  type SystemName,
  startSimulators,
} from '../../../../simulators/index.ts';
import { benchSeed } from '../seed.ts';

export type SimulatorUrls = Readonly<Record<SystemName, string>>;

const [, , seedFile] = process.argv;
const { cms: cards, circ: lending } = DEFAULT_CREDENTIALS;
const { CMS_PASSWORD = cards.password, CIRC_PASSWORD = lending.password } = process.env;
const legacy = await startSimulators({
  seed: seedFile === undefined ? benchSeed() : readSeed(seedFile),
  latencyMs: Number(process.env.LATENCY_MS),
  credentials: {
    cms: { ...cards, password: CMS_PASSWORD },
    circ: { ...lending, password: CIRC_PASSWORD },
  },
});
const { prs, cms, circ } = legacy;
process.send?.({ prs: prs.url, cms: cms.url, circ: circ.url } satisfies SimulatorUrls);
process.once('disconnect', () => process.exit());
