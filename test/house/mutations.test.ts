/**
 * Tables that must list every mutation or every kind of operation. No other test fails if a new mutation or kind is
 * missing from such a table.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kind, parse } from 'graphql';
import { expect, test } from 'vitest';
import { subgraphs } from '../../schema/sdl.ts';
import type { FindingServices } from '../../subgraphs/circulation/procedures/finding-services.ts';
import { recoveryOf as circulationRecovery } from '../../subgraphs/circulation/procedures/recovery.ts';
import {
  type PreferenceServices,
  preferenceRecovery,
} from '../../subgraphs/circulation/procedures/set-notice-preferences.ts';
import { findingRecovery } from '../../subgraphs/circulation/procedures/work-on-findings.ts';
import { recoveryOf as credentialsRecovery } from '../../subgraphs/credentials/procedures/recovery.ts';
import type { CredentialServices } from '../../subgraphs/credentials/procedures/services.ts';
import { changeTimes } from '../../subgraphs/operations/change-times.ts';
import type { PatronServices } from '../../subgraphs/patrons/context.ts';
import { recoveryOf as patronsRecovery } from '../../subgraphs/patrons/procedures/recovery.ts';
import { mutations as killedMutations } from '../fault/kill/mutations.ts';
import { scenarios, unseenLoss } from '../fault/procedures/scenarios/scenarios.ts';
import { changeNames } from '../system/stories/payloads.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

/**
 * Mutations that don't begin an operation of their own. `verifyPatron` and `authenticateReader` change nothing.
 * `resendNotice`, `noteOnRow`, `switchOffNotice` and `recordStationService` change nothing in a legacy system. `setPinByCode` begins a `SET_PIN`,
 * as `setPin` does.
 * The operations of payments are an adopted system's, which no list of operations shows: `test/system/charges/paying.test.ts`
 * sends them, and `test/fault/payments/` interrupts them.
 */
const noOperations = [
  'verifyPatron',
  'authenticateReader',
  'resendNotice',
  'noteOnRow',
  'switchOffNotice',
  'recordStationService',
  'setPinByCode',
  'startPayment',
  'payByCode',
  'payAtStation',
  'cancelPaymentAtStation',
  'cancelPayment',
  'waiveCharge',
  'refundPayment',
];

/** The mutations of a subgraph's SDL, without those in `noOperations`. */
function mutationsOf(subgraph: string): string[] {
  return parse(read(`schema/${subgraph}.graphql`))
    .definitions.flatMap((definition) =>
      definition.kind === Kind.OBJECT_TYPE_DEFINITION && definition.name.value === 'Mutation'
        ? (definition.fields ?? []).map(({ name }) => name.value)
        : [],
    )
    .filter((name) => !noOperations.includes(name));
}

test('the tables of scopes and stories have every mutation', () => {
  const all = subgraphs.flatMap(mutationsOf);
  expect([...changeNames].sort()).toEqual(all.sort());
});

/**
 * Mutations that change a row of our own. `repairFinding` also changes a card, by steps that the procedures of cards
 * share. Tests of their own interrupt them: `work-on-findings.test.ts` and `set-notice-preferences.test.ts` in
 * `test/unit/subgraphs/circulation/`.
 */
const ofOwnRows = ['acknowledgeFinding', 'repairFinding', 'closeFinding', 'setNoticePreferences'];

test('every mutation of circulation is killed between any two of its steps', () => {
  const killed = new Set([...killedMutations.map(({ name }) => name.split(' ')[0]), ...ofOwnRows]);
  expect(mutationsOf('circulation').filter((name) => !killed.has(name))).toEqual([]);
});

/**
 * The kinds of operations that files begin. They are found as `{ kind: 'CHECK_OUT', …`, or as the `kind` of a procedure
 * before its `input`. A kind of operation has two words or more. The kinds of places and documents have one word, so
 * they are not found.
 */
function kindsIn(pattern: string, literal: RegExp): string[] {
  const found = globSync(pattern, { cwd: root }).flatMap((file) => [...read(file).matchAll(literal)]);
  return [...new Set(found.map(([, kind = '']) => kind))];
}

/**
 * Whether a change must be in the audit, because it changes a card or a patron's record. If only the time of a record's
 * last change differs, no audit is needed.
 */
const isAudited = (change: string) =>
  /^(card|new card|patron) /.test(change) && !change.endsWith(': lastUpd');

test('every procedure that changes a card or a record leaves the change in the audit', () => {
  const audits = [...scenarios, unseenLoss].map(({ name, changes, audited = [] }) => ({
    name,
    // A PIN code changes no card yet, but a person who has the code can set the PIN.
    changes: name === 'createPinCode' || changes.some(isAudited),
    audited: audited.length > 0,
  }));
  expect(audits.filter(({ changes, audited }) => changes !== audited)).toEqual([]);
  const told = [...scenarios].map(({ name }) => name.split(':')[0]);
  const procedures = [...mutationsOf('credentials'), ...mutationsOf('patrons')];
  expect(procedures.filter((name) => !told.includes(name))).toEqual([]);
});

test('every kind of operation that a subgraph begins has a function that reconciles it', () => {
  // The functions are made but not called, so they need no services except the times.
  const services = { times: changeTimes } as unknown as FindingServices &
    CredentialServices &
    PreferenceServices &
    PatronServices;
  const recovery = {
    ...circulationRecovery(services),
    ...findingRecovery(services),
    ...preferenceRecovery(services),
  };
  const lendingKinds = kindsIn(
    'subgraphs/circulation/{lending,procedures}/*.ts',
    /\bkind: '([A-Z]+_[A-Z_]+)'/g,
  );
  const ofProcedure = /\bkind: '([A-Z_]+)',\n\s+input\b/g;
  const procedureKinds = kindsIn('subgraphs/credentials/procedures/*.ts', ofProcedure);
  const standingKinds = [
    ...kindsIn('subgraphs/patrons/procedures/*.ts', ofProcedure),
    ...kindsIn('subgraphs/patrons/procedures/change-standing.ts', /\bturn\('([A-Z_]+)'/g),
    ...kindsIn('subgraphs/operations/standing/*.ts', /^const takePlaces = '([A-Z_]+)'/gm),
  ];
  expect(lendingKinds.length).toBeGreaterThanOrEqual(8);
  expect(procedureKinds.length).toBeGreaterThanOrEqual(6);
  expect(lendingKinds.filter((kind) => !(kind in recovery))).toEqual([]);
  expect(procedureKinds.filter((kind) => !(kind in credentialsRecovery(services)))).toEqual([]);
  expect(standingKinds.length).toBeGreaterThanOrEqual(7);
  expect(standingKinds.filter((kind) => !(kind in patronsRecovery(services)))).toEqual([]);
});
