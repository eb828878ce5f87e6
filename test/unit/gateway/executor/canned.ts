/** Our own graph, whose subgraphs answer what a test says. */
import { readFileSync } from 'node:fs';
import { createEngine } from '../../../../gateway/engine/engine.ts';
import {
  type FetchSubgraph,
  SubgraphFailure,
  type SubgraphResponse,
} from '../../../../gateway/executor/index.ts';
import { relabel } from '../../../federation/cases/relabel.ts';
import { worldOf } from '../../../federation/cases/subgraphs.ts';

const supergraph = readFileSync(new URL('../../../../schema/supergraph.graphql', import.meta.url), 'utf8');
export const engine = createEngine(supergraph);

type Answer = SubgraphResponse | SubgraphFailure;
type Canned = Readonly<Record<string, Answer | ((operation: string) => Answer)>>;

/** Each subgraph answers the same, a new object each time. */
export function canned(answers: Canned): FetchSubgraph {
  return async ({ subgraph, operation }) => {
    const given = answers[subgraph];
    const answer = typeof given === 'function' ? given(operation) : given;
    if (answer === undefined) {
      throw new Error(`${subgraph} was not to be asked: ${operation}`);
    }
    if (answer instanceof SubgraphFailure) {
      throw answer;
    }
    return typeof answer.data === 'object' && !Array.isArray(answer.data)
      ? relabel(structuredClone(answer), operation)
      : answer;
  };
}

export function ask(query: string, answers: Canned, more: object = {}) {
  return worldOf(engine, canned(answers)).ask(query, more);
}

export const patron = { __typename: 'Patron', id: 'P1', cardNumbers: ['C1'] };
export const quota = { data: { _entities: [{ loanQuota: { remaining: 3 } }] } };
