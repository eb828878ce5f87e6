/** A change of notice preferences that is interrupted between its two steps. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type PreferenceServices,
  preferenceRecovery,
  setNoticePreferences,
} from '../../../../subgraphs/circulation/procedures/set-notice-preferences.ts';
import { changeTimes } from '../../../../subgraphs/operations/change-times.ts';
import { startProcedure } from '../../../../subgraphs/operations/procedure.ts';
import { staff } from '../../../support/callers.ts';
import { type LendingFixture, openLendingFixture, patronId } from '../../../support/lending-fixture.ts';

const never = new AbortController().signal;

let world: LendingFixture;
beforeEach(async () => {
  world = await openLendingFixture(5);
});
afterEach(() => world[Symbol.asyncDispose]());

const servicesWith = (others: Partial<PreferenceServices> = {}): PreferenceServices => ({
  ...world,
  fingerprintKey: new Uint8Array(32),
  times: changeTimes,
  monotonic: world.now,
  log: { warn: () => undefined, error: () => undefined },
  ...others,
});

const change = { patronId, language: 'en', switchOn: [], switchOff: ['hold.ready'] } as const;
const start = (services: PreferenceServices) =>
  startProcedure(services, setNoticePreferences, staff, 'reference', change, never);

test.each(['before the preferences are kept', 'before the change is audited'])(
  'a process that is killed %s leaves the rest to another process, which does it once',
  async (moment) => {
    const killed = () => Promise.reject(new Error('killed'));
    const isBefore = moment.includes('kept');
    const interrupted = servicesWith(
      isBefore
        ? { notices: { ...world.notices, changeNoticePreferences: killed } }
        : { changes: { ...world.changes, recordChanges: killed } },
    );
    await expect(start(interrupted)).rejects.toThrow('killed');
    const [kept] = await world.notices.noticePreferences([patronId]);
    expect(kept?.switchedOff).toEqual(isBefore ? [] : ['hold.ready']);
    const recovery = preferenceRecovery(servicesWith());
    world.pass(60_000);
    for (const due of await world.journal.takeDue(10, 0, Object.keys(recovery))) {
      await recovery[due.operation.kind]?.({ ...due, observedMs: Number.POSITIVE_INFINITY }, never);
    }
    expect(await start(servicesWith())).toMatchObject({ state: 'DONE', patronId });
    expect(await world.notices.noticePreferences([patronId])).toEqual([
      { language: 'en', switchedOff: ['hold.ready'] },
    ]);
    expect(await world.changes.changesOfPatron(patronId, 10)).toMatchObject([{ field: 'noticePreferences' }]);
  },
);
