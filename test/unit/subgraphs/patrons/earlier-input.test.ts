/**
 * An operation that an earlier release began is recognised when it is sent again, although the form of the input has
 * changed.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordVersion } from '../../../../adapters/patrons/record-version.ts';
import { readSeed } from '../../../../simulators/index.ts';
import type { JournalDatabase } from '../../../../store/journal/port.ts';
import { openSqliteJournal } from '../../../../store/journal/sqlite/index.ts';
import { changeTimes } from '../../../../subgraphs/operations/change-times.ts';
import { startProcedure } from '../../../../subgraphs/operations/procedure.ts';
import { createOpenings } from '../../../../subgraphs/operations/reading-audit.ts';
import type { PatronServices } from '../../../../subgraphs/patrons/context.ts';
import { amendContact } from '../../../../subgraphs/patrons/procedures/amend-contact.ts';
import { amendmentMutations } from '../../../../subgraphs/patrons/resolvers/amendments.ts';
import type { Caller } from '../../../../subgraphs/runtime/caller.ts';
import { patronLoader } from '../../../../subgraphs/runtime/loaders/shared-loaders.ts';
import { staff as circulationStaff, seedDay } from '../../../support/callers.ts';
import { secret } from '../../../support/journal-secret.ts';
import { createMemoryCirculation } from '../../../support/memory/circulation.ts';
import { FaultyConnection } from '../../../support/memory/faulty-connection.ts';
import { createMemoryPatrons } from '../../../support/memory/patrons.ts';

const staff: Caller = { ...circulationStaff, scopes: new Set(['patrons:write']) };
const patronId = 'P0000004';
const contact = { version: recordVersion(patronId, '20250101090000'), telephone: '21110011' };
const { signal } = new AbortController();

let folder: string;
let journal: JournalDatabase;
let services: PatronServices;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'earlier-input-'));
  journal = await openSqliteJournal({ secret, path: join(folder, 'journal.sqlite') });
  const patrons = createMemoryPatrons(readSeed(), () => seedDay, new FaultyConnection('patron registry'));
  services = {
    patrons,
    journal,
    audit: journal,
    attempts: journal,
    observer: {},
    changes: journal,
    erasure: journal,
    owing: journal,
    fingerprintKey: secret,
    cards: {
      cardsByPatron: () => Promise.resolve([]),
      listApplications: () => Promise.resolve({ rows: [], totalCount: 0, hasNextPage: false }),
    },
    circulation: createMemoryCirculation(readSeed(), () => new Date(), new FaultyConnection('circulation')),
    standingBlocks: journal,
    cardEvents: journal,
    merged: journal,
    findings: journal,
    times: changeTimes,
    monotonic: () => performance.now(),
    log: pino({ level: 'silent' }),
  };
});
afterAll(async () => {
  await journal[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

test('amendContact, whose input had a `patronId` where it has a `reader` now', async () => {
  const stored = { amendment: { ...contact, patronId }, isStaff: true };
  const begun = await startProcedure(services, amendContact, staff, 'moved', stored, signal);
  expect(begun.state).toBe('DONE');
  const input = { reference: 'moved', reader: { patronId }, ...contact };
  const context = {
    caller: staff,
    signal,
    services,
    patrons: patronLoader(null, services.patrons, signal),
    recordOpening: createOpenings(services, staff),
  };
  expect((await amendmentMutations.amendContact(undefined, { input }, context)).id).toBe(begun.id);
  const other = { ...input, reader: { patronId: 'P0000005' } };
  await expect(amendmentMutations.amendContact(undefined, { input: other }, context)).rejects.toThrow(
    /`reference` was used/,
  );
});

test('a null in an amendment that an earlier release stored clears the field', async () => {
  const number = 'P0000003';
  const amendment = {
    patronId: number,
    version: recordVersion(number, '20250101090000'),
    telephone: null,
  };
  const stored = { amendment, isStaff: true };
  expect((await startProcedure(services, amendContact, staff, 'cleared', stored, signal)).state).toBe('DONE');
  const [patron] = await services.patrons.findMany([number], signal);
  expect(patron).toMatchObject({ telephone: null, addressProven: true });
});
