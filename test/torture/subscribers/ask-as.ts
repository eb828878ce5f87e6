import { askGraph } from '../../support/graph/ask-graph.ts';
import type { Random } from '../random.ts';
import { type Gateways, type SubscriberClaims, signToken } from './gateways.ts';

export interface Question {
  readonly query: string;
  readonly variables: object;
}

export interface AskSources {
  readonly gateways: Gateways;
  readonly random: Random;
}

const patienceMs = 10_000;

/** Asks any gateway. Resolves to the data of an answer; null if there is none. */
export async function ask(
  { gateways, random }: AskSources,
  claims: SubscriberClaims,
  { query, variables }: Question,
): Promise<unknown> {
  const token = await signToken(gateways, claims);
  const signal = AbortSignal.timeout(patienceMs);
  const { origin } = random.pick(gateways.all);
  return await askGraph(origin, query, { token, variables, signal }).then(
    ({ data }) => data ?? null,
    () => null,
  );
}
