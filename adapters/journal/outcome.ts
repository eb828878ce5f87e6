import type { Outcome } from './port.ts';

/** Milliseconds until it is looked at once more, where not done is a conclusion; null for an answer, which stands for good. */
export const lookAfterMsOf = ({ state, lookAfterMs }: Outcome): number | null =>
  state === 'REFUSED' ? (lookAfterMs ?? null) : null;
