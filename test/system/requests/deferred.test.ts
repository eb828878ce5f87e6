/** The library's own graph in parts: what a page shows later is fetched later. */
import { expect, test } from 'vitest';
import { systemForTests } from '../system-for-tests.ts';

const system = systemForTests();

async function ask(
  query: string,
  accept: string,
): Promise<{ readonly type: string; readonly parts: unknown[] }> {
  const response = await fetch(`${system.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept,
      authorization: `Bearer ${await system.token({ subject: 'reader', patronId: 'P0000002' })}`,
    },
    body: JSON.stringify({ query }),
  });
  const type = response.headers.get('content-type') ?? '';
  const text = await response.text();
  const bodies = type.startsWith('multipart/mixed') ? text.split('\r\n---') : [text];
  const parts = bodies.flatMap((body) => {
    const json = body.slice(body.indexOf('{'));
    return body.includes('{') ? [JSON.parse(json) as unknown] : [];
  });
  return { type, parts };
}

const query = `{
  me {
    id
    ... @defer(label: "quota") { loanQuota { remaining } }
    ... @defer(label: "cards") { credentials { status } }
  }
}`;

test('a reader’s home page gets the quota and the cards in later parts', async () => {
  const whole = await ask(query, 'application/json');
  expect(whole.type).toBe('application/json; charset=utf-8');
  const { data } = whole.parts[0] as { data: { me: { loanQuota: unknown; credentials: unknown } } };
  const { type, parts } = await ask(query, 'multipart/mixed;deferSpec=20220824, application/json');
  expect(type).toBe('multipart/mixed; boundary="-"; deferSpec=20220824');
  expect(parts[0]).toEqual({ data: { me: { id: 'P0000002' } }, hasNext: true });
  expect(parts.slice(1).flatMap((part) => (part as { incremental: unknown[] }).incremental)).toEqual(
    expect.arrayContaining([
      { data: { loanQuota: data.me.loanQuota }, path: ['me'], label: 'quota' },
      { data: { credentials: data.me.credentials }, path: ['me'], label: 'cards' },
    ]),
  );
});
