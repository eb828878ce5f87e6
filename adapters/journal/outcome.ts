import type { Outcome } from './port.ts';

/** A refusal that a later look may find to be wrong. */
export const isOpenToCorrection = ({ state, reconcileAfterMs }: Outcome): boolean =>
  state === 'REFUSED' && reconcileAfterMs !== undefined;
