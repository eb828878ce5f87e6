import type { FaultPlan } from './faults.ts';
import { InvalidFaults } from './schema.ts';

/** `127.0.0.0/8` and `::1`, also as a socket of both families writes them. */
export const isLoopback = (address: string | undefined): boolean =>
  /^(?:(?:::ffff:)?127(?:\.[0-9]{1,3}){3}|::1)$/i.test(address ?? '');

export interface ControlAnswer {
  readonly status: number;
  readonly content: object;
}

/** `/_faults`: PUT sets them, GET tells them, DELETE ends them; each answers with what is on. */
export function controlFaults(
  plan: FaultPlan,
  { method, from, body }: { method: string | undefined; from: string | undefined; body: Buffer },
): ControlAnswer {
  if (!isLoopback(from)) {
    return { status: 403, content: { error: 'from this machine only' } };
  }
  switch (method) {
    case 'GET':
      return { status: 200, content: plan.status };
    case 'DELETE':
      plan.clear();
      return { status: 200, content: plan.status };
    case 'PUT':
      return set(plan, body);
    default:
      return { status: 405, content: { error: 'GET, PUT or DELETE' } };
  }
}

function set(plan: FaultPlan, body: Buffer): ControlAnswer {
  try {
    return { status: 200, content: plan.setUnchecked(parseJson(body)) };
  } catch (error) {
    if (!(error instanceof InvalidFaults)) {
      throw error;
    }
    return { status: 400, content: { error: error.message } };
  }
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new InvalidFaults('body: not JSON');
  }
}
