import type { Syntax } from './dialect.ts';

export function erasureStatements({ schema, among, isListed, isUnlisted, isPlaceHeld }: Syntax) {
  const operations = `${schema}operations`;
  const operation = `id, (state = 'UNSETTLED' or look_at is not null or ${isPlaceHeld}) as "isOpen"`;
  /**
   * Selects the patron's operations that are unlisted, or those that are listed. Listed and unlisted operations have
   * separate partial indexes, so there are two queries.
   */
  const ofPatron = (which: string) => `select ${operation}
    from ${operations} where about_patron = $1 and ${which} and id <> $2`;
  return {
    operationsToErase: `${ofPatron(isListed)} union all ${ofPatron(isUnlisted)}`,
    childrenToErase: `select ${operation} from ${operations} where ${among('caller', '$1')}`,
    eraseNotices: `delete from ${schema}notices where patron = $1 returning 1 as erased`,
    erasePreferences: `delete from ${schema}notice_preferences where patron = $1`,
    eraseSuspects: `delete from ${schema}suspects where kind = 'PATRON' and subject = $1`,
    eraseFindings: `delete from ${schema}findings where patron_id = $1 returning 1 as erased`,
  } as const;
}
