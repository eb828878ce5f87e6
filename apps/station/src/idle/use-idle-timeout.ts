import { useEffect, useRef, useState } from 'react';

/** The time without a touch after which a visit ends, in ms. */
const idleTimeoutMs = 60_000;

const activityEvents = ['keydown', 'pointerdown', 'touchstart', 'wheel'] as const;

/**
 * Calls `onIdle` when nobody has touched the machine for a minute. If the minute ended while the page was suspended,
 * `onIdle` is called as soon as the page runs again. Returns the number of seconds left.
 */
export function useIdleTimeout(onIdle: () => void): number {
  const [secondsLeft, setSecondsLeft] = useState(idleTimeoutMs / 1_000);
  const latest = useRef(onIdle);
  latest.current = onIdle;
  useEffect(() => {
    let touchedAt = Date.now();
    const checkIdle = () => {
      const leftMs = touchedAt + idleTimeoutMs - Date.now();
      if (leftMs <= 0) {
        // Begins another minute, because `onIdle` may show a screen that stays for a minute.
        touched();
        latest.current();
      } else {
        setSecondsLeft(Math.ceil(leftMs / 1_000));
      }
    };
    const touched = () => {
      touchedAt = Date.now();
      setSecondsLeft(idleTimeoutMs / 1_000);
    };
    const timer = setInterval(checkIdle, 500);
    for (const event of activityEvents) {
      window.addEventListener(event, touched, { capture: true, passive: true });
    }
    return () => {
      clearInterval(timer);
      for (const event of activityEvents) {
        window.removeEventListener(event, touched, { capture: true });
      }
    };
  }, []);
  return secondsLeft;
}
