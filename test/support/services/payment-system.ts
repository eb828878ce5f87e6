/** The control of a simulated payment system, which is at the path `/control` of its address. */

/** A date in UTC. */
const dayIn = (ms: number) => new Date(Date.now() + ms).toISOString().slice(0, 10);
/** By the payment system's clock, tomorrow is later than anything that a test has done. */
const tomorrow = () => dayIn(86_400_000);

/** Times for the payment system's clock: it is closed from 23:30 to 00:15 in Hong Kong. */
export const whileClosed = () => ({ clock: `${tomorrow()}T15:40:00Z` });
export const whenOpenAgain = () => ({ clock: `${tomorrow()}T16:15:00Z` });
/** For a page that compares the end of the night with the browser's own clock. */
export const whileClosedTonight = () => ({ clock: `${dayIn(0)}T15:40:00Z` });

/** Asks the control for one thing. */
export async function controlPayments(url: string, asked: object): Promise<Record<string, unknown>> {
  const answer = await fetch(`${url}/control`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(asked),
  });
  if (!answer.ok) {
    throw new Error(`${JSON.stringify(asked)}: ${answer.status} ${await answer.text()}`);
  }
  return (await answer.json()) as Record<string, unknown>;
}

/** A charge for printing. Resolves to its number. */
export async function raiseCharge(url: string, patronNo: string, cents: number): Promise<string> {
  const raised = { patronNo, purpose: 'Printing', description: 'Copies', cents };
  const { charge } = await controlPayments(url, { raise: raised });
  return (charge as { readonly chargeNo: string }).chargeNo;
}

/**
 * Moves the clock by four hours if the payment system is closed now or soon will be, because its tests must pass at
 * night, too.
 */
export async function keepPaymentSystemOpen(url: string): Promise<void> {
  const hour = Number(new Date(Date.now() + 8 * 3_600_000).toISOString().slice(11, 13));
  if (hour >= 22 || hour === 0) {
    await controlPayments(url, { clock: '+4h' });
  }
}
