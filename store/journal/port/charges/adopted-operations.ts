import type { Operation } from '../operations.ts';

/**
 * Operations in adopted systems, of any caller. They are stored as parts (`isPart`), although they belong to no other
 * operation, because circulation's lists leave out parts. An operation whose patron is not known is not found. The
 * methods reject like the methods of `Journal`.
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
