import type { FindingsQuery } from '../operations.generated.ts';

export type OpenFinding = NonNullable<FindingsQuery['findings']>['edges'][number]['node'];
