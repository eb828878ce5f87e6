/** R30: a client's text is never in a span, in the log, or in the explanation of its operation. */
import { beforeAll, expect, test } from 'vitest';
import { readSeed } from '../../../simulators/index.ts';
import { postJson } from '../../support/graph/ask-graph.ts';
import { indiscretion, leaksIn, MARKS, secretsOf } from '../../support/marked-secrets.ts';
import { type ExportedSpans, exportSpans } from '../../support/telemetry/export-spans.ts';
import { systemForTests } from '../../system/system-for-tests.ts';

const held = secretsOf(readSeed());
/** Names of operations cannot contain brackets and spaces. */
const cardInName = `Loans_${MARKS.cardNumber}`;
const identityInName = `Person_${MARKS.identityNumber.slice(0, 8)}`;

const queries: readonly { readonly query: string; readonly variables?: Record<string, unknown> }[] = [
  { query: `query ${cardInName} { me { name { english chinese } loans { edges { node { id } } } } }` },
  { query: `query ${identityInName} { items(title: "${MARKS.title}") { title } }` },
  {
    query: `{ patron(id: "${MARKS.patronNumber}") { name { english } } credential(libraryCardNumber: "${MARKS.cardNumber}") { status } }`,
  },
  {
    query: 'query ($name: String!) { patrons(search: { name: $name }) { totalCount } }',
    variables: { name: MARKS.name },
  },
  { query: `query ($name: String = "${MARKS.name}") { patrons(search: { name: $name }) { totalCount } }` },
  { query: `query ($n: Int!) { __typename }`, variables: { n: MARKS.identityNumber } },
  { query: `{ nothing(of: "${MARKS.identityNumber}") }` },
  { query: `{ "${MARKS.pin}` },
];

let spans: ExportedSpans;
beforeAll(async () => {
  spans = await exportSpans();
});
const system = systemForTests();

/** Sends the body, with marked text in every header that is read for telemetry. */
async function send(body: object, token: string): Promise<string> {
  const headers = {
    'patron-graph-explain': '1',
    'user-agent': MARKS.email,
    'x-request-id': MARKS.telephone,
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    tracestate: `vendor=${MARKS.cardNumber}`,
    baggage: `reader=${MARKS.patronNumber}`,
  };
  const url = `${system.url}/graphql?${new URLSearchParams({ q: MARKS.address })}`;
  const response = await postJson(url, body, { token, headers });
  return await response.text();
}

test('nothing that a client or a vendor writes is in spans, in the log or in an explanation', async () => {
  const token = await system.token({
    subject: MARKS.staff,
    patronId: 'P0000001',
    scope: 'patrons:read credentials:read operate',
  });
  const explanations: unknown[] = [];
  const sendAll = async () => {
    for (const query of queries) {
      const { extensions } = JSON.parse(await send(query, token));
      explanations.push(extensions);
    }
  };
  await sendAll();
  for (const legacy of [system.legacy.prs, system.legacy.cms, system.legacy.circ]) {
    legacy.faults.set([{ kind: 'busy', text: indiscretion }]);
  }
  await sendAll();
  const exported = await spans.stop();
  expect(explanations.filter((one) => one !== undefined)).toHaveLength(queries.length * 2);
  const told = { explanations: JSON.stringify(explanations), exported, log: system.log.join('\n') };
  for (const [where, text] of Object.entries(told)) {
    expect(leaksIn(text, [...held, token, MARKS.identityNumber.slice(0, 8)]), where).toEqual([]);
  }
  // The searched spans and log lines are not empty.
  expect(told.explanations).toContain('GetPatrons');
  expect(told.exported).toContain('patron registry/GetPatrons');
  expect(told.log).toContain('"operation":"(withheld)"');
});
