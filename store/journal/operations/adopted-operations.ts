import type { Encryption } from '../../encryption/encryption.ts';
import { checkCount, checkTexts } from '../argument-limits.ts';
import { parseOperationCode } from '../operation-id.ts';
import type { AdoptedOperations } from '../port.ts';
import type { JournalSql } from '../statements/index.ts';
import { findingOf } from './operations.ts';

/**
 * Implements `AdoptedOperations`, with which staff look for operations in adopted systems. These are systems that were
 * added with `npm run adopt`, such as the payment system.
 */
export function adoptedOf(sql: JournalSql, encryption: Encryption): AdoptedOperations {
  const find = findingOf(sql, encryption);
  return {
    async adoptedByCode(text, kinds, maxItems) {
      checkCount('operations', maxItems);
      const code = parseOperationCode(text);
      return code === null ? null : await find('adoptedByCode', [code, kinds, maxItems]);
    },
    async adoptedOfPatron(patronId, kinds, maxItems) {
      checkTexts({ patronId });
      checkCount('operations', maxItems);
      return await find('adoptedOfPatron', [encryption.digest('patron', patronId), kinds, maxItems]);
    },
  };
}
