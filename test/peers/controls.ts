/** The control routes of a legacy system in the tests. Simulators and foreign peers have the same routes. */
export interface Controls {
  /** Puts the system's clock ahead, or behind if the number is negative. */
  stepClock(offsetMs: number): Promise<void>;
  /** Blocks or unblocks a card as a library desk does, without a reference. */
  actAtDesk(act: 'block' | 'unblock', cardNo: string): Promise<void>;
  /** Lets the system apply requests for the operations only after the time, even past its drop time. */
  applyLate(operations: readonly string[], delayMs: number): Promise<void>;
  /** Ends `applyLate`. The system applies requests without delay again. */
  applyAtOnce(): Promise<void>;
}

/** The controls of the system with an endpoint at `url`. They reject if the system refuses. */
export function controlsOf(url: string): Controls {
  const ask = async (path: string, method: string, content?: object): Promise<void> => {
    const body = content === undefined ? {} : { body: JSON.stringify(content) };
    const response = await fetch(new URL(path, url), { method, ...body });
    if (!response.ok) {
      throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    }
    await response.arrayBuffer();
  };
  return {
    stepClock: (offsetMs) => ask('/_clock', 'PUT', { offsetMs }),
    actAtDesk: (act, cardNo) => ask('/_desk', 'POST', { act, cardNo }),
    applyLate: (operations, delayMs) =>
      ask('/_faults', 'PUT', { faults: [{ kind: 'apply-late', operations, delayMs }] }),
    applyAtOnce: () => ask('/_faults', 'DELETE'),
  };
}
