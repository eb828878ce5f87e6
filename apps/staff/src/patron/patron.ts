import type { MissingValue } from '@patron-graph/kit';
import { missingAt } from '@patron-graph/kit';
import type { PatronPictureQuery } from '../operations.generated.ts';

export type Patron = NonNullable<PatronPictureQuery['patron']>;
export type Card = NonNullable<Patron['credentials']>[number];

export interface SectionProps {
  readonly patron: Patron;
  readonly missing: readonly MissingValue[];
  /** Reads the patron again. */
  reload(): void;
}

/** The reason why a field of the patron could not be read; undefined if it was read. */
export const missingOf = (missing: readonly MissingValue[], field: keyof Patron): MissingValue | undefined =>
  missingAt(missing, ['patron', field]);
