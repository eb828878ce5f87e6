/** The control of a simulated payment system, which is at the path `/control` of its address. */

/**
 * Times for the payment system's clock, in their order. By this clock, the day after tomorrow is later than anything that
 * a test has done. Once the clock was set, the payment system is closed from 23:30 to 00:15 in Hong Kong.
 */
const timeOn = (day: number, time: string) => {
  const date = new Date(Date.now() + day * 86_400_000).toISOString().slice(0, 10);
  return { clock: `${date}T${time}Z` };
};
export const atNoon = () => timeOn(2, '04:00:00');
export const whileClosed = () => timeOn(2, '15:40:00');
export const whenOpenAgain = () => timeOn(2, '16:15:00');
/** The next such time by the machine's clock, for a page that compares the end of the night with the browser's clock. */
export const whileClosedTonight = () =>
  [timeOn(0, '15:40:00'), timeOn(1, '15:40:00')].find(({ clock }) => Date.parse(clock) > Date.now()) ??
  whileClosed();

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
