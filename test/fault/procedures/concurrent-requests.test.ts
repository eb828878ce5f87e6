import { describe, expect, test } from 'vitest';
import { startFixture } from './harness/fixture.ts';
import { settledAnswer } from './harness/system.ts';
import { patientTimes } from './harness/times.ts';
import { type Scenario, scenarioOf, staff } from './scenarios/scenarios.ts';

const approval = scenarioOf('approveApplication: a stranger');
const loss = scenarioOf('reportLoss: smart card, to continue');
const colleague = { ...staff, subject: 'staff-2' };

/** Pairs of requests for the same operation, from two callers with different references. */
const rivals: readonly { name: string; one: Scenario; other: Scenario }[] = [
  {
    name: 'two staff members decide the same application',
    one: approval,
    other: { ...approval, caller: colleague },
  },
  {
    name: 'a loss is reported at the counter and on the web',
    one: loss,
    other: { ...loss, caller: staff },
  },
];

describe('two requests for the same thing have one effect, and one of them is refused', () => {
  test.each(rivals)('$name', async ({ one, other }) => {
    await using fixture = await startFixture(one, patientTimes);
    await using first = await fixture.open({}, one);
    await using second = await fixture.open({}, other);
    await Promise.all([first.ask(), second.ask()]);
    const answers = await Promise.all([settledAnswer(first), settledAnswer(second)]);
    expect(answers.map(({ operation }) => operation.state).sort()).toEqual(['DONE', 'REFUSED']);
    const [problem] = answers.flatMap(({ problems }) => problems);
    expect(['ANOTHER_OPERATION_OPEN', 'WRONG_STATE']).toContain(problem?.code);
    const decidedBy = /decidedBy "staff-[12]"/;
    const changes = fixture.records.changes().map((line) => line.replace(decidedBy, 'decidedBy "staff-1"'));
    expect(changes).toEqual(one.changes);
  });
});
