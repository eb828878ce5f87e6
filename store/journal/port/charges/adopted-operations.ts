import type { Operation } from '../operations.ts';

/**
 * Operations in adopted systems (systems added with `npm run adopt`, such as the payment system), of any caller. They
 * are stored as unlisted (`isUnlisted`), because circulation's lists must leave them out. Operations without a known
 * patron are not found. The methods reject like the methods of `Journal`.
 */
export interface AdoptedOperations {
  /**
   * The operations of these kinds with this code, the latest first, at most `maxItems` (1 to 101). Null if the text is
   * not a code. The code is read as by `findByCode`.
   */
  adoptedByCode(
    code: string,
    kinds: readonly string[],
    maxItems: number,
  ): Promise<readonly Operation[] | null>;
  /** The patron's operations of these kinds, the latest first, at most `maxItems` (1 to 101). */
  adoptedOfPatron(
    patronId: string,
    kinds: readonly string[],
    maxItems: number,
  ): Promise<readonly Operation[]>;
}
