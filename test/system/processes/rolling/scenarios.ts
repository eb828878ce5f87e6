import type { ClientReport } from '../../../support/services/balanced-graph.ts';
import type { Asked, RollingSystem } from './rolling-system.ts';

/** An event while clients send requests, and the answers that they must get all the time. */
export interface Scenario {
  readonly name: string;
  prepare(system: RollingSystem): Promise<void>;
  readonly clients: readonly Asked[];
}

const reader = 'LEE, SIU MING';
const name = { query: '{ me { name { english } loanQuota { used } } }' };
const whole = { data: { me: { name: { english: reader }, loanQuota: { used: 5 } } } };
/** A quick request. Whenever a gateway stops, some of these are pending. */
const quick: Asked = {
  query: '{ __typename }',
  answer: { data: { __typename: 'Query' } },
  connection: 'close',
};
/** A request that needs card management and circulation but not the registry. */
const withoutRegistry = {
  query: '{ me { credentials { libraryCardNumber } loanQuota { used } } }',
  answer: {
    data: {
      me: {
        credentials: [{ libraryCardNumber: '21852000000041' }, { libraryCardNumber: '21852000000033' }],
        loanQuota: { used: 5 },
      },
    },
  },
};

export const scenarios: readonly Scenario[] = [
  {
    name: 'a rolling restart of every service',
    prepare: async () => {},
    clients: [
      { ...name, answer: whole, connection: 'keep-alive' },
      { ...name, answer: whole, connection: 'close' },
      quick,
      quick,
    ],
  },
  {
    name: 'a full redeploy while the patron registry is down',
    prepare: ({ legacy }) => legacy.prs.stop(),
    clients: [
      { ...withoutRegistry, connection: 'keep-alive' },
      { ...withoutRegistry, connection: 'close' },
      quick,
    ],
  },
];

export interface ScenarioReport {
  readonly clients: readonly ClientReport[];
  /** The exit codes of the processes that were replaced. */
  readonly exits: readonly (number | null)[];
  readonly seconds: number;
}

/** Replaces every service while the scenario's clients send requests. */
export async function runScenario(
  system: RollingSystem,
  { prepare, clients }: Scenario,
): Promise<ScenarioReport> {
  await prepare(system);
  const ended = new AbortController();
  const from = performance.now();
  const loads = Promise.all(clients.map((asked) => system.load(asked, ended.signal)));
  try {
    const exits = await system.redeploy();
    ended.abort();
    return { clients: await loads, exits, seconds: (performance.now() - from) / 1000 };
  } finally {
    ended.abort();
    await loads;
  }
}
