import { useEffect, useRef } from 'react';

interface ShownAct {
  readonly payload: { readonly problems: readonly { readonly code: string }[] } | null;
}

/** Reads the record again, once, where somebody else has changed it since. Returns whether that is so. */
export function useRereadOnConflict({ payload }: ShownAct, reload: () => void): boolean {
  const isConflict = payload?.problems.some(({ code }) => code === 'VERSION_CONFLICT') ?? false;
  const latestReload = useRef(reload);
  latestReload.current = reload;
  useEffect(() => {
    if (isConflict) {
      latestReload.current();
    }
  }, [isConflict]);
  return isConflict;
}
