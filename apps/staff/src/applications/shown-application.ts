import type { OneApplicationQuery } from '../operations.generated.ts';

export type ShownApplication = NonNullable<OneApplicationQuery['application']>;
