import type { OneApplicationQuery } from '../operations.generated.ts';

/** One application, as its view asks for it. */
export type ShownApplication = NonNullable<OneApplicationQuery['application']>;
