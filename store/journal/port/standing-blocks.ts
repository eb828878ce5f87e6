/**
 * The cards that the suspension or the closing of a patron has blocked (R15). Circulation keeps no reason for a block.
 * When a suspension is lifted, this list tells our blocks from a desk's own. The methods reject like the methods of
 * `Journal`.
 */
export interface StandingBlocks {
  /** Records that these cards (0 to 500) are blocked because the patron is suspended or closed. Safe to repeat. */
  keepStandingBlocks(patronId: string, cards: readonly string[]): Promise<void>;
  /** The cards that were recorded for the patron, in no particular order. */
  standingBlocksOf(patronId: string): Promise<readonly string[]>;
  forgetStandingBlocks(patronId: string): Promise<void>;
}
