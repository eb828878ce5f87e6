/** Counts of loans and holds in the whole library, from the index. They identify nobody. */
import type { LendingDay } from '../../../../store/index/port.ts';
import type { Branch } from '../../../library/branches.ts';
import { daysAfter, hongKongDay, hongKongInstant } from '../../../library/calendar.ts';
import { errorTexts } from '../../../library/errors/error-texts.ts';
import { badInput } from '../../../runtime/pagination.ts';
import { type CirculationContext, requireScope } from '../../context.ts';
import { notReady } from '../../index/require-whole.ts';

const listedDays = 30;
/** The maximum of `days`: ten years. An item that has been on loan for longer is lost. */
const maxOverdueDays = 3650;

export async function lendingDays(
  _: unknown,
  _args: unknown,
  context: CirculationContext,
): Promise<readonly LendingDay[]> {
  requireScope(context, ['circulation:read']);
  const { index } = context.services;
  // The counts per day are complete once all old events are read. Lists can be answered from the index only after that.
  const { areDaysCounted } = await context.indexProgress();
  if (!areDaysCounted) {
    throw notReady(errorTexts.LENDING_DAYS_NOT_COUNTED);
  }
  const first = daysAfter(hongKongDay(context.clock()), 1 - listedDays);
  const counted = new Map((await index.lendingDays(first)).map((day) => [day.day, day]));
  return Array.from({ length: listedDays }, (_, at) => {
    const day = daysAfter(first, at);
    return counted.get(day) ?? { day, lent: 0, returned: 0 };
  });
}

type Counted = 'loansOut' | 'overdue' | 'holdsReady' | 'holdsQueued';

/**
 * One of the counts of the branch with this code. If the code is null, it is the count of the whole library, including
 * branches that are not in the library's list.
 * @throws as `branchCounts` of the context does
 */
async function countOf(
  context: CirculationContext,
  code: string | null,
  counted: Counted,
  overdueDays?: number,
): Promise<number> {
  requireScope(context, ['circulation:read']);
  const { byBranch } = await context.branchCounts(overdueDays);
  return code === null
    ? [...byBranch.values()].reduce((sum, counts) => sum + counts[counted], 0)
    : (byBranch.get(code)?.[counted] ?? 0);
}

/** The resolvers of a branch's or the library's counts. `codeOf` returns the branch's code, or null for the library. */
const countResolvers = <Parent>(codeOf: (parent: Parent) => string | null) => {
  const count = (counted: Counted) => async (parent: Parent, _: unknown, context: CirculationContext) =>
    await countOf(context, codeOf(parent), counted);
  return {
    loansOut: count('loansOut'),
    async overdue(
      parent: Parent,
      args: { readonly days?: number | null },
      context: CirculationContext,
    ): Promise<number> {
      const days = args.days ?? 1;
      if (days < 1 || days > maxOverdueDays) {
        throw badInput(`\`days\` must be 1 to ${maxOverdueDays}.`);
      }
      return await countOf(context, codeOf(parent), 'overdue', days);
    },
    holdsReady: count('holdsReady'),
    holdsQueued: count('holdsQueued'),
    async asOf(_: Parent, _args: unknown, context: CirculationContext): Promise<string | null> {
      requireScope(context, ['circulation:read']);
      const { asOf } = await context.branchCounts();
      return asOf === null ? null : hongKongInstant(asOf);
    },
  };
};

export const branchCountResolvers = countResolvers(({ code }: Branch) => code);
export const libraryCountResolvers = countResolvers(() => null);

/** Reads the counts here, so that an incomplete index gives one error, and not one for each count. */
export async function libraryCounts(
  _: unknown,
  _args: unknown,
  context: CirculationContext,
): Promise<Readonly<Record<string, never>>> {
  requireScope(context, ['circulation:read']);
  await context.branchCounts();
  return {};
}
