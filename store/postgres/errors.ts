import { DatabaseError } from 'pg';
import { PlacesClosed, StoreUnavailable } from '../store-unavailable.ts';

/** Another session, such as a dump, held a lock for the whole `lock_timeout`. */
export class LockTimeout extends StoreUnavailable {}

/** The SQLSTATE of a lock that was not free within `lock_timeout`. */
const lockNotAvailable = '55P03';

/** The SQLSTATE of the journal's function `require_open_places`. */
const placesClosed = 'LB001';

/**
 * The SQLSTATE classes whose messages are about the connection, the server or its load. These messages quote no values,
 * so our errors may contain them.
 */
const serverErrorClasses = /^(08|25|28|3D|40|42|53|55|57|58|LB)/;

/** Turns pg's errors into `StoreUnavailable`. Their `cause` is dropped, because it may quote the URL or values. */
export async function asUnavailable<Result>(ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask();
  } catch (error) {
    const Unavailable = kindOf(error);
    throw new Unavailable(`journal: PostgreSQL: ${reasonOf(error)}`, { isOutage: isOutage(error) });
  }
}

function kindOf(error: unknown): typeof StoreUnavailable {
  const code = error instanceof DatabaseError ? error.code : undefined;
  if (code === placesClosed) {
    return PlacesClosed;
  }
  return code === lockNotAvailable ? LockTimeout : StoreUnavailable;
}

/**
 * Whether another attempt may succeed: the error is not from the server, or its SQLSTATE means a lost connection,
 * missing resources, or a server that starts or stops.
 */
const isOutage = (error: unknown): boolean =>
  !(error instanceof DatabaseError) || /^(08|53|57)/.test(error.code ?? '');

function reasonOf(error: unknown): string {
  if (error instanceof DatabaseError) {
    const code = error.code ?? 'no code';
    return serverErrorClasses.test(code) ? `${code}, ${error.message}` : code;
  }
  if (!(error instanceof Error)) {
    return 'no reason given';
  }
  // If several addresses were tried, the error is an AggregateError, which has no message.
  return error.message !== '' ? error.message : String('code' in error ? error.code : error.name);
}
