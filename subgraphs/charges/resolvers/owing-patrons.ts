import type { Owed, OwingFilter, OwingOrder, OwingPatron } from '../../../store/journal/port.ts';
import { hongKongInstant } from '../../library/calendar.ts';
import { LocalizedError } from '../../library/errors/localized-error.ts';
import { type SelectedFields, selects } from '../../operations/changes/selects.ts';
import { requireRead } from '../../runtime/caller.ts';
import {
  badInput,
  boundsOfPage,
  type Page,
  type PageArguments,
  type PageInput,
  parsePage,
  toPage,
} from '../../runtime/pagination.ts';
import type { ChargesContext } from '../context.ts';
import { owedBy } from '../owing/changed-accounts.ts';
import { inHongKongDollars } from './money.ts';

interface OwingArguments extends PageInput {
  readonly filter?: { readonly minCents?: number | null; readonly since?: string | null } | null;
  readonly orderBy?: OwingOrder | null;
}

/** A page of the list of owing patrons. `page` is null if the client requests no rows, but only counts or times. */
interface OwingPage {
  readonly page: Page<ListedPatron> | null;
  readonly filter: OwingFilter;
  readonly ageMs: number;
  readonly oldestAt: Date | null;
}

/** A row of the index, with what the patron owes now according to the payment system. */
interface ListedPatron {
  readonly row: OwingPatron;
  readonly owed: Owed;
  readonly patronId: string;
}

export const owingConnectionResolvers = {
  edges: ({ page }: OwingPage) => page?.edges ?? [],
  pageInfo: ({ page }: OwingPage) => page?.pageInfo,
  totalCount: ({ filter }: OwingPage, _args: unknown, { services }: ChargesContext) =>
    services.owing.countOwing(filter),
  unreadCount: (_page: OwingPage, _args: unknown, { services }: ChargesContext) =>
    services.owing.countUnreadOwing(),
  asOf: ({ ageMs }: OwingPage, _args: unknown, { clock }: ChargesContext) =>
    hongKongInstant(new Date(clock().getTime() - ageMs)),
  changesSince: ({ oldestAt }: OwingPage) => (oldestAt === null ? null : hongKongInstant(oldestAt)),
};

export const owingPatronResolvers = {
  patron: ({ patronId }: ListedPatron) => ({ id: patronId }),
  outstanding: ({ owed }: ListedPatron) => inHongKongDollars(owed.cents),
  chargeCount: ({ owed }: ListedPatron) => owed.charges,
  since: ({ owed }: ListedPatron) => hongKongInstant(owed.since),
};

/**
 * A page of the patrons who owe something. The index gives the rows. Their amounts are read again from the payment
 * system.
 * @throws GraphQLError UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, or INDEX_NOT_READY before the index is built
 */
export async function owingPatrons(
  _: unknown,
  args: OwingArguments,
  context: ChargesContext,
  info: SelectedFields,
): Promise<OwingPage> {
  requireRead(context.caller, null, ['charges:read']);
  const order = args.orderBy ?? 'MOST_FIRST';
  const page = parsePage(args, `owingPatrons ${order}`);
  const filter = filterOf(args.filter ?? {});
  const { ageMs, oldestAt } = await context.services.owing.owingState();
  if (ageMs === null) {
    throw new LocalizedError(
      {
        en: 'The list of what is owed is being built: try again in a minute.',
        'zh-Hant': '欠款清單正在整理，請於一分鐘後再試。',
      },
      { extensions: { code: 'INDEX_NOT_READY' } },
    );
  }
  const isRead = selects(info, ['edges', 'pageInfo']);
  return { page: isRead ? await readPage(filter, order, page, context) : null, filter, ageMs, oldestAt };
}

async function readPage(
  filter: OwingFilter,
  order: OwingOrder,
  page: PageArguments,
  context: ChargesContext,
): Promise<Page<ListedPatron>> {
  const { services, statements, merges, recordOpening } = context;
  const found = await services.owing.owingPatrons(filter, order, positionOf(page), page.first + 1);
  const candidates = found.slice(0, page.first);
  const listed = await Promise.all(
    candidates.map(async (row) => {
      const [statement, { into }] = await Promise.all([
        statements.load(row.patronId),
        merges.load(row.patronId),
      ]);
      const owed = owedBy(statement);
      return owed !== null && fits(owed, filter) ? { row, owed, patronId: into ?? row.patronId } : null;
    }),
  );
  const shown = listed.filter((one) => one !== null);
  await Promise.all(shown.map(({ patronId }) => recordOpening('LOANS', patronId)));
  const end = candidates.at(-1);
  return toPage(
    shown,
    ({ row }) => keyOf(row),
    boundsOfPage(page, found.length),
    end === undefined ? null : keyOf(end),
  );
}

const fits = ({ cents, since }: Owed, { minCents, sinceUntil }: OwingFilter): boolean =>
  cents >= minCents && (sinceUntil === null || since <= sinceUntil);

function filterOf({ minCents = null, since = null }: NonNullable<OwingArguments['filter']>): OwingFilter {
  if (minCents !== null && minCents < 1) {
    throw badInput(`\`minCents\` must be at least 1, not ${minCents}.`);
  }
  return {
    minCents: minCents ?? 1,
    sinceUntil: since === null ? null : new Date(`${since}T23:59:59.999+08:00`),
  };
}

const keyOf = ({ cents, since, key }: OwingPatron): string => `${cents} ${since.getTime()} ${key}`;

/**
 * The position in a page's cursor. Null for the first page.
 * @throws GraphQLError BAD_USER_INPUT for a text that is not the cursor of any page.
 */
function positionOf({ after }: PageArguments): Pick<OwingPatron, 'cents' | 'since' | 'key'> | null {
  if (after === null) {
    return null;
  }
  const [, cents, sinceMs, key] = /^(\d{1,15}) (\d{1,14}) ([\w-]{43})$/.exec(after) ?? [];
  if (cents === undefined || sinceMs === undefined || key === undefined) {
    throw badInput('`after` must be a `cursor` of another page.');
  }
  return { cents: Number(cents), since: new Date(Number(sinceMs)), key };
}
