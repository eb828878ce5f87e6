import { describe, expect, test } from 'vitest';
import { worldOf } from '../../../federation/support/subgraphs.ts';
import { ask, canned, engine, patron } from '../executor/canned.ts';

describe('variables', () => {
  const query = 'query ($presented: SmartIdPresented!) { smartId(presented: $presented) { status } }';
  const rejectedMessages = async (variables: unknown, text = query) => {
    const answer = await ask(text, {}, { variables });
    expect(answer).not.toHaveProperty('data');
    expect(answer.errors?.every(({ extensions }) => extensions?.code === 'BAD_USER_INPUT')).toBe(true);
    return answer.errors?.map(({ message }) => message).join(' ') ?? '';
  };

  test('an error about a value has its path and type, and never the value', async () => {
    const secret = 'A1234567';
    for (const presented of [
      { identityNumber: secret, dateOfIssue: secret },
      { identityNumber: { [secret]: secret }, dateOfIssue: '2020-01-01' },
      { identityNumber: secret, dateOfIssue: '2020-01-01', [secret]: secret },
      [secret],
      secret,
      null,
      undefined,
    ]) {
      const message = await rejectedMessages({ presented });
      expect(message).toContain('$presented');
      expect(message).not.toContain(secret);
    }
    expect(await rejectedMessages({ presented: { identityNumber: secret, dateOfIssue: 'x' } })).toBe(
      'Variable "$presented.dateOfIssue" must be a Date!.',
    );
  });

  test.each([
    '2023-02-29',
    '2023-13-01',
    '2023-00-10',
    '2023-1-1',
    '2023-01-01T00:00:00Z',
    ' 2023-01-01',
    20230101,
  ])('%s is not a valid date', async (dateOfIssue) => {
    expect(await rejectedMessages({ presented: { identityNumber: 'x', dateOfIssue } })).toContain(
      '$presented.dateOfIssue',
    );
  });

  test('a subgraph gets only the variables that it uses, with their defaults', async () => {
    const world = worldOf(
      engine,
      canned({ credentials: { data: { me: null } }, circulation: { data: { item: null } } }),
    );
    await world.ask(
      'query ($n: ID! = "1", $s: [CredentialStatus!] = [LOST]) { item(itemNumber: $n) { title } me { credentials(status: $s) { status } } }',
      { variables: {} },
    );
    const sent = world.requests
      .map(({ subgraph, variables }) => [subgraph, Object.keys(variables).length])
      .sort();
    expect(sent).toEqual([
      ['circulation', 1],
      ['credentials', 1],
    ]);
  });

  test.each(['representations', '__batch_reps_0', 'v_x', '_a'])(
    'a variable may be called $%s',
    async (name) => {
      const world = worldOf(
        engine,
        canned({
          credentials: { data: { me: patron } },
          circulation: { data: { _entities: [{ loans: { totalCount: 7 } }] } },
        }),
      );
      const answer = await world.ask(
        `query ($${name}: Int!) { me { loans(first: $${name}) { totalCount } } }`,
        {
          variables: { [name]: 5 },
        },
      );
      expect(answer).toEqual({ data: { me: { loans: { totalCount: 7 } } } });
      const { variables } = world.requests[1] ?? {};
      expect(Object.values(variables ?? {})).toContainEqual(5);
      expect(variables?.representations).toEqual([patron]);
    },
  );

  test('input nested 20,000 levels deep is rejected', async () => {
    const deep = JSON.parse(`${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`);
    await rejectedMessages({ presented: deep });
  });
});
