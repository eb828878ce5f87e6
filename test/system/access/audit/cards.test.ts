/**
 * R27: a change of a card leaves an audit record that the patron can see. The record has neither a value nor the card's
 * number.
 */
import { expect, test } from 'vitest';
import { auditFileOf, changesIn } from '../../../support/services/audit-entries.ts';
import { formOf, libraryForEachTest } from '../../stories/library.ts';
import { done, refusedWith } from '../../stories/payloads.ts';
import { newApplicant, today } from '../../stories/people.ts';

const library = libraryForEachTest();

interface Log {
  readonly accessLog: {
    readonly edges: readonly {
      readonly node: { readonly kind: string; readonly field: string; readonly role: string };
    }[];
  };
}

/** The changes that the patron sees, oldest first, in the form `STAFF credential.status`. */
async function changesOf(patronId: string): Promise<string[]> {
  const selection = 'accessLog(first: 100) { edges { node { kind field role } } }';
  const { accessLog } = await library.patron<Log>(patronId, selection, await library.reader(patronId));
  return accessLog.edges
    .map(({ node: { kind, field, role } }) => `${kind === 'CHANGED' ? '' : kind}${role} ${field}`)
    .reverse();
}

test('the life of a card, by staff and by the reader', async () => {
  const { counter } = library;
  const { patronId, libraryCard, smartId } = await library.joinWithBothCards(newApplicant());
  // A loss report ends the sign-in that made it.
  const reader = () => library.reader(patronId);
  const smart = { libraryCardNumber: smartId };
  const steps = [
    ['setPin', { libraryCardNumber: libraryCard, newPin: '864209' }, reader],
    ['setPin', { libraryCardNumber: libraryCard, newPin: '975310' }, counter],
    ['printInformationCard', smart, counter],
    ['reportLoss', { ...smart, onReplacement: 'CONTINUE' }, reader],
    ['replaceCredential', { ...smart, smartIdDateOfIssue: today }, library.station],
    ['discontinueSmartId', smart, reader],
    ['surrenderLibraryCard', { libraryCardNumber: libraryCard }, counter],
  ] as const;
  for (const [name, input, token] of steps) {
    const sent = typeof token === 'string' ? token : await token();
    expect(await library.change(name, input, sent), name).toMatchObject(done);
  }
  expect(await changesOf(patronId)).toEqual([
    // The operation issued two cards, but it has only one entry.
    'STAFF credential.issuedOn',
    'PATRON credential.pin',
    'STAFF credential.pin',
    'STAFF credential.informationCardPrintedOn',
    'PATRON credential.status',
    'PATRON credential.onReplacement',
    'STATION credential.status',
    'STATION credential.dateOfIssue',
    'PATRON credential.status',
    'STAFF credential.status',
  ]);
  const kept = JSON.stringify(changesIn(auditFileOf(library.system)).map(({ at: _, ...entry }) => entry));
  for (const value of [libraryCard, smartId, '864209', '975310', today, 'LOST', 'CONTINUE']) {
    expect(kept).not.toContain(value);
  }
});

test('a lost library card that is replaced: the end of the old one and the new one', async () => {
  const { patronId, libraryCard } = await library.join(newApplicant(), ['LIBRARY_CARD']);
  for (const name of ['reportLoss', 'replaceCredential'] as const) {
    expect(await library.change(name, { libraryCardNumber: libraryCard })).toMatchObject(done);
  }
  expect((await changesOf(patronId)).slice(1)).toEqual([
    'STAFF credential.status',
    'STAFF credential.status',
    'STAFF credential.issuedOn',
  ]);
});

test('a change that is sent again is recorded once, and a refusal or an application is not recorded', async () => {
  const { patronId, libraryCard, applicant } = await library.join(newApplicant(), ['LIBRARY_CARD']);
  const input = { reference: 'pin once', libraryCardNumber: libraryCard, newPin: '864209' };
  await library.change('setPin', input);
  await library.change('setPin', input);
  expect(await library.change('setPin', { ...input, reference: 'no PIN', newPin: '1' })).toMatchObject(
    refusedWith('INVALID'),
  );
  const form = formOf(applicant, ['SMART_ID'], { patronId });
  expect(await library.change('submitApplication', form)).toMatchObject(done);
  expect((await changesOf(patronId)).slice(1)).toEqual(['STAFF credential.pin']);
});

test('while the other system is down, the change that is made is recorded at once', async () => {
  const { patronId, libraryCard } = await library.join(newApplicant(), ['LIBRARY_CARD']);
  library.system.legacy.circ.faults.set([{ kind: 'reset-before', operations: ['BlockCard'] }]);
  const reported = await library.change('reportLoss', { libraryCardNumber: libraryCard });
  expect(reported).toMatchObject({ operation: { state: 'UNSETTLED' } });
  expect((await changesOf(patronId)).slice(1)).toEqual(['STAFF credential.status']);
});
