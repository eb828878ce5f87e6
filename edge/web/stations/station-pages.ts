/** The list of stations, in pages, because a library may have hundreds. */
import { z } from 'zod';
import type { ListedStation } from './enrolments.ts';

export interface StationPage {
  readonly stations: readonly ListedStation[];
  /** The same as `pageInfo` of the graph's connections. */
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  /** The number of stations on all pages. */
  readonly totalCount: number;
}

export const stationsPerPage = 50;

/**
 * The sort key. A cursor is the sort key of its page's last station, so it remains valid after that station was removed.
 */
const orderShape = z.tuple([z.boolean(), z.string(), z.string(), z.number(), z.string()]);
type Order = z.infer<typeof orderShape>;

/** Sorts stations in use before revoked ones. Within each group, sorts them by branch, name, time of enrolment and id. */
const orderOf = ({ revoked, branch, name, enrolledAt, id }: ListedStation): Order => [
  revoked,
  branch,
  name,
  enrolledAt,
  id,
];

function compare(a: Order, b: Order): number {
  const [aRevoked, aBranch, aName, aAt, aId] = a;
  const [bRevoked, bBranch, bName, bAt, bId] = b;
  return (
    Number(aRevoked) - Number(bRevoked) ||
    aBranch.localeCompare(bBranch) ||
    aName.localeCompare(bName) ||
    aAt - bAt ||
    aId.localeCompare(bId)
  );
}

/**
 * Returns the page after the cursor `after`, which is the `endCursor` of the previous page. Returns the first page if
 * `after` is null. Returns null if `after` is not a cursor.
 */
export function pageOfStations(stations: readonly ListedStation[], after: string | null): StationPage | null {
  const from = after === null ? null : readCursor(after);
  if (from === null && after !== null) {
    return null;
  }
  const rest = stations
    .filter((station) => from === null || compare(orderOf(station), from) > 0)
    .sort((a, b) => compare(orderOf(a), orderOf(b)));
  const shown = rest.slice(0, stationsPerPage);
  const last = shown.at(-1);
  return {
    stations: shown,
    pageInfo: {
      hasNextPage: rest.length > shown.length,
      endCursor: last === undefined ? null : writeCursor(orderOf(last)),
    },
    totalCount: stations.length,
  };
}

const writeCursor = (order: Order): string => Buffer.from(JSON.stringify(order)).toString('base64url');

function readCursor(text: string): Order | null {
  try {
    return orderShape.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  } catch {
    return null;
  }
}
