import { describe, expect, test } from 'vitest';
import type { FaultCode } from '../../../../adapters/credentials/fault-codes.ts';
import type { CardManagement, CardRefusal } from '../../../../adapters/credentials/port.ts';
import { createCardManagement } from '../../../../adapters/credentials/soap.ts';
import type { UpstreamReason } from '../../../../adapters/soap/port.ts';
import type { CmsCode } from '../../../../simulators/cms/cms-error.ts';
import { DEFAULT_CREDENTIALS, startSimulators } from '../../../../simulators/index.ts';
import { anySignal, expectUpstream } from '../../../contract/port-under-test.ts';
import { envelope12, reply, startRawServer } from '../soap/raw-server.ts';

const limits = { deadlineMs: 1_000, retryDelayMs: 5 };
const login = DEFAULT_CREDENTIALS.cms;
const number = '21852000000017';
const ns =
  'xmlns="http://cms.library.example/2009/cards" xmlns:i="http://www.w3.org/2001/XMLSchema-instance"';

const fault = (code: string | null, side: string): string =>
  envelope12(
    `<soap:Fault><soap:Code><soap:Value>soap:${side}</soap:Value></soap:Code>` +
      '<soap:Reason><soap:Text xml:lang="en">SECRET</soap:Text></soap:Reason>' +
      `${code === null ? '' : `<soap:Detail><cmsFault ${ns}><code>${code}</code><message>SECRET</message></cmsFault></soap:Detail>`}` +
      '</soap:Fault>',
  );
const card = (parts: { no?: string; type?: string; patron?: string; issued?: string } = {}): string =>
  `<card type="${parts.type ?? 'LC'}" status="ACT"><cardNo>${parts.no ?? number}</cardNo>` +
  `<patronNo>${parts.patron ?? 'P0000001'}</patronNo><issuedOn>${parts.issued ?? '02/05/2012'}</issuedOn>` +
  '<closedOn i:nil="true"/><hkid i:nil="true"/><dateOfIssue i:nil="true"/><onReplacement i:nil="true"/>' +
  '<infoCardPrintedOn i:nil="true"/></card>';

const close = (cards: CardManagement) => cards.closeCard('ref-9', number, 'CLOSED', anySignal());
const replace = (cards: CardManagement) => cards.replaceCard('ref-9', number, null, anySignal());
const issue = (cards: CardManagement) =>
  cards.issueCard('ref-9', { patronId: 'P0000001', kind: 'LIBRARY_CARD' }, anySignal());

/** Runs `use` with a CMS that always gives the same answer. Resolves to the number of requests that it received. */
async function answering<T>(xml: string, status: number, use: (cards: CardManagement) => Promise<T>) {
  await using server = await startRawServer((response) =>
    reply(response, xml, 'application/soap+xml', status),
  );
  await using cards = createCardManagement({ url: server.url, ...login, limits });
  await use(cards);
  return server.requests.length;
}

const refusals = {
  E1001: 'NOT_FOUND',
  E1002: 'WRONG_STATE',
  E1003: 'ALREADY_EXISTS',
} as const satisfies Partial<Record<CmsCode, CardRefusal['refused']>>;
const failures = {
  E1004: { side: 'Sender', reason: 'unauthorized' },
  E1005: { side: 'Sender', reason: 'rejected' },
  E1009: { side: 'Receiver', reason: 'busy' },
} as const satisfies Partial<Record<CmsCode, { side: string; reason: UpstreamReason }>>;
// If a code of the adapter or of the simulator is in neither table, `tsc` reports it here.
({ ...refusals, ...failures }) satisfies Record<FaultCode | CmsCode, unknown>;

describe.each([400, 500, 200])('a fault with HTTP %i', (status) => {
  test.each([...Object.entries(refusals), [null, 'INVALID']] as const)(
    '%s is the refusal %s',
    async (code, refused) => {
      await answering(fault(code, 'Sender'), status, async (cards) => {
        await expect(close(cards)).resolves.toEqual({ refused });
      });
    },
  );

  test.each<[string | null, string, UpstreamReason]>([
    ...Object.entries(failures).map(([code, { side, reason }]): [string, string, UpstreamReason] => [
      code,
      side,
      reason,
    ]),
    ['E7777', 'Sender', 'outcome-unknown'],
    [null, 'Receiver', 'outcome-unknown'],
    [null, 'MustUnderstand', 'outcome-unknown'],
  ])('%s of the %s is %s, and the change is not sent again', async (code, side, reason) => {
    const requests = await answering(fault(code, side), status, (cards) =>
      expectUpstream(close(cards), reason, ['SECRET', 'E1', 'E7', number, 'ref-9']),
    );
    expect(requests).toBe(1);
  });
});

test.each<[string, string, string, (cards: CardManagement) => Promise<unknown>]>([
  ['CloseCard', 'another card', card({ no: '21852000000025' }), close],
  ['CloseCard', 'a date that does not exist', card({ issued: '31/02/2012' }), close],
  ['ReplaceCard', 'the old number of a library card', card(), replace],
  [
    'ReplaceCard',
    'a new number of a smart identity card',
    card({ no: '21852000000025', type: 'SC' }),
    replace,
  ],
  ['IssueCard', 'the card of another patron', card({ patron: 'P0000002' }), issue],
  ['IssueCard', 'a card of another kind', card({ type: 'SC' }), issue],
  [
    'VerifyPin',
    'a timestamp without an offset',
    '<verified>false</verified><lockedUntil>2026-11-25T01:45:00</lockedUntil>',
    (cards) => cards.verifyPin(number, '0012', anySignal()),
  ],
])('%s answered with %s is outcome-unknown', async (name, _what, content, call) => {
  const xml = envelope12(`<${name}Response ${ns}>${content}</${name}Response>`);
  await answering(xml, 200, (cards) =>
    expectUpstream(call(cards), 'outcome-unknown', ['2185200', 'P0000', '0012']),
  );
});

test('ChangePin answered with a PIN that was not changed is a refusal: nothing is left to find out', async () => {
  const answer = envelope12(`<ChangePinResponse ${ns}><changed>false</changed></ChangePinResponse>`);
  await answering(answer, 200, (cards) =>
    expect(cards.changePin('ref-9', number, '0012', anySignal())).resolves.toEqual({ refused: 'INVALID' }),
  );
});

test('an application with another reference, or another application, is outcome-unknown', async () => {
  await using simulators = await startSimulators({ systems: ['cms'] });
  await using cards = createCardManagement({ url: simulators.cms.url, ...login, limits });
  const [seeded] = await cards.applicationsById(['A0000001'], anySignal());
  if (seeded == null) {
    throw new Error('A0000001 is not in the seed');
  }
  const decision = { approve: false, reason: 'x', decidedBy: 's' } as const;
  const xml = (name: string) =>
    envelope12(
      `<${name}Response ${ns}><application channel="CTR" status="RCV"><applicationNo>A9</applicationNo>` +
        '<clientRef>other</clientRef><patronNo i:nil="true"/><wants>LC</wants><applicant><engName>A</engName>' +
        '<chiName i:nil="true"/><hkid i:nil="true"/><birthCertNo i:nil="true"/><dateOfBirth>01/01/2000</dateOfBirth>' +
        '<dateOfIssue i:nil="true"/><address i:nil="true"/><addressProof>true</addressProof><tel i:nil="true"/>' +
        '<email i:nil="true"/></applicant><guarantor i:nil="true"/><submittedAt>2026-11-25T01:30:00+08:00</submittedAt>' +
        '<decidedAt i:nil="true"/><decidedBy i:nil="true"/><reason i:nil="true"/></application></' +
        `${name}Response>`,
    );
  await answering(xml('SubmitApplication'), 200, (broken) =>
    expectUpstream(broken.submitApplication('ref-9', seeded, anySignal()), 'outcome-unknown'),
  );
  await answering(xml('SubmitApplication'), 200, (broken) =>
    expect(broken.submitApplication('other', seeded, anySignal())).resolves.toHaveProperty('application'),
  );
  await answering(xml('DecideApplication'), 200, (broken) =>
    expectUpstream(broken.decideApplication('A0000001', decision, anySignal()), 'outcome-unknown'),
  );
});
