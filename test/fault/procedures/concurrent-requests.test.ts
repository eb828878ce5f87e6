import { describe, expect, test } from 'vitest';
import { startFixture } from './harness/fixture.ts';
import { openSystem, settledAnswer } from './harness/system.ts';
import { patientTimes } from './harness/times.ts';
import { type Scenario, scenarioOf, staff } from './scenarios/scenarios.ts';

const approval = scenarioOf('decideApplication: a stranger');
const loss = scenarioOf('reportLoss: smart card, to continue');
const colleague = { ...staff, subject: 'staff-2' };

/** The same operation, requested by two callers, each with a reference of their own. */
const rivals: readonly { name: string; one: Scenario; other: Scenario }[] = [
  { name: 'two people deciding one application', one: approval, other: { ...approval, caller: colleague } },
  {
    name: 'the same loss reported from the counter and the web',
    one: loss,
    other: { ...loss, caller: staff },
  },
];

describe('two requests for the same thing have one effect, and one is refused:', () => {
  test.each(rivals)('$name', async ({ one, other }) => {
    await using fixture = await startFixture(one, patientTimes);
    const { legacy, path, times, log, records } = fixture;
    const options = { legacy, journal: { path }, times, log, settles: true } as const;
    await using first = await openSystem(one, options);
    await using second = await openSystem(other, options);
    await Promise.all([first.ask(), second.ask()]);
    const answers = await Promise.all([settledAnswer(first), settledAnswer(second)]);
    expect(answers.map(({ operation }) => operation.state).sort()).toEqual(['DONE', 'REFUSED']);
    const [problem] = answers.flatMap(({ problems }) => problems);
    expect(['ANOTHER_OPERATION_OPEN', 'WRONG_STATE']).toContain(problem?.code);
    const decidedBy = /decidedBy "staff-[12]"/;
    const changes = records.changes().map((line) => line.replace(decidedBy, 'decidedBy "staff-1"'));
    expect(changes).toEqual(one.changes);
  });
});
