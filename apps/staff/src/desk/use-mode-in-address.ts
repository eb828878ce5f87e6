import { useSearchParameters } from '@patron-graph/ui';
import { useEffect, useLayoutEffect, useRef } from 'react';
import { type Address, oneOf } from '../lists/address.ts';
import type { Desk } from './desk.ts';
import type { Mode } from './desk-store.ts';

const readMode = ({ mode }: Address): { readonly mode: Mode | null } => ({
  mode: oneOf(['checkOut', 'checkIn'] as const, mode) ?? null,
});

/**
 * Keeps the mode of the desk in the address (`?mode=checkIn`). So a link, a key in another view and a reload lead to the
 * same mode. No address contains the shown card, because a card may be used only while it is presented (R11).
 */
export function useModeInAddress(desk: Desk, mode: Mode): void {
  const [{ mode: wanted }, change] = useSearchParameters(readMode);
  const written = useRef<Mode | null>(null);
  // A layout effect is needed, because a scanner may type at once.
  useLayoutEffect(() => {
    if (wanted !== null && wanted !== written.current) {
      written.current = wanted;
      desk.setMode(wanted);
    }
  }, [desk, wanted]);
  useEffect(() => {
    // The mode in the address is read before the address is written.
    const current = desk.state().mode;
    if (current === mode && current !== written.current) {
      written.current = current;
      change({ mode: current });
    }
  }, [desk, mode, change]);
}
