import type { OpenFindingsQuery } from '../operations.generated.ts';

export type OpenFinding = NonNullable<OpenFindingsQuery['findings']>['edges'][number]['node'];
