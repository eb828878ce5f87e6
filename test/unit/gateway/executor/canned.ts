/** The library's graph, with subgraphs that give the answers of a test. */
import { readFileSync } from 'node:fs';
import { createEngine } from '../../../../gateway/engine/engine.ts';
import {
  type FetchSubgraph,
  SubgraphFailure,
  type SubgraphResponse,
} from '../../../../gateway/executor/index.ts';
import { withResponseKeys } from '../../../federation/support/response-keys.ts';
import { worldOf } from '../../../federation/support/subgraphs.ts';

const supergraph = readFileSync(new URL('../../../../schema/supergraph.graphql', import.meta.url), 'utf8');
export const engine = createEngine(supergraph);

type Answer = SubgraphResponse | SubgraphFailure;
type Canned = Readonly<Record<string, Answer | ((operation: string) => Answer)>>;

/**
 * Each subgraph gives the same answer to every request, as a new object. `answers` uses field names; they are replaced
 * by the response keys of the request.
 */
export function canned(answers: Canned): FetchSubgraph {
  return async ({ subgraph, operation }) => {
    const answerOf = answers[subgraph];
    const answer = typeof answerOf === 'function' ? answerOf(operation) : answerOf;
    if (answer === undefined) {
      throw new Error(`${subgraph} was asked, but has no answer: ${operation}`);
    }
    if (answer instanceof SubgraphFailure) {
      throw answer;
    }
    return typeof answer.data === 'object' && !Array.isArray(answer.data)
      ? withResponseKeys(structuredClone(answer), operation)
      : answer;
  };
}

export function ask(query: string, answers: Canned, more: object = {}) {
  return worldOf(engine, canned(answers)).ask(query, more);
}

export const patron = { __typename: 'Patron', id: 'P1', cardNumbers: ['C1'] };
export const quota = { data: { _entities: [{ loanQuota: { remaining: 3 } }] } };
