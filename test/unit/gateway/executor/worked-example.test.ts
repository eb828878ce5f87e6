/** The example in the docstring of gateway/executor/index.ts, checked stage by stage. */
import { expect, test } from 'vitest';
import { type FetchSubgraph, SubgraphFailure } from '../../../../gateway/executor/index.ts';
import { worldOf } from '../../../federation/support/subgraphs.ts';
import { engine } from './canned.ts';

const query =
  'query ($full: Boolean!) { me { number: id quota: loanQuota { remaining } contact @include(if: $full) { email } } }';

function ask(circulation: () => ReturnType<FetchSubgraph>) {
  const world = worldOf(engine, async ({ subgraph }) =>
    subgraph === 'credentials'
      ? { data: { me: { __typename: 'Patron', _2_id_number: 'P1', id: 'P1', cardNumbers: ['C1'] } } }
      : circulation(),
  );
  return world.ask(query, { variables: { full: false } }).then((answer) => ({ answer, ...world }));
}

test('two subgraphs are asked in sequence, and the answer has the names of the client', async () => {
  const { answer, requests } = await ask(async () => ({
    data: { _entities: [{ _9_loanQuota_quota: { remaining: 3 } }] },
  }));
  expect(requests.map(({ subgraph, operation }) => [subgraph, operation])).toEqual([
    ['credentials', 'query{me{_2_id_number:id id cardNumbers __typename}}'],
    [
      'circulation',
      'query($representations:[_Any!]!){_entities(representations:$representations){...on Patron{_9_loanQuota_quota:loanQuota{remaining}}}}',
    ],
  ]);
  expect(requests[1]?.variables).toEqual({
    representations: [{ __typename: 'Patron', id: 'P1', cardNumbers: ['C1'] }],
  });
  expect(answer).toEqual({ data: { me: { number: 'P1', quota: { remaining: 3 } } } });
});

test('if circulation fails, the quota is null and has the error', async () => {
  const { answer } = await ask(() =>
    Promise.reject(new SubgraphFailure('circulation', 'SUBGRAPH_UNAVAILABLE')),
  );
  expect(answer).toEqual({
    data: { me: { number: 'P1', quota: null } },
    errors: [
      {
        message: "The subgraph circulation can't be reached.",
        path: ['me', 'quota'],
        extensions: { code: 'SUBGRAPH_UNAVAILABLE', service: 'circulation' },
      },
    ],
  });
});
