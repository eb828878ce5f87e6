import { useSearchParameters } from '@patron-graph/ui';
import { useEffect, useLayoutEffect, useRef } from 'react';
import { type Address, oneOf } from '../lists/address.ts';
import type { Desk } from './desk.ts';
import type { Mode } from './desk-store.ts';

const readMode = ({ mode }: Address): { readonly mode: Mode | null } => ({
  mode: oneOf(['checkOut', 'checkIn'] as const, mode) ?? null,
});

/**
 * Keeps the mode of the desk in its address (`?mode=checkIn`), so that a link, a key on another view and a reload lead to the
 * same. The shown card is in no address: a card lends only while it is at hand (R11).
 */
export function useModeInAddress(desk: Desk, mode: Mode): void {
  const [{ mode: wanted }, change] = useSearchParameters(readMode);
  const written = useRef<Mode | null>(null);
  // A scanner may type at once.
  useLayoutEffect(() => {
    if (wanted !== null && wanted !== written.current) {
      written.current = wanted;
      desk.setMode(wanted);
    }
  }, [desk, wanted]);
  useEffect(() => {
    // The address is read before it is written.
    const current = desk.state().mode;
    if (current === mode && current !== written.current) {
      written.current = current;
      change({ mode: current });
    }
  }, [desk, mode, change]);
}
