import type { Encryption } from '../../encryption/encryption.ts';
import { checkCount, checkTexts } from '../argument-limits.ts';
import type { StandingBlocks } from '../port.ts';
import type { JournalSql } from '../statements/index.ts';

/**
 * Implements `StandingBlocks`: the cards that are blocked because their patron is suspended or closed. Rows are found
 * by keyed digests of patron and card. The numbers are stored encrypted.
 */
export function standingBlocksOf(sql: JournalSql, encryption: Encryption): StandingBlocks {
  const patronKeyOf = (patronId: string) => encryption.digest('patron', patronId);
  return {
    async keepStandingBlocks(patronId, cards) {
      checkTexts({ patronId });
      checkCount('accounts', cards.length, 0);
      const rows = cards.map((libraryCardNumber) => {
        checkTexts({ libraryCardNumber });
        return {
          patron: patronKeyOf(patronId),
          patronEncrypted: encryption.encrypt(patronId),
          card: encryption.digest('card', libraryCardNumber),
          cardEncrypted: encryption.encrypt(libraryCardNumber),
        };
      });
      if (rows.length > 0) {
        await sql.write('keepStandingBlocks', [JSON.stringify(rows)]);
      }
    },
    async standingBlocksOf(patronId) {
      checkTexts({ patronId });
      const rows = await sql.read<{ readonly card: string }>('standingBlocksOf', [patronKeyOf(patronId)]);
      return rows.map(({ card }) => encryption.decrypt(card));
    },
    async forgetStandingBlocks(patronId) {
      checkTexts({ patronId });
      await sql.write('forgetStandingBlocks', [patronKeyOf(patronId)]);
    },
  };
}
