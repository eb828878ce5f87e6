import { useSearchParameters } from '@patron-graph/ui';
import { useEffect, useLayoutEffect, useRef } from 'react';
import { type Address, oneOf } from '../lists/address.ts';
import type { Desk } from './desk.ts';
import type { Mode } from './desk-store.ts';

const readMode = ({ mode }: Address): { readonly mode: Mode | null } => ({
  mode: oneOf(['checkOut', 'checkIn'] as const, mode) ?? null,
});

/**
 * Keeps the desk's mode in the address (`?mode=checkIn`), so that links, keys in other views and reloads lead to this
 * mode. The shown card is never in the address, because a card may be used only while it is presented (R11).
 */
export function useModeInAddress(desk: Desk, mode: Mode): void {
  const [{ mode: wanted }, change] = useSearchParameters(readMode);
  const written = useRef<Mode | null>(null);
  // A layout effect runs before the first paint. A later effect would come too late, because a scanner may type at
  // once.
  useLayoutEffect(() => {
    if (wanted !== null && wanted !== written.current) {
      written.current = wanted;
      desk.setMode(wanted);
    }
  }, [desk, wanted]);
  useEffect(() => {
    // Reads the desk's present mode, because the effect above may just have set it from the address.
    const current = desk.state().mode;
    if (current === mode && current !== written.current) {
      written.current = current;
      change({ mode: current });
    }
  }, [desk, mode, change]);
}
