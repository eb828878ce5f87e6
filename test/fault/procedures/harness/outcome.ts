import { expect } from 'vitest';
import { findingsOf } from './findings.ts';
import type { Fixture } from './fixture.ts';
import type { Payload } from './system.ts';

/** The answer after the operation is settled, and the answer to one more request. */
export interface SettledAnswers {
  readonly answer: Payload;
  readonly again: Payload;
}

/**
 * Expects the answers and the records of a run without faults, and only the findings that the scenario names. Call this
 * after the operation's process has ended, because the books then follow the feed in place of that process.
 */
export async function expectOutcome(
  fixture: Fixture,
  answers: SettledAnswers,
  undisturbed: Payload,
  what: string,
): Promise<void> {
  const { scenario, records, audited, lines } = fixture;
  const { changes, audited: wantedAudit = [], findings = [] } = scenario;
  const found = {
    ...answers,
    changes: records.changes(),
    audited: audited(),
    findings: await findingsOf(fixture),
  };
  const wanted = { answer: undisturbed, again: undisturbed, changes, audited: wantedAudit, findings };
  expect(found, `${scenario.name}, ${what}`).toEqual(wanted);
  expect(lines.join('\n'), `${scenario.name}, ${what}`).not.toContain('ALARM');
}
