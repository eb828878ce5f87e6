/** How long somebody is taken to be there after a touch, in ms. */
const thereMs = 60_000;

/** The time when somebody last touched the page. Opening the page counts as a touch. */
let touchedAt = performance.now();

/** Notes from now on when somebody touches the page. */
export function watchAttendance(): void {
  const touched = () => {
    touchedAt = performance.now();
  };
  for (const type of ['pointerdown', 'keydown', 'wheel', 'touchmove'] as const) {
    window.addEventListener(type, touched, { capture: true, passive: true });
  }
}

/**
 * Whether somebody uses the page. What it reads after a change in the library, while nobody does, must not extend the
 * session: on a computer of the library, the next person would find it open.
 */
export const isAttended = (): boolean => performance.now() - touchedAt < thereMs;
