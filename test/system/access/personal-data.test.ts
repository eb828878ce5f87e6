import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { leaksIn, MARKS } from '../../support/marked-secrets.ts';
import { journalBytesOf } from '../journal-of.ts';
import { copy, formOf, libraryForTests } from '../stories/library.ts';
import type { ChangeName } from '../stories/payloads.ts';
import { guarantor, newApplicant, today, yearsAgo } from '../stories/people.ts';

const library = libraryForTests();

/** A person whose data are so unusual that they never occur by accident. */
const marked = newApplicant({
  englishName: MARKS.name,
  identityNumber: MARKS.identityNumber,
  birthCertificateNumber: MARKS.birthCertificateNumber,
  dateOfBirth: yearsAgo(16),
  addressLines: [MARKS.address],
  telephone: MARKS.telephone,
  email: MARKS.email,
});
const vouched = { guarantor: { ...guarantor(true), name: MARKS.guarantor } };

/** Data that no row of the journal may have, even in encrypted form. */
const personal = [
  MARKS.name,
  MARKS.identityNumber,
  MARKS.identityNumber.replace(/[()]/g, ''),
  MARKS.birthCertificateNumber,
  MARKS.guarantor,
  MARKS.address,
  MARKS.telephone,
  MARKS.email,
  MARKS.pin,
];

async function expectNothingKept(): Promise<void> {
  const bytes = await journalBytesOf(library.system);
  expect(bytes.includes('SUBMIT_APPLICATION')).toBe(true);
  expect(personal.filter((value) => bytes.includes(value))).toEqual([]);
}

/** Expects that neither the log nor the metrics contain marked data. */
async function expectNothingTold(): Promise<void> {
  expect(leaksIn(library.system.log.join('\n'))).toEqual([]);
  const metrics = await library.system.metrics();
  expect(metrics).toContain(
    'patron_graph_operation_settling_duration_seconds_count{kind="SUBMIT_APPLICATION"',
  );
  expect(leaksIn(metrics)).toEqual([]);
}

type Input = Readonly<Record<string, unknown>>;
const answers: string[] = [];

/** Sends a mutation, and keeps the answer for a later check. */
async function change(name: ChangeName, input: Input, token = library.counter) {
  const { body } = await library.send(name, input, token);
  answers.push(JSON.stringify(body));
  return body.data?.[name] as {
    operation: { state: string };
    application?: { id: string; patron?: { id: string } };
  };
}

describe('R30: no name, document, address or PIN', () => {
  test('is in an answer, the log, the metrics or the journal, whatever happens to the card', async () => {
    await change('submitApplication', formOf(marked, ['SMART_ID', 'LIBRARY_CARD']));
    await change(
      'submitApplication',
      formOf({ ...marked, identityNumber: 'ZQ918273(0)' }, ['SMART_ID'], vouched),
    );
    const applied = await change('submitApplication', formOf(marked, ['SMART_ID', 'LIBRARY_CARD'], vouched));
    const decided = await change('decideApplication', {
      applicationId: applied.application?.id,
      approve: true,
    });
    const patronId = decided.application?.patron?.id ?? '';
    const cards = await library.cardsOf(patronId);
    const [libraryCard = '', smartId = ''] = cards.map(({ libraryCardNumber }) => libraryCardNumber);
    expect(cards).toHaveLength(2);
    const set = { libraryCardNumber: smartId, newPin: MARKS.pin };
    await change('setPin', set, await library.reader(patronId));
    await change('setPin', { libraryCardNumber: smartId, newPin: `${MARKS.pin}000` });
    const facts = { identityNumber: MARKS.identityNumber, dateOfIssue: marked.smartIdDateOfIssue };
    await change('checkOut', { credential: { smartId: facts }, itemNumber: copy }, library.station);
    const cardAndPin = { libraryCardNumber: smartId, pin: MARKS.pin };
    await change('renewAllLoans', { reader: { cardAndPin } }, library.telephone);
    await change('renewAllLoans', { reader: { cardAndPin: { ...cardAndPin, pin: '9' } } }, library.telephone);
    await change('reportLoss', { libraryCardNumber: smartId, onReplacement: 'CONTINUE' });
    await change('checkOut', { credential: { smartId: facts }, itemNumber: copy }, library.station);
    await change('replaceCredential', { libraryCardNumber: smartId, smartIdDateOfIssue: today });
    await change('surrenderLibraryCard', { libraryCardNumber: libraryCard });
    await change('discontinueSmartId', { libraryCardNumber: smartId });
    const { body } = await library.system.ask(
      `query ($number: String!) { patronByIdentity(document: { kind: HKID, number: $number }) { id } }`,
      { token: library.counter, variables: { number: MARKS.identityNumber } },
    );
    answers.push(JSON.stringify(body));
    expect(body.data?.patronByIdentity).toEqual({ id: patronId });
    expect(answers.length).toBe(15);
    expect(leaksIn(answers.join('\n'))).toEqual([]);
    await expectNothingTold();
    await expectNothingKept();
  });

  test('is in them while the systems fail and put everything they know into their errors', async () => {
    const text = Object.values(MARKS).join(' | ');
    const { prs, cms, circ } = library.system.legacy;
    // The error page of a proxy may also quote the request.
    for (const system of [prs, cms, circ]) {
      system.faults.set([{ kind: 'html-page', text }]);
    }
    const states: string[] = [];
    const asked: readonly (readonly [ChangeName, Input])[] = [
      ['submitApplication', formOf(marked, ['LIBRARY_CARD'], vouched)],
      ['setPin', { libraryCardNumber: '21852000000058', newPin: MARKS.pin }],
      [
        'amendContact',
        {
          reader: { patronId: 'P0000003' },
          version: 'any',
          telephone: MARKS.telephone,
          email: MARKS.email,
        },
      ],
      ['reportLoss', { libraryCardNumber: '21852000000033' }],
    ];
    for (const [name, input] of asked) {
      states.push((await change(name, input)).operation.state);
    }
    expect(states).toEqual(['UNSETTLED', 'UNSETTLED', 'UNSETTLED', 'UNSETTLED']);
    // The journal encrypts everything that it stores to continue an operation.
    await expectNothingKept();
    for (const system of [prs, cms, circ]) {
      system.faults.clear();
    }
    expect(leaksIn(answers.join('\n'))).toEqual([]);
    await expectNothingTold();
  });

  test('is in an error about a malformed variable', async () => {
    const reference = randomUUID();
    const wrong: readonly (readonly [ChangeName, Input])[] = [
      ['submitApplication', formOf({ ...marked, dateOfBirth: MARKS.identityNumber }, ['LIBRARY_CARD'])],
      ['submitApplication', { ...formOf(marked, ['LIBRARY_CARD']), [MARKS.pin]: MARKS.pin }],
      ['setPin', { libraryCardNumber: '21852000000058', newPin: [MARKS.pin] }],
      ['setPin', { reference, libraryCardNumber: MARKS.name, newPin: MARKS.pin }],
      ['setPin', { reference: `${MARKS.name}\n`, libraryCardNumber: '21852000000058', newPin: MARKS.pin }],
    ];
    const said = await Promise.all(wrong.map(([name, input]) => library.send(name, input)));
    expect(leaksIn(JSON.stringify(said.map(({ body }) => body)))).toEqual([]);
    await expectNothingTold();
  });
});
