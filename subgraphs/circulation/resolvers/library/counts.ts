/** Figures of the whole library, from the index. They identify nobody. */
import type { LendingDay } from '../../../../store/index/port.ts';
import type { Branch } from '../../../library/branches.ts';
import { daysAfter, hongKongDay, hongKongInstant } from '../../../library/calendar.ts';
import { errorTexts } from '../../../library/errors/error-texts.ts';
import { badInput } from '../../../runtime/pagination.ts';
import { type CirculationContext, requireScope } from '../../context.ts';
import { notReady } from '../../index/require-whole.ts';

/** The number of days in the list. */
const listedDays = 30;
/** The maximum of `days`: ten years. An item that is out for longer is lost. */
const maxOverdueDays = 3650;

export async function lendingDays(
  _: unknown,
  _args: unknown,
  context: CirculationContext,
): Promise<readonly LendingDay[]> {
  requireScope(context, ['circulation:read']);
  const { index } = context.services;
  // The days are complete when all old events are read. That is earlier than lists are.
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

const count =
  (of: 'loansOut' | 'holdsReady' | 'holdsQueued') =>
  async ({ code }: Branch, _args: unknown, context: CirculationContext): Promise<number> => {
    requireScope(context, ['circulation:read']);
    return (await context.branchCounts()).byBranch.get(code)?.[of] ?? 0;
  };

export const branchCountResolvers = {
  loansOut: count('loansOut'),
  async overdue(
    { code }: Branch,
    args: { readonly days?: number | null },
    context: CirculationContext,
  ): Promise<number> {
    requireScope(context, ['circulation:read']);
    const days = args.days ?? 1;
    if (days < 1 || days > maxOverdueDays) {
      throw badInput(`\`days\` must be 1 to ${maxOverdueDays}.`);
    }
    return (await context.branchCounts(days)).byBranch.get(code)?.overdue ?? 0;
  },
  holdsReady: count('holdsReady'),
  holdsQueued: count('holdsQueued'),
  async asOf(_: Branch, _args: unknown, context: CirculationContext): Promise<string | null> {
    requireScope(context, ['circulation:read']);
    const { asOf } = await context.branchCounts();
    return asOf === null ? null : hongKongInstant(asOf);
  },
};
