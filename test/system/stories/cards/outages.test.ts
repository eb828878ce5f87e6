import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { coreSystemIds } from '../../../../platform/systems.ts';
import type { SystemName } from '../../../../simulators/index.ts';
import { eventually } from '../callers.ts';
import { blocked, formOf, libraryForEachTest, never } from '../library.ts';
import { type Card, type ChangeName, done, refusedWith, unsettled } from '../payloads.ts';
import { newApplicant, today } from '../people.ts';

const library = libraryForEachTest();

/** From now on the system answers these calls with `busy` and makes no change. */
const busy = (name: SystemName, ...operations: string[]) =>
  library.system.legacy[name].faults.set([{ kind: 'busy', operations }]);

describe('R17: a loss is reported', () => {
  test('while circulation is down: card management has it at once, and circulation when it is back', async () => {
    const { patronId, smartId: libraryCardNumber } = await library.joinWithBothCards(newApplicant());
    const reader = await library.reader(patronId);
    const { circ } = library.system.legacy;
    await circ.stop();
    const report = { reference: randomUUID(), libraryCardNumber, onReplacement: 'CONTINUE' };
    expect(await library.change('reportLoss', report, reader)).toMatchObject({
      ...unsettled,
      credential: null,
    });
    expect(await library.cardsOf(patronId)).toContainEqual(
      expect.objectContaining({ libraryCardNumber, status: 'LOST' }),
    );
    expect(await library.change('reportLoss', report, reader)).toMatchObject(unsettled);
    await circ.start();
    await library.untilDone(report.reference, reader);
    expect(await library.lendAtDesk(libraryCardNumber)).toEqual(blocked);
    expect(await library.change('reportLoss', report, reader)).toMatchObject({
      ...done,
      credential: { status: 'LOST' },
    });
  });

  test('at a counter while card management is down: desks refuse the card at once', async () => {
    const { patronId, libraryCard: libraryCardNumber } = await library.joinWithBothCards(newApplicant());
    const { cms } = library.system.legacy;
    await cms.stop();
    const report = { reference: randomUUID(), libraryCardNumber };
    expect(await library.change('reportLoss', report)).toMatchObject(unsettled);
    expect(await library.lendAtDesk(libraryCardNumber)).toEqual(blocked);
    await cms.start();
    await library.untilDone(report.reference);
    expect(await library.cardsOf(patronId)).toContainEqual(
      expect.objectContaining({ libraryCardNumber, status: 'LOST' }),
    );
  });

  test('at a counter by mistake while card management is down: the card is unblocked in the end', async () => {
    const { smartId: libraryCardNumber } = await library.joinWithBothCards(newApplicant());
    const { cms } = library.system.legacy;
    await cms.stop();
    // The report is incomplete: the loss of a smart identity card requires `onReplacement`.
    const report = { reference: randomUUID(), libraryCardNumber };
    expect(await library.change('reportLoss', report)).toMatchObject(unsettled);
    await cms.start();
    await eventually(() => library.change('reportLoss', report)).toMatchObject(refusedWith('INVALID'));
    expect(await library.lend(libraryCardNumber)).toMatchObject(done);
  });

  test('by a reader while card management is down: nothing is done, because the owner of the card must be known', async () => {
    const { patronId, libraryCard: libraryCardNumber } = await library.joinWithBothCards(newApplicant());
    const reader = await library.reader(patronId);
    const { cms } = library.system.legacy;
    await cms.stop();
    const report = () => library.change('reportLoss', { libraryCardNumber }, reader);
    expect(await report()).toMatchObject(refusedWith('SYSTEM_UNAVAILABLE'));
    await cms.start();
    expect(await report()).toMatchObject(done);
    expect(await library.lendAtDesk(libraryCardNumber)).toEqual(blocked);
  });

  test("R27: by somebody else while card management is silent: the owner's own report is not delayed", async () => {
    const { libraryCard: libraryCardNumber } = await library.joinWithBothCards(newApplicant());
    const { cms } = library.system.legacy;
    cms.faults.set([{ kind: 'html-page', operations: ['GetCardsByNumber'] }]);
    const token = await library.reader('P0000003');
    const theirs = { reference: randomUUID(), libraryCardNumber };
    expect(await library.change('reportLoss', theirs, token)).toMatchObject(unsettled);
    const ours = { reference: randomUUID(), libraryCardNumber };
    expect(await library.change('reportLoss', ours)).toMatchObject(unsettled);
    cms.faults.clear();
    await library.untilDone(ours.reference);
    await eventually(() => library.change('reportLoss', theirs, token)).toMatchObject(
      refusedWith('NOT_FOUND'),
    );
  });

  test('while a PIN waits to be set: desks refuse the card at once, and until then it lends', async () => {
    const { libraryCard: libraryCardNumber } = await library.joinWithBothCards(newApplicant());
    const pin = '2463';
    expect(await library.change('setPin', { libraryCardNumber, newPin: pin })).toMatchObject(done);
    busy('cms', 'ChangePin');
    const setting = { reference: randomUUID(), libraryCardNumber, newPin: '1352' };
    expect(await library.change('setPin', setting)).toMatchObject(unsettled);
    expect(await library.lend(libraryCardNumber)).toMatchObject(done);
    const byPhone = 'query ($reader: CardAndPin!) { readerLoans(reader: $reader) { totalCount } }';
    const reader = { libraryCardNumber, pin };
    expect(await library.read(byPhone, { reader }, library.telephone)).toEqual({
      readerLoans: { totalCount: 1 },
    });
    const again = { libraryCardNumber, newPin: '1358' };
    expect(await library.change('setPin', again)).toMatchObject(refusedWith('ANOTHER_OPERATION_OPEN'));
    expect(await library.change('reportLoss', { libraryCardNumber })).toMatchObject(done);
    expect(await library.lendAtDesk(libraryCardNumber)).toEqual(blocked);
    library.system.legacy.cms.faults.clear();
    await eventually(() => library.change('setPin', setting)).toMatchObject(done);
    expect(await library.lendAtDesk(libraryCardNumber)).toEqual(blocked);
  });

  test('and neither system knows it yet: no station lends on the card, and nothing else is begun with it', async () => {
    const {
      patronId,
      smartId: libraryCardNumber,
      libraryCard,
    } = await library.joinWithBothCards(newApplicant());
    busy('cms', 'ReportLoss');
    busy('circ', 'BlockCard');
    const report = { reference: randomUUID(), libraryCardNumber, onReplacement: 'CONTINUE' };
    expect(await library.change('reportLoss', report)).toMatchObject(unsettled);
    expect(await library.lend(libraryCardNumber)).toMatchObject(refusedWith('CREDENTIAL_NOT_ACTIVE'));
    const others: readonly (readonly [ChangeName, object])[] = [
      ['reportLoss', { onReplacement: 'DISCONTINUE' }],
      ['discontinueSmartId', {}],
      ['replaceCredential', { smartIdDateOfIssue: today }],
      ['setPin', { newPin: '1352' }],
      ['printInformationCard', {}],
    ];
    for (const [name, input] of others) {
      expect(await library.change(name, { libraryCardNumber, ...input }), name).toMatchObject(
        refusedWith('ANOTHER_OPERATION_OPEN'),
      );
    }
    // The patron's other card still works.
    expect(await library.lend(libraryCard)).toMatchObject(done);
    await library.giveBack();
    library.system.legacy.cms.faults.clear();
    library.system.legacy.circ.faults.clear();
    await library.untilDone(report.reference);
    expect(await library.cardsOf(patronId)).toContainEqual(
      expect.objectContaining({ libraryCardNumber, status: 'LOST' }),
    );
  });
});

describe('while circulation is down', () => {
  test('R18: a replacement is unsettled until it is unblocked, and no station lends on it before', async () => {
    const { smartId: libraryCardNumber } = await library.joinWithBothCards(newApplicant());
    await library.change('reportLoss', { libraryCardNumber, onReplacement: 'CONTINUE' });
    busy('circ', 'UnblockCard');
    const input = { reference: randomUUID(), libraryCardNumber, smartIdDateOfIssue: today };
    expect(await library.change('replaceCredential', input, library.station)).toMatchObject(unsettled);
    expect(await library.lend(libraryCardNumber)).toMatchObject(refusedWith('CREDENTIAL_NOT_ACTIVE'));
    const again = { libraryCardNumber, onReplacement: 'CONTINUE' };
    expect(await library.change('reportLoss', again)).toMatchObject(refusedWith('ANOTHER_OPERATION_OPEN'));
    library.system.legacy.circ.faults.clear();
    await library.untilDone(input.reference, library.station);
    expect(await library.lend(libraryCardNumber)).toMatchObject(done);
  });

  test('R22: card management ends a card at once', async () => {
    const { patronId, smartId, libraryCard } = await library.joinWithBothCards(newApplicant());
    await library.system.legacy.circ.stop();
    const endings: readonly (readonly [ChangeName, string, string])[] = [
      ['discontinueSmartId', smartId, 'DISCONTINUED'],
      ['surrenderLibraryCard', libraryCard, 'SURRENDERED'],
    ];
    for (const [name, libraryCardNumber, status] of endings) {
      const input = { reference: name, libraryCardNumber };
      expect(await library.change(name, input)).toMatchObject(unsettled);
      expect(await library.cardsOf(patronId)).toContainEqual(
        expect.objectContaining({ libraryCardNumber, status }),
      );
    }
    await library.system.legacy.circ.start();
    for (const [name, libraryCardNumber] of endings) {
      await library.untilDone(name);
      expect(await library.lendAtDesk(libraryCardNumber)).toEqual(blocked);
    }
  });

  test('an approved application stays in the queue until its card can borrow', async () => {
    const applied = await library.apply(formOf(newApplicant(), ['LIBRARY_CARD']));
    const applicationId = applied.application?.id;
    await library.system.legacy.circ.stop();
    const input = { reference: randomUUID(), applicationId, approve: true };
    expect(await library.change('decideApplication', input)).toMatchObject(unsettled);
    const colleague = { applicationId, approve: false, reason: 'No.' };
    expect(await library.change('decideApplication', colleague)).toMatchObject(
      refusedWith('ANOTHER_OPERATION_OPEN'),
    );
    expect(await library.application(applicationId, 'status patron { id }')).toEqual({
      status: 'RECEIVED',
      patron: null,
    });
    await library.system.legacy.circ.start();
    await library.untilDone(input.reference);
    const decided = await library.change('decideApplication', input);
    const [card] = await library.cardsOf(decided.application?.patron?.id ?? '');
    expect(await library.lend(card?.libraryCardNumber ?? '')).toMatchObject(done);
  });
});

describe('while an approval waits, a counter decides in card management itself', () => {
  /** A stranger's application that is approved. Circulation doesn't know its cards yet. */
  async function waiting() {
    const applicant = newApplicant();
    const applied = await library.apply(formOf(applicant, ['SMART_ID', 'LIBRARY_CARD']));
    const applicationId = applied.application?.id ?? '';
    busy('circ', 'RegisterCard');
    const input = { reference: randomUUID(), applicationId, approve: true };
    expect(await library.change('decideApplication', input)).toMatchObject(unsettled);
    const document = { kind: 'HKID', number: applicant.identityNumber ?? '' } as const;
    const patron = await library.behind.patrons.findByDocument(document, never);
    return { input, applicationId, patronId: patron?.number ?? '' };
  }

  test('and rejects it: the issued cards are closed and blocked', async () => {
    const { input, applicationId, patronId } = await waiting();
    const cards = await library.cardsOf(patronId);
    expect(cards).toMatchObject([{ status: 'ACTIVE' }, { status: 'ACTIVE' }]);
    const decision = { approve: false, reason: 'No.', decidedBy: 'desk' } as const;
    await library.behind.cards.decideApplication(applicationId, decision, never);
    library.system.legacy.circ.faults.clear();
    // The person stays registered, because staff have seen the documents.
    await eventually(() => library.change('decideApplication', input)).toMatchObject({
      operation: { state: 'PARTLY_DONE' },
      problems: [{ code: 'WRONG_STATE' }, { code: 'REGISTERED_WITHOUT_CARD' }],
    });
    expect(await library.cardsOf(patronId)).toMatchObject([
      { status: 'DISCONTINUED' },
      { status: 'DISCONTINUED' },
    ]);
    for (const { libraryCardNumber } of cards) {
      expect(await library.lendAtDesk(libraryCardNumber)).toEqual(blocked);
    }
  });

  test('and approves it for that patron: it is done', async () => {
    const { input, applicationId, patronId } = await waiting();
    const decision = { approve: true, patronId, decidedBy: 'desk' } as const;
    await library.behind.cards.decideApplication(applicationId, decision, never);
    library.system.legacy.circ.faults.clear();
    await library.untilDone(input.reference);
    expect(await library.cardsOf(patronId)).toMatchObject([{ status: 'ACTIVE' }, { status: 'ACTIVE' }]);
  });
});

describe('while card management is down', () => {
  test.each<readonly [ChangeName, object]>([
    ['discontinueSmartId', { libraryCardNumber: '21852000000058' }],
    ['surrenderLibraryCard', { libraryCardNumber: '21852000000066' }],
    ['replaceCredential', { libraryCardNumber: '21852000000116', smartIdDateOfIssue: today }],
    ['setPin', { libraryCardNumber: '21852000000058', newPin: '1352' }],
    ['printInformationCard', { libraryCardNumber: '21852000000058' }],
    ['decideApplication', { applicationId: 'A0000001', approve: false, reason: 'No.' }],
  ])('%s is refused at once, and nothing is done later', async (name, input) => {
    const { cms } = library.system.legacy;
    await cms.stop();
    expect(await library.change(name, { ...input })).toMatchObject(refusedWith('SYSTEM_UNAVAILABLE'));
    await cms.start();
    // The same change can be requested again.
    expect(await library.change(name, { ...input })).toMatchObject(done);
  });

  test('R7: an application is kept, its receipt is given out, and card management receives it when it is back', async () => {
    await library.system.legacy.cms.stop();
    const form = formOf(newApplicant({ addressProofShown: false }), ['LIBRARY_CARD']);
    const input = { reference: randomUUID(), ...form };
    const applied = await library.overInternet(input);
    expect(applied).toMatchObject({ ...unsettled, receipt: expect.any(String) });
    const progress = () => library.progressOf(applied.receipt);
    expect(await progress()).toMatchObject({ status: 'RECEIVED', problems: [] });
    await library.system.legacy.cms.start();
    const later = { status: 'RECEIVED', problems: [{ code: 'ADDRESS_PROOF_NEEDED' }] };
    await eventually(progress).toMatchObject(later);
    expect(await library.overInternet(input)).toMatchObject({
      ...done,
      receipt: applied.receipt,
    });
  });
});

test('when every answer is lost once: everything is done, exactly once', {
  timeout: 60_000,
}, async () => {
  const { prs, cms, circ } = library.system.legacy;
  /** The operations of the legacy systems that change a card or a patron. */
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
  for (const name of coreSystemIds) {
    library.system.legacy[name].faults.set(
      calls[name].map((operation) => ({ kind: 'reset-after', operations: [operation], times: 1 })),
    );
  }
  const ended = async (change: ChangeName, input: Readonly<Record<string, unknown>>) => {
    const asked = { reference: randomUUID(), ...input };
    await library.change(change, asked);
    await library.untilDone(asked.reference);
    return await library.change(change, asked);
  };
  const applicant = newApplicant();
  const applied = await ended('submitApplication', formOf(applicant, ['SMART_ID']));
  const decided = await ended('decideApplication', { applicationId: applied.application?.id, approve: true });
  const patronId = decided.application?.patron?.id ?? '';
  const [card, second] = await library.cardsOf(patronId);
  expect(second).toBeUndefined();
  const { libraryCardNumber = '' } = card ?? {};
  await ended('setPin', { libraryCardNumber, newPin: '1352' });
  await ended('printInformationCard', { libraryCardNumber });
  await ended('reportLoss', { libraryCardNumber, onReplacement: 'CONTINUE' });
  await ended('replaceCredential', { libraryCardNumber, smartIdDateOfIssue: today });
  expect(await library.lend(libraryCardNumber)).toMatchObject(done);
  await ended('discontinueSmartId', { libraryCardNumber });
  const version = await library.versionOf(patronId);
  await ended('amendContact', { reader: { patronId }, version, telephone: '21110001' });
  for (const { faults } of [prs, cms, circ]) {
    for (const { hits, requestsApplied, operations } of faults.status.faults) {
      expect([hits, requestsApplied], operations?.join()).toEqual([1, 1]);
    }
  }
  expect(await library.cardsOf(patronId)).toMatchObject([{ libraryCardNumber, status: 'DISCONTINUED' }]);
  const { lossReports } = await library.read<{ lossReports: { edges: { node: { credential: Card } }[] } }>(
    '{ lossReports(first: 100) { edges { node { credential { libraryCardNumber } } } } }',
  );
  const reported = lossReports.edges.map(({ node }) => node.credential.libraryCardNumber);
  expect(reported.filter((number) => number === libraryCardNumber)).toHaveLength(1);
  expect(await library.patronsNamed(applicant.englishName)).toBe(1);
  expect(library.system.log.join('')).not.toContain('ALARM');
});
