import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SystemName } from '../../../../simulators/index.ts';
import {
  type Card,
  type ChangeName,
  cardsOf,
  done,
  formOf,
  join,
  type Library,
  openLibrary,
  refusedWith,
} from '../library.ts';
import { stranger, today } from '../people.ts';

let library: Library;
beforeEach(async () => {
  library = await openLibrary();
});
afterEach(() => library[Symbol.asyncDispose]());

const copy = '31852000000494';
const never = new AbortController().signal;
const unsettled = { operation: { state: 'UNSETTLED' }, problems: [] };

const lend = (libraryCardNumber: string) =>
  library.change(
    'checkOut',
    { credential: library.system.presentedCard(libraryCardNumber), itemNumber: copy },
    library.station,
  );
const lendAtDesk = (libraryCardNumber: string) =>
  library.behind.circulation.checkOut(libraryCardNumber, copy, 'desk', never);
const both = () => join(library, stranger(), ['SMART_ID', 'LIBRARY_CARD']);

/** From then on the system answers `busy` to these calls, and does none of them. */
const busy = (name: SystemName, ...operations: string[]) =>
  library.system.legacy[name].faults.set([{ kind: 'busy', operations }]);

describe('R17: a loss is reported', () => {
  test('while circulation is down: card management has it at once, and circulation when it is back', async () => {
    const { patronId, smartId: libraryCardNumber } = await both();
    const reader = await library.reader(patronId);
    const { circ } = library.system.legacy;
    await circ.stop();
    const report = { reference: randomUUID(), libraryCardNumber, onReplacement: 'CONTINUE' };
    expect(await library.change('reportLoss', report, reader)).toMatchObject({
      ...unsettled,
      credential: null,
    });
    expect(await cardsOf(library, patronId)).toContainEqual(
      expect.objectContaining({ libraryCardNumber, status: 'LOST' }),
    );
    expect(await library.change('reportLoss', report, reader)).toMatchObject(unsettled);
    await circ.start();
    await library.untilDone(report.reference, reader);
    expect(await lendAtDesk(libraryCardNumber)).toEqual({ refused: 'CARD_BLOCKED' });
    expect(await library.change('reportLoss', report, reader)).toMatchObject({
      ...done,
      credential: { status: 'LOST' },
    });
  });

  test('at a counter while card management is down: desks refuse the card at once', async () => {
    const { patronId, libraryCard: libraryCardNumber } = await both();
    const { cms } = library.system.legacy;
    await cms.stop();
    const report = { reference: randomUUID(), libraryCardNumber };
    expect(await library.change('reportLoss', report, library.counter)).toMatchObject(unsettled);
    expect(await lendAtDesk(libraryCardNumber)).toEqual({ refused: 'CARD_BLOCKED' });
    await cms.start();
    await library.untilDone(report.reference, library.counter);
    expect(await cardsOf(library, patronId)).toContainEqual(
      expect.objectContaining({ libraryCardNumber, status: 'LOST' }),
    );
  });

  test('at a counter in error while card management is down: what was blocked is unblocked, last of all', async () => {
    const { smartId: libraryCardNumber } = await both();
    const { cms } = library.system.legacy;
    await cms.stop();
    // The loss of a smart identity card takes `onReplacement`.
    const report = { reference: randomUUID(), libraryCardNumber };
    expect(await library.change('reportLoss', report, library.counter)).toMatchObject(unsettled);
    await cms.start();
    const stands = () => library.change('reportLoss', report, library.counter);
    await expect.poll(stands, { timeout: 20_000, interval: 250 }).toMatchObject(refusedWith('INVALID'));
    expect(await lend(libraryCardNumber)).toMatchObject(done);
  });

  test('by a reader while card management is down: nothing is done, for whose card it is must be known', async () => {
    const { patronId, libraryCard: libraryCardNumber } = await both();
    const reader = await library.reader(patronId);
    const { cms } = library.system.legacy;
    await cms.stop();
    const report = () => library.change('reportLoss', { libraryCardNumber }, reader);
    expect(await report()).toMatchObject(refusedWith('SYSTEM_UNAVAILABLE'));
    await cms.start();
    expect(await report()).toMatchObject(done);
    expect(await lendAtDesk(libraryCardNumber)).toEqual({ refused: 'CARD_BLOCKED' });
  });

  test("R27: by somebody else while card management is silent: what is done with another's card is not held up", async () => {
    const { libraryCard: libraryCardNumber } = await both();
    const { cms } = library.system.legacy;
    cms.faults.set([{ kind: 'html-page', operations: ['GetCardsByNumber'] }]);
    const token = await library.reader('P0000003');
    const theirs = { reference: randomUUID(), libraryCardNumber };
    expect(await library.change('reportLoss', theirs, token)).toMatchObject(unsettled);
    const ours = { reference: randomUUID(), libraryCardNumber };
    expect(await library.change('reportLoss', ours, library.counter)).toMatchObject(unsettled);
    cms.faults.clear();
    await library.untilDone(ours.reference, library.counter);
    const stands = () => library.change('reportLoss', theirs, token);
    await expect.poll(stands, { timeout: 20_000, interval: 250 }).toMatchObject(refusedWith('NOT_FOUND'));
  });

  test('while a PIN waits to be set: desks refuse the card at once, and until then it serves', async () => {
    const { libraryCard: libraryCardNumber } = await both();
    const pin = '2468';
    expect(await library.change('setPin', { libraryCardNumber, newPin: pin }, library.counter)).toMatchObject(
      done,
    );
    busy('cms', 'ChangePin');
    const setting = { reference: randomUUID(), libraryCardNumber, newPin: '1357' };
    expect(await library.change('setPin', setting, library.counter)).toMatchObject(unsettled);
    expect(await lend(libraryCardNumber)).toMatchObject(done);
    const byPhone = 'query ($reader: CardAndPin!) { readerLoans(reader: $reader) { totalCount } }';
    const reader = { libraryCardNumber, pin };
    expect(await library.read(byPhone, { reader }, library.telephone)).toEqual({
      readerLoans: { totalCount: 1 },
    });
    const again = { libraryCardNumber, newPin: '1358' };
    expect(await library.change('setPin', again, library.counter)).toMatchObject(
      refusedWith('ANOTHER_OPERATION_OPEN'),
    );
    expect(await library.change('reportLoss', { libraryCardNumber }, library.counter)).toMatchObject(done);
    expect(await lendAtDesk(libraryCardNumber)).toEqual({ refused: 'CARD_BLOCKED' });
    library.system.legacy.cms.faults.clear();
    const stands = () => library.change('setPin', setting, library.counter);
    await expect.poll(stands, { timeout: 20_000, interval: 250 }).toMatchObject(done);
    expect(await lendAtDesk(libraryCardNumber)).toEqual({ refused: 'CARD_BLOCKED' });
  });

  test('and neither has it yet: no station lends on the card, and nothing else is begun with it', async () => {
    const { patronId, smartId: libraryCardNumber, libraryCard } = await both();
    busy('cms', 'ReportLoss');
    busy('circ', 'BlockCard');
    const report = { reference: randomUUID(), libraryCardNumber, onReplacement: 'CONTINUE' };
    expect(await library.change('reportLoss', report, library.counter)).toMatchObject(unsettled);
    expect(await lend(libraryCardNumber)).toMatchObject(refusedWith('CREDENTIAL_NOT_ACTIVE'));
    const others: readonly (readonly [ChangeName, object])[] = [
      ['reportLoss', { onReplacement: 'DISCONTINUE' }],
      ['discontinueSmartId', {}],
      ['replaceCredential', { smartIdDateOfIssue: today }],
      ['setPin', { newPin: '1357' }],
      ['printInformationCard', {}],
    ];
    for (const [name, input] of others) {
      expect(
        await library.change(name, { libraryCardNumber, ...input }, library.counter),
        name,
      ).toMatchObject(refusedWith('ANOTHER_OPERATION_OPEN'));
    }
    // The other card still works.
    expect(await lend(libraryCard)).toMatchObject(done);
    await library.change('checkIn', { itemNumber: copy }, library.station);
    library.system.legacy.cms.faults.clear();
    library.system.legacy.circ.faults.clear();
    await library.untilDone(report.reference, library.counter);
    expect(await cardsOf(library, patronId)).toContainEqual(
      expect.objectContaining({ libraryCardNumber, status: 'LOST' }),
    );
  });
});

describe('while circulation is down', () => {
  test('R18: a replacement is unsettled until it is unblocked, and no station lends on it before', async () => {
    const { smartId: libraryCardNumber } = await both();
    await library.change('reportLoss', { libraryCardNumber, onReplacement: 'CONTINUE' }, library.counter);
    busy('circ', 'UnblockCard');
    const input = { reference: randomUUID(), libraryCardNumber, smartIdDateOfIssue: today };
    expect(await library.change('replaceCredential', input, library.station)).toMatchObject(unsettled);
    expect(await lend(libraryCardNumber)).toMatchObject(refusedWith('CREDENTIAL_NOT_ACTIVE'));
    const again = { libraryCardNumber, onReplacement: 'CONTINUE' };
    expect(await library.change('reportLoss', again, library.counter)).toMatchObject(
      refusedWith('ANOTHER_OPERATION_OPEN'),
    );
    library.system.legacy.circ.faults.clear();
    await library.untilDone(input.reference, library.station);
    expect(await lend(libraryCardNumber)).toMatchObject(done);
  });

  test('R22: an ending is done at card management at once', async () => {
    const { patronId, smartId, libraryCard } = await both();
    await library.system.legacy.circ.stop();
    const endings: readonly (readonly [ChangeName, string, string])[] = [
      ['discontinueSmartId', smartId, 'DISCONTINUED'],
      ['surrenderLibraryCard', libraryCard, 'SURRENDERED'],
    ];
    for (const [name, libraryCardNumber, status] of endings) {
      const input = { reference: name, libraryCardNumber };
      expect(await library.change(name, input, library.counter)).toMatchObject(unsettled);
      expect(await cardsOf(library, patronId)).toContainEqual(
        expect.objectContaining({ libraryCardNumber, status }),
      );
    }
    await library.system.legacy.circ.start();
    for (const [name, libraryCardNumber] of endings) {
      await library.untilDone(name, library.counter);
      expect(await lendAtDesk(libraryCardNumber)).toEqual({ refused: 'CARD_BLOCKED' });
    }
  });

  test('an application is approved, and stays to be seen until its card can borrow', async () => {
    const applied = await library.change(
      'submitApplication',
      formOf(stranger(), ['LIBRARY_CARD']),
      library.counter,
    );
    const applicationId = applied.application?.id;
    await library.system.legacy.circ.stop();
    const input = { reference: randomUUID(), applicationId, approve: true };
    expect(await library.change('decideApplication', input, library.counter)).toMatchObject(unsettled);
    const colleague = { applicationId, approve: false, reason: 'No.' };
    expect(await library.change('decideApplication', colleague, library.counter)).toMatchObject(
      refusedWith('ANOTHER_OPERATION_OPEN'),
    );
    const query = 'query ($id: ID!) { application(id: $id) { status patron { id } } }';
    expect(await library.read(query, { id: applicationId })).toEqual({
      application: { status: 'RECEIVED', patron: null },
    });
    await library.system.legacy.circ.start();
    await library.untilDone(input.reference, library.counter);
    const decided = await library.change('decideApplication', input, library.counter);
    const [card] = await cardsOf(library, decided.application?.patron?.id ?? '');
    expect(await lend(card?.libraryCardNumber ?? '')).toMatchObject(done);
  });
});

describe('while an approval waits, a counter decides in card management itself', () => {
  /** A stranger's application that is approved, except that circulation does not know the cards yet. */
  async function waiting() {
    const applicant = stranger();
    const applied = await library.change(
      'submitApplication',
      formOf(applicant, ['SMART_ID', 'LIBRARY_CARD']),
      library.counter,
    );
    const applicationId = applied.application?.id ?? '';
    busy('circ', 'RegisterCard');
    const input = { reference: randomUUID(), applicationId, approve: true };
    expect(await library.change('decideApplication', input, library.counter)).toMatchObject(unsettled);
    const document = { kind: 'HKID', number: applicant.identityNumber ?? '' } as const;
    const patron = await library.behind.patrons.findByDocument(document, never);
    return { input, applicationId, patronId: patron?.number ?? '' };
  }

  test('and rejects it: what was issued is closed and blocked', async () => {
    const { input, applicationId, patronId } = await waiting();
    const cards = await cardsOf(library, patronId);
    expect(cards).toMatchObject([{ status: 'ACTIVE' }, { status: 'ACTIVE' }]);
    const decision = { approve: false, reason: 'No.', decidedBy: 'desk' } as const;
    await library.behind.cards.decideApplication(applicationId, decision, never);
    library.system.legacy.circ.faults.clear();
    const stands = () => library.change('decideApplication', input, library.counter);
    await expect.poll(stands, { timeout: 20_000, interval: 250 }).toMatchObject(refusedWith('WRONG_STATE'));
    expect(await cardsOf(library, patronId)).toMatchObject([
      { status: 'DISCONTINUED' },
      { status: 'DISCONTINUED' },
    ]);
    for (const { libraryCardNumber } of cards) {
      expect(await lendAtDesk(libraryCardNumber)).toEqual({ refused: 'CARD_BLOCKED' });
    }
  });

  test('and approves it for that patron: it is done', async () => {
    const { input, applicationId, patronId } = await waiting();
    const decision = { approve: true, patronId, decidedBy: 'desk' } as const;
    await library.behind.cards.decideApplication(applicationId, decision, never);
    library.system.legacy.circ.faults.clear();
    await library.untilDone(input.reference, library.counter);
    expect(await cardsOf(library, patronId)).toMatchObject([{ status: 'ACTIVE' }, { status: 'ACTIVE' }]);
  });
});

describe('while card management is down', () => {
  test.each<readonly [ChangeName, object]>([
    ['discontinueSmartId', { libraryCardNumber: '21852000000058' }],
    ['surrenderLibraryCard', { libraryCardNumber: '21852000000066' }],
    ['replaceCredential', { libraryCardNumber: '21852000000116', smartIdDateOfIssue: today }],
    ['setPin', { libraryCardNumber: '21852000000058', newPin: '1357' }],
    ['printInformationCard', { libraryCardNumber: '21852000000058' }],
    ['decideApplication', { applicationId: 'A0000001', approve: false, reason: 'No.' }],
  ])('%s is refused at once, and nothing of it is done later', async (name, input) => {
    const { cms } = library.system.legacy;
    await cms.stop();
    expect(await library.change(name, { ...input }, library.counter)).toMatchObject(
      refusedWith('SYSTEM_UNAVAILABLE'),
    );
    await cms.start();
    // It can be requested again.
    expect(await library.change(name, { ...input }, library.counter)).toMatchObject(done);
  });

  test('R7: an application is kept, its receipt is given out, and it is received when it is back', async () => {
    await library.system.legacy.cms.stop();
    const input = {
      reference: randomUUID(),
      ...formOf(stranger({ addressProofShown: false }), ['LIBRARY_CARD'], { channel: 'INTERNET' }),
    };
    const applied = await library.change('submitApplication', input);
    expect(applied).toMatchObject({ ...unsettled, receipt: expect.any(String) });
    const progress = () =>
      library.read(
        'query ($receipt: String!) { applicationProgress(receipt: $receipt) { status problems { code } } }',
        { receipt: applied.receipt },
      );
    expect(await progress()).toEqual({ applicationProgress: { status: 'RECEIVED', problems: [] } });
    await library.system.legacy.cms.start();
    const later = { status: 'RECEIVED', problems: [{ code: 'ADDRESS_PROOF_NEEDED' }] };
    await expect.poll(progress, { timeout: 20_000, interval: 250 }).toEqual({ applicationProgress: later });
    expect(await library.change('submitApplication', input)).toMatchObject({
      ...done,
      receipt: applied.receipt,
    });
  });
});

test('with every call unheard of once, though it was done: everything is done, and once', {
  timeout: 60_000,
}, async () => {
  const { counter } = library;
  const { prs, cms, circ } = library.system.legacy;
  /** Vendors' operations that change a card. */
  const calls = {
    prs: ['RegisterPatron', 'AmendPatron'],
    cms: [
      'SubmitApplication',
      'IssueCard',
      'DecideApplication',
      'ChangePin',
      'PrintInformationCard',
      'ReportLoss',
      'ReplaceCard',
      'CloseCard',
    ],
    circ: ['RegisterCard', 'BlockCard', 'UnblockCard'],
  } as const;
  for (const name of ['prs', 'cms', 'circ'] as const) {
    library.system.legacy[name].faults.set(
      calls[name].map((operation) => ({ kind: 'reset-after', operations: [operation], times: 1 })),
    );
  }
  const ended = async (change: ChangeName, input: Readonly<Record<string, unknown>>) => {
    const asked = { reference: randomUUID(), ...input };
    await library.change(change, asked, counter);
    await library.untilDone(asked.reference, counter);
    return await library.change(change, asked, counter);
  };
  const applicant = stranger();
  const applied = await ended('submitApplication', formOf(applicant, ['SMART_ID']));
  const decided = await ended('decideApplication', { applicationId: applied.application?.id, approve: true });
  const patronId = decided.application?.patron?.id ?? '';
  const [card, second] = await cardsOf(library, patronId);
  expect(second).toBeUndefined();
  const { libraryCardNumber = '' } = card ?? {};
  await ended('setPin', { libraryCardNumber, newPin: '1357' });
  await ended('printInformationCard', { libraryCardNumber });
  await ended('reportLoss', { libraryCardNumber, onReplacement: 'CONTINUE' });
  await ended('replaceCredential', { libraryCardNumber, smartIdDateOfIssue: today });
  expect(await lend(libraryCardNumber)).toMatchObject(done);
  await ended('discontinueSmartId', { libraryCardNumber });
  const { patron } = await library.read<{ patron: { version: string } }>(
    'query ($id: ID!) { patron(id: $id) { version } }',
    { id: patronId },
  );
  await ended('amendContact', { reader: { patronId }, version: patron.version, telephone: '21110001' });
  for (const { faults } of [prs, cms, circ]) {
    for (const { hits, requestsApplied, operations } of faults.status.faults) {
      expect([hits, requestsApplied], operations?.join()).toEqual([1, 1]);
    }
  }
  expect(await cardsOf(library, patronId)).toMatchObject([{ libraryCardNumber, status: 'DISCONTINUED' }]);
  const { lossReports } = await library.read<{ lossReports: { edges: { node: { credential: Card } }[] } }>(
    '{ lossReports(first: 100) { edges { node { credential { libraryCardNumber } } } } }',
  );
  const reported = lossReports.edges.map(({ node }) => node.credential.libraryCardNumber);
  expect(reported.filter((number) => number === libraryCardNumber)).toHaveLength(1);
  const { patrons } = await library.read<{ patrons: { totalCount: number } }>(
    'query ($name: String!) { patrons(search: { name: $name }) { totalCount } }',
    { name: applicant.englishName },
  );
  expect(patrons.totalCount).toBe(1);
  expect(library.system.log.join('')).not.toContain('ALARM');
});
