/** A page counts as attended (in use by a person) for this time after the last touch, in ms. */
const thereMs = 60_000;

/** The time when somebody last touched the page. Opening the page counts as a touch. */
let touchedAt = performance.now();

/** Begins to record the time of each touch. Must be called when the page is loaded. */
export function watchAttendance(): void {
  const touched = () => {
    touchedAt = performance.now();
  };
  for (const type of ['pointerdown', 'keydown', 'wheel', 'touchmove'] as const) {
    window.addEventListener(type, touched, { capture: true, passive: true });
  }
}

/**
 * Whether somebody uses the page. Only an attended page's requests extend the session. So the next person at a library
 * computer doesn't find the session open.
 */
export const isAttended = (): boolean => performance.now() - touchedAt < thereMs;
