import { formatDay, useLanguage, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { type Debts, debtWords } from '../../debts/debts.ts';
import type { DeskCardFragment, DeskLoanFragment } from '../../operations.generated.ts';
import { readerTexts } from './reader-texts.ts';

interface Fact {
  readonly name: string;
  readonly value: string;
  /** A date or a place that is shown after the value. */
  readonly more?: string | undefined;
  /** Whether staff should mention this fact before the reader leaves. */
  readonly matters: boolean;
}

/**
 * The facts that staff need before they lend: the debts and their age, overdue loans, and copies that wait for the
 * reader.
 *
 * @param loans null if they could not be read
 */
export function ReaderFacts({
  patron,
  debts,
  loans,
}: {
  readonly patron: NonNullable<DeskCardFragment['patron']>;
  readonly debts: Debts | null;
  readonly loans: readonly DeskLoanFragment[] | null;
}): ReactNode {
  const texts = useTexts(readerTexts);
  const { language } = useLanguage();
  const overdue = loans?.filter((loan) => loan.overdue) ?? null;
  const longest = overdue?.[0];
  const owed = debts === null ? null : debtWords(debts, language);
  /** A fact's number of entries, as text. The fact `matters` if it has entries, or if they could not be read. */
  const countOf = (things: readonly unknown[] | null): Pick<Fact, 'value' | 'matters'> => ({
    value: things === null ? texts.notKnown : things.length === 0 ? texts.none : String(things.length),
    matters: things?.length !== 0,
  });
  const facts: readonly Fact[] = [
    {
      name: texts.owes,
      value: owed === null ? texts.notKnown : (owed.sum ?? texts.owesNothing),
      more: owed?.since == null ? undefined : texts.since(owed.since),
      matters: owed?.sum !== null,
    },
    {
      name: texts.overdue,
      ...countOf(overdue),
      more: longest === undefined ? undefined : texts.overdueSince(formatDay(longest.dueOn, language)),
    },
    { name: texts.waitsHere, ...countOf(patron.holds) },
  ];
  return (
    <dl className="reader-facts">
      {facts.map(({ name, value, more, matters }) => (
        <div key={name} className={matters ? 'warning' : undefined}>
          <dt>{name}</dt>
          <dd>
            <strong>{value}</strong>
          </dd>
          {more !== undefined && <dd className="more">{more}</dd>}
        </div>
      ))}
    </dl>
  );
}
