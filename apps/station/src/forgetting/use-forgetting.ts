import { useEffect, useRef, useState } from 'react';

/** A visit ends after a pause of a minute. */
const pauseMs = 60_000;
/** The last seconds of it are counted down before the reader's eyes. */
const countdownMs = 10_000;

const signsOfLife = ['keydown', 'pointerdown', 'touchstart', 'wheel'] as const;

/**
 * Calls `forget` once nobody has touched the machine for a minute; by then at the latest, also where the page was asleep meanwhile.
 * Returns the seconds that are left, in the last ten of them, or else null.
 */
export function useForgetting(forget: () => void): number | null {
  const [secondsLeft, setSecondsLeft] = useState<number | null>(null);
  const latest = useRef(forget);
  latest.current = forget;
  useEffect(() => {
    let touchedAt = Date.now();
    const look = () => {
      const leftMs = touchedAt + pauseMs - Date.now();
      if (leftMs <= 0) {
        latest.current();
      } else {
        setSecondsLeft(leftMs <= countdownMs ? Math.ceil(leftMs / 1_000) : null);
      }
    };
    const touched = () => {
      touchedAt = Date.now();
      setSecondsLeft(null);
    };
    const timer = setInterval(look, 500);
    for (const sign of signsOfLife) {
      window.addEventListener(sign, touched, { capture: true, passive: true });
    }
    return () => {
      clearInterval(timer);
      for (const sign of signsOfLife) {
        window.removeEventListener(sign, touched, { capture: true });
      }
    };
  }, []);
  return secondsLeft;
}
