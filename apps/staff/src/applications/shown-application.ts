import type { OneApplicationQuery } from '../operations.generated.ts';

/** One application, with the fields that its view selects. */
export type ShownApplication = NonNullable<OneApplicationQuery['application']>;
